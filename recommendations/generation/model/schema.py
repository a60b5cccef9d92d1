"""The form of a model's answer, as it is asked for and as it is read."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from .reasons import Reason, Unusable

MAX_TITLE, MAX_ACTION, MAX_CITATIONS, MAX_RECOMMENDATIONS = 80, 400, 3, 3
TOLD_ERRORS = 5
_MARKUP = re.compile(r"[<>{}\[\]|`*#\\^~]|&#?\w+;|://|www\.", re.IGNORECASE)


def response_format(ids: Iterable[str]) -> dict[str, Any]:
    """Return the strict schema for a question whose passages have these ids.

    It has no bounds of lengths: several providers refuse a strict schema that does.
    """
    known = list(ids)
    effect = _object(
        kind={"type": "string", "enum": ["passage", "none"]},
        passage_id={"type": ["string", "null"], "enum": [*known, None]},
    )
    item = _object(
        title={"type": "string"},
        action={"type": "string"},
        citations={"type": "array", "items": {"type": "string", "enum": known}},
        effect=effect,
    )
    schema = _object(recommendations={"type": "array", "items": item})
    return {
        "type": "json_schema",
        "json_schema": {"name": "recommendations", "strict": True, "schema": schema},
    }


def read(text: str) -> "Answer":
    """Return a model's answer.

    Raises:
        Unusable: it is not JSON, or not of this form.
    """
    try:
        return Answer.model_validate_json(text)
    except ValidationError as error:
        raise Unusable(Reason.INVALID_OUTPUT, _told(error)) from error


def _plain(text: str) -> str:
    """Return a text with single spaces; markup, links and invisible characters are refused."""
    text = " ".join(text.split())
    if _MARKUP.search(text) or any(unicodedata.category(c).startswith("C") for c in text):
        raise ValueError("must be plain text without markup or links")
    return text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Effect(_Strict):
    """Whose figure tells the effect; the number itself is ours."""

    kind: Literal["passage", "none"]
    passage_id: str | None


class Item(_Strict):
    """One recommendation."""

    title: Annotated[str, AfterValidator(_plain), Field(min_length=1, max_length=MAX_TITLE)]
    action: Annotated[str, AfterValidator(_plain), Field(min_length=1, max_length=MAX_ACTION)]
    citations: Annotated[list[str], Field(min_length=1, max_length=MAX_CITATIONS)]
    effect: Effect


class Answer(_Strict):
    """All of it."""

    recommendations: Annotated[list[Item], Field(min_length=1, max_length=MAX_RECOMMENDATIONS)]


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _told(error: ValidationError) -> str:
    """Say what is wrong without repeating what was sent."""
    told = (
        f"{'.'.join(str(part) for part in found['loc']) or 'answer'}: {found['msg']}"
        for found in error.errors(include_input=False, include_url=False)[:TOLD_ERRORS]
    )
    return "; ".join(told)
