"""JSON text to plain values, strictly."""

import json
from typing import Any, NoReturn

import msgspec


class BadJsonError(ValueError):
    """The text is not JSON; the sentence says where."""


_decoder = msgspec.json.Decoder()


def decode(raw: bytes) -> Any:
    """Decode one JSON document.

    Half a surrogate pair and numbers beyond any float (as an infinity) come through, so that
    they can be blamed on the one event that holds them.

    Raises:
        BadJsonError: not UTF-8, not JSON, a NaN or Infinity literal, or nested too deeply.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadJsonError(f"Not UTF-8 at byte {error.start}.") from None
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return _decode_leniently(text)


def _decode_leniently(text: str) -> Any:
    """Decode with the standard library: slower, it keeps odd values and says where it failed."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_int=_integer)
    except RecursionError:
        raise BadJsonError("Nested too deeply.") from None
    except BadJsonError:
        raise
    except ValueError as error:
        raise BadJsonError(f"Not JSON: {error}.") from None


def _refuse(literal: str) -> NoReturn:
    raise BadJsonError(f"Not JSON: {literal} is no number.")


def _integer(digits: str) -> float:
    return int(digits) if len(digits) < 400 else float(digits)  # beyond any float: an infinity
