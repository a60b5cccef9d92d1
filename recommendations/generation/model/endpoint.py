"""Where the model is, and what passes between it and us."""

from dataclasses import dataclass, field
from typing import Any

from .reasons import Reason

Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible address with the model to ask there. The key is never shown."""

    base_url: str
    model: str
    api_key: str = field(repr=False)
    max_output_tokens: int


@dataclass(frozen=True, slots=True)
class Question:
    """One request: the conversation so far and the form of the answer."""

    messages: list[Message] = field(repr=False)
    response_format: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; ``tokens`` is what the endpoint counted, ``None`` if it did not say.

    ``problem`` is set if there is no use in reading the text: cut off, or refused.
    """

    text: str = field(repr=False)
    tokens: int | None
    problem: Reason | None = None
