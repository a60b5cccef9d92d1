"""Answers that were good, remembered for a while: the same situation is not asked twice."""

import hashlib
import json

from django.conf import settings

from .endpoint import Endpoint
from .prompt import PROMPT_VERSION, Material
from .shared import with_cache


def key(endpoint: Endpoint, about: Material) -> str:
    """Return one name for a question: endpoint, model, prompt, event and passages."""
    parts = [endpoint.base_url, endpoint.model, str(PROMPT_VERSION), about.as_json()]
    return f"language-model.{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"


def remembered(name: str) -> str | None:
    """Return the answer stored under a name. It is checked again like a new one."""
    found = with_cache(lambda store: store.get(name))
    return found if isinstance(found, str) else None


def remember(name: str, answer: str) -> None:
    """Store an answer that passed every check, for ``LLM_CACHE_SECONDS``; 0 stores nothing."""
    if settings.LLM_CACHE_SECONDS:
        with_cache(lambda store: store.set(name, answer, settings.LLM_CACHE_SECONDS))
