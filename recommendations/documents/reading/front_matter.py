"""The YAML before a document: plain data, small, without aliases."""

import json
import math
from collections.abc import Iterator
from datetime import date
from typing import Any

import yaml

from recommendations.documents.errors import DocumentError

MAX_CHARACTERS = 64_000
MAX_NODES = 2_000
MAX_DEPTH = 12


def load(text: str) -> dict[str, Any]:
    """Return front matter as plain JSON.

    Raises:
        DocumentError: ``bad_front_matter``: damaged, too large, with aliases, or no mapping.
    """
    if len(text) > MAX_CHARACTERS:
        raise _bad(f"it has {len(text):,} characters, at most {MAX_CHARACTERS:,} are read")
    try:
        _check(text)
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        raise _bad(" ".join(str(error).split())[:200] or type(error).__name__) from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise _bad("it is no mapping of names to values")
    return json.loads(json.dumps(_plain(values)))


def _check(text: str) -> None:
    """Refuse, from the events alone, what could grow when it is put together."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        if isinstance(event, yaml.AliasEvent):
            raise _bad("it repeats itself by aliases (*name): write it out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or number > MAX_NODES:
            raise _bad("it is nested too deeply or has too many values")


def sentences_of(values: dict[str, Any]) -> Iterator[str]:
    """Yield what front matter says in sentences: an author's own words, to be picked from."""
    yield from _texts(values.get("actions"))
    yield from _texts(values.get("preconditions"))
    effect = values.get("effect")
    if isinstance(effect, dict):
        yield from _texts([effect.get("quote")])
    sources = values.get("sources")
    for source in sources if isinstance(sources, list) else ():
        if isinstance(source, dict):
            yield from _texts([source.get("quote")])
            yield from _texts(source.get("facts"))


def _texts(values: Any) -> Iterator[str]:
    for value in values if isinstance(values, list) else ():
        if isinstance(value, str):
            yield value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name)[:100]: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _bad(why: str) -> DocumentError:
    return DocumentError(f"The front matter cannot be used: {why}.", "bad_front_matter")
