"""A table of 2,000 lines with 25 kinds of defect, the same every time.

    python -m tests.ingest.defects [FILE]     print each kind with its code, count and sentence
                                              (and write the table)

Every twentieth line is defective, each kind four times; the other 1,900 are good. `table()` with
`mended=True` is what a person makes of it: the same lines, all of them good.
"""

import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

LINES = 2_000
EVERY = 20
OFFSET = 7
HEADER = "entity,entity_type,metric,unit,value,time,id,baseline,attributes"
#: Times without an offset are of this zone.
ZONE = "Europe/Berlin"
START = datetime(2026, 1, 5)  # noqa: DTZ001 - a wall clock's time
LONG = "x" * 201


class Kind(NamedTuple):
    """One kind of defect: what it does to the cells of a line, and the verdict."""

    name: str
    spoil: Callable[[list[str]], list[str] | bytes]
    code: str
    detail: str


def cell(name: str, text: str) -> Callable[[list[str]], list[str]]:
    """Put a text into a cell."""
    place = HEADER.split(",").index(name)
    return lambda cells: [*cells[:place], text, *cells[place + 1 :]]


def raw(change: Callable[[bytes], bytes]) -> Callable[[list[str]], bytes]:
    """Change the line's bytes."""
    return lambda cells: change(",".join(cells).encode())


GAP = "does not exist: the clock was put forward over it."
TWICE = "happened twice: the clock was put back. Give such times with an offset."
KINDS = (
    Kind("no entity", cell("entity", ""), "missing_field", "entity is missing."),
    Kind("no metric", cell("metric", " "), "missing_field", "metric is missing."),
    Kind("no value", cell("value", ""), "missing_field", "value is missing."),
    Kind("no time", cell("time", ""), "missing_field", "time is missing."),
    Kind("cut off", lambda cells: cells[:4], "missing_field", "value is missing."),
    Kind("a cell too many", lambda cells: [*cells, "1"], "unknown_field",
         "10 cells where the header has 9."),
    Kind("a word for a value", cell("value", "n/a"), "bad_value", "'n/a' is no number."),
    Kind("NaN", cell("value", "NaN"), "bad_value", "'NaN' is no number."),
    Kind("beyond any number", cell("value", "1e999"), "bad_value",
         "value is not a finite number."),
    Kind("decimal comma", cell("value", '"12,5"'), "bad_value",
         "'12,5' is no number. A decimal comma?"),
    Kind("a unit beside the value", cell("value", "12 kWh"), "bad_value",
         "'12 kWh' is no number."),
    Kind("another form of time", cell("time", "31.12.2025 12:00"), "bad_time",
         "time '31.12.2025 12:00' is not ISO 8601."),
    Kind("a day that is none", cell("time", "2026-02-30T10:00"), "bad_time",
         "time '2026-02-30T10:00' is not ISO 8601."),
    Kind("an hour that was skipped", cell("time", "2026-03-29T02:30"), "bad_time",
         f"time '2026-03-29T02:30' in {ZONE} {GAP}"),
    Kind("an hour that came twice", cell("time", "2025-10-26T02:30"), "bad_time",
         f"time '2025-10-26T02:30' in {ZONE} {TWICE}"),
    Kind("a clock that was never set", cell("time", "0001-01-01T00:00Z"), "bad_time",
         "time '0001-01-01T00:00:00+00:00' is before 1900."),
    Kind("the future", cell("time", "2126-01-01T00:00Z"), "future_time",
         "time '2126-01-01T00:00:00+00:00' is in the future."),
    Kind("text after a quote", raw(lambda line: b'"Mill"' + line), "bad_csv",
         "Not CSV: ',' expected after '\"'."),
    Kind("a quote that is not closed",
        raw(lambda line: line[:-1]),
        "bad_csv",
         "Not CSV: a quote is opened and not closed."),
    Kind("not UTF-8", raw(lambda line: b"M\xfchle" + line), "bad_value",
         "entity contains a NUL or half a surrogate pair."),
    Kind("a NUL", raw(lambda line: b"\0" + line), "bad_value",
         "entity contains a NUL or half a surrogate pair."),
    Kind("a name without end", cell("entity", LONG), "too_long",
         "entity has more than 200 characters."),
    Kind("an unknown unit", cell("unit", "florps"), "bad_unit", ""),
    Kind("a unit of something else", cell("unit", "kg"), "unit_mismatch", ""),
    Kind("attributes that are no JSON", cell("attributes", "{route"), "bad_type", ""),
)  # fmt: skip


def good(number: int) -> list[str]:
    """The cells of a good line."""
    entity, step = f"Mill {number % 4}", number // 4
    time = START + timedelta(minutes=15 * step)
    value = 40 + (step % 96) / 4 + number % 3
    attributes = '"' + json.dumps({"line": number}).replace('"', '""') + '"'
    return [
        *(entity, "site", "energy", "kWh", f"{value:g}", time.isoformat(timespec="minutes")),
        *(f"key-{number}", "", attributes),
    ]


def kind_of(number: int) -> Kind | None:
    """The kind of defect of a line, ``None`` for a good one."""
    if number % EVERY != OFFSET:
        return None
    return KINDS[number // EVERY % len(KINDS)]


def table(*, mended: bool = False) -> bytes:
    """The whole table."""
    lines = [HEADER.encode()]
    for number in range(LINES):
        kind = None if mended else kind_of(number)
        spoiled = kind.spoil(good(number)) if kind else good(number)
        lines.append(spoiled if isinstance(spoiled, bytes) else ",".join(spoiled).encode())
    return b"\n".join(lines) + b"\n"


def verdicts() -> dict[int, Kind]:
    """The line of the file -> what is wrong with it."""
    kinds = ((number + 2, kind_of(number)) for number in range(LINES))
    return {line: kind for line, kind in kinds if kind is not None}


def main() -> None:
    """Load the table into a database that is thrown away, and print what became of each kind."""
    from tests.ingest.defect_report import print_report

    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_bytes(table())
    print_report()


if __name__ == "__main__":
    main()
