"""The optional generator: a model writes title and action, and is believed nothing unchecked."""

import logging
import time
from dataclasses import dataclass

from django.conf import settings

from recommendations.generation.drafts import Draft, Fallback
from recommendations.generation.selection import Selection
from recommendations.generation.situation import Situation
from recommendations.knowledge.retrieval import PassageIndex

from . import cache, calls, metrics, prompt, schema
from .drafting import drafts_of
from .endpoint import Endpoint, Question
from .prompt import Material
from .reasons import Reason, Unusable

logger = logging.getLogger(__name__)

ATTEMPTS = 2


def endpoint() -> Endpoint | None:
    """Return the endpoint that the settings name, ``None`` if there is none."""
    if not settings.LLM_MODEL:
        return None
    return Endpoint(
        base_url=settings.LLM_BASE_URL,
        model=settings.LLM_MODEL,
        api_key=settings.LLM_API_KEY,
        max_output_tokens=settings.LLM_MAX_OUTPUT_TOKENS,
    )


def configured() -> "Model | None":
    """Return the model that the settings name, ``None`` if there is none: the default."""
    found = endpoint()
    return Model(found) if found else None


@dataclass(frozen=True, slots=True)
class Model:
    """A language model as a writer of drafts. For a task worker, outside transactions."""

    endpoint: Endpoint

    @property
    def name(self) -> str:
        """What a row names as its generator."""
        return f"llm:{self.endpoint.model}"

    def write(self, situation: Situation, index: PassageIndex, selection: Selection) -> list[Draft]:
        """Return drafts in the model's words, best first.

        Takes no longer than ``LLM_TIMEOUT_SECONDS``, with everything.

        Raises:
            Fallback: there is nothing that can be stored; its reason is one of ``Reason``.
        """
        about = prompt.material(situation, index, selection)
        name = cache.key(self.endpoint, about)
        answer = cache.remembered(name)
        try:
            drafts = (
                drafts_of(schema.read(answer), about)
                if answer is not None
                else self._ask(name, about)
            )
        except (Fallback, Unusable) as failure:
            metrics.finished(failure.reason)
            logger.warning("%s gave nothing to store: %s", self.name, failure.reason)
            raise Fallback(str(failure.reason)) from failure
        metrics.finished(metrics.WRITTEN if answer is None else metrics.REMEMBERED)
        return drafts

    def _ask(self, name: str, about: Material) -> list[Draft]:
        """Ask, and once more with what was wrong; remember what was good under ``name``."""
        deadline = time.monotonic() + settings.LLM_TIMEOUT_SECONDS
        form = schema.response_format(about.passages)
        messages = prompt.first(about)
        refused = Unusable(Reason.TIMEOUT, "")
        for _ in range(ATTEMPTS):
            if time.monotonic() >= deadline:
                break
            reply = calls.ask(self.endpoint, Question(messages, form), deadline=deadline)
            try:
                drafts = drafts_of(schema.read(reply.text), about)
            except Unusable as problem:
                refused = problem
                messages = prompt.again(messages, reply.text, problem.detail)
            else:
                cache.remember(name, reply.text)
                return drafts
        raise refused
