"""``ETag`` and ``If-Match``: a change that was decided on an older state is refused."""

import re

from django.http import HttpRequest

from streams.errors import DomainError, VersionConflictError
from streams.models import VersionedRow

VERSION = re.compile(r'"(\d{1,9})"')
ENTITY_TAG = re.compile(r'(W/)?"[^"]*"')


class BadPreconditionError(DomainError):
    """``If-Match`` cannot be read."""

    code = "bad_if_match"
    status = 400


def etag(row: VersionedRow) -> str:
    """Return a row's entity tag: its version."""
    return f'"{row.version}"'


def if_match(request: HttpRequest) -> int | None:
    """Return the version that the client saw, or ``None`` if any will do.

    Raises:
        VersionConflictError: the tag is none that a row can have.
        BadPreconditionError: it is no entity tag, or more than one.
    """
    text = request.headers.get("If-Match", "*").strip()
    if text == "*":
        return None
    if match := VERSION.fullmatch(text):
        return int(match[1])
    if ENTITY_TAG.fullmatch(text):
        raise VersionConflictError("If-Match names no version of this row: look at it again.")
    raise BadPreconditionError('If-Match must be one version in quotes, for example "3".')
