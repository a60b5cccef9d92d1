"""Request bodies: bounded, and strict JSON."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from streams.errors import DomainError

MAX_BYTES = 1024 * 1024


class TooLargeError(DomainError):
    """The body is larger than this route takes."""

    code = "too_large"
    status = 413


class StrictJSONParser(BaseParser):
    """JSON of at most 1 MiB, without NaN, Infinity, lone surrogates or endless nesting."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the decoded body.

        Raises:
            TooLargeError: it is larger than 1 MiB.
            ParseError: it is not JSON.
        """
        body = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise TooLargeError(f"The body is larger than {MAX_BYTES} bytes.")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}.") from error
