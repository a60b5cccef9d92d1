"""What a client sent, as readings and rejections. Nothing here touches the database."""

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings

from hotspots.readings import Reading, Rejection
from streams.errors import DomainError

from .decoding import BadJsonError, decode
from .layout import HeaderError, Layout
from .tables import Table, read_header, rows
from .validation import RefusedError, shown, to_reading

MAX_EVENTS = 10_000
MAX_BYTES = 5 * 1024 * 1024


class Parsed(NamedTuple):
    """The events of one body, each either a reading or rejected."""

    readings: list[Reading]
    rejected: list[Rejection]

    def add(self, outcome: Reading | Rejection) -> None:
        """Sort one event to its kind."""
        if isinstance(outcome, Rejection):
            self.rejected.append(outcome)
        else:
            self.readings.append(outcome)


class BadBodyError(DomainError):
    """The body as a whole cannot be read."""

    code = "bad_json"
    status = 400


class BadTableError(DomainError):
    """The body is no table with the columns of an event."""

    code = "bad_csv"
    status = 400


class TooLargeError(DomainError):
    """More events or bytes than one request may carry."""

    code = "too_large"
    status = 413


class BadContentTypeError(DomainError):
    """A format that is not read here."""

    code = "bad_content_type"
    status = 415


def parse(body: bytes, content_type: str, *, now: datetime) -> Parsed:
    """Turn a request's body into readings and rejections, in the order sent.

    Args:
        body: the bytes as sent.
        content_type: the header's value; parameters such as a charset are ignored.
        now: the time of receipt, aware.

    Raises:
        BadBodyError, BadTableError, TooLargeError, BadContentTypeError: nothing can be taken.
    """
    outcomes = _format(content_type)
    if len(body) > MAX_BYTES:
        raise TooLargeError(f"A request carries at most {MAX_BYTES // 1024**2} MiB.")
    latest = newest_acceptable(now)
    parsed = Parsed([], [])
    for outcome in islice(outcomes(body, latest), MAX_EVENTS + 1):
        parsed.add(outcome)
    if len(parsed.readings) + len(parsed.rejected) > MAX_EVENTS:
        raise TooLargeError(f"A request carries at most {MAX_EVENTS:,} events.")
    return parsed


def newest_acceptable(now: datetime) -> datetime:
    """Return the latest time that a reading received ``now`` may bear."""
    return now + timedelta(seconds=settings.FUTURE_TOLERANCE_SECONDS)


def checked(index: int, event: Any, latest: datetime) -> Reading | Rejection:
    """Return a decoded event as a reading, or why it cannot be one."""
    try:
        return to_reading(index, event, latest)
    except RefusedError as error:
        return error.at(index)


def checked_line(index: int, line: bytes, latest: datetime) -> Reading | Rejection:
    """Return one line of NDJSON as a reading, or why it cannot be one."""
    try:
        event = decode(line)
    except BadJsonError as error:
        return Rejection(index, "bad_json", str(error))
    return checked(index, event, latest)


def _format(content_type: str) -> "_Outcomes":
    media_type = content_type.partition(";")[0].strip().lower()
    try:
        return _FORMATS[media_type]
    except KeyError:
        known = ", ".join(_FORMATS)
        raise BadContentTypeError(f"Send one of {known}.") from None


def _json(body: bytes, latest: datetime) -> Iterator[Reading | Rejection]:
    try:
        document = decode(body)
    except BadJsonError as error:
        raise BadBodyError(str(error)) from error
    if isinstance(document, dict):
        document = [document]
    if not isinstance(document, list):
        raise BadBodyError("Send one event, or an array of events.")
    for index, event in enumerate(document):
        yield checked(index, event, latest)


def _ndjson(body: bytes, latest: datetime) -> Iterator[Reading | Rejection]:
    lines = (line for line in body.split(b"\n") if line.strip())
    for index, line in enumerate(lines):
        yield checked_line(index, line, latest)


def _csv(body: bytes, latest: datetime) -> Iterator[Reading | Rejection]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadTableError(f"Not UTF-8 at byte {error.start}.") from error
    lines = rows(io.StringIO(text, newline=""))
    try:
        table = Table(read_header(lines), Layout())
    except HeaderError as error:
        raise BadTableError(str(error)) from error
    if table.unused:
        raise BadTableError(f"Unknown column {shown(table.unused[0])}.")
    for index, row in enumerate(lines):
        yield from table.outcomes(index, row, latest)


_Outcomes = Callable[[bytes, datetime], Iterable[Reading | Rejection]]
_FORMATS: dict[str, _Outcomes] = {
    "application/json": _json,
    "application/x-ndjson": _ndjson,
    "text/csv": _csv,
}
