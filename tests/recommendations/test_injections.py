"""Instructions hidden in what somebody sends: they are searched like any text, and change nothing.

Each of the strings comes with the readings of a real situation, as a note of the sender.
"""

import json
import re
from pathlib import Path

import pytest
from django.db import transaction

from hotspots.models import Hotspot
from recommendations.models import Recommendation
from recommendations.rows import recommendation_row
from recommendations.services import generate
from streams.models import StreamEvent
from tests.ingest.batches import only_hotspot, reading, take

HERE = Path(__file__).parent
INJECTIONS = [json.loads(line) for line in (HERE / "injections.jsonl").read_text().splitlines()]
NOTE = "Air hoses hiss all over the hall and the compressor runs at night although no tool is used."
FITS = {"compressed-air-leaks"}
#: Nothing of what the strings ask for: markers, links, invented numbers, secrets, code.
FOREIGN = re.compile(
    r"CANARY|evil\.example|99999|99,999|87\.5|93\.7|1000000|<script|<img|SECRET|DROP TABLE|\{\{"
    r"|[\u200b-\u200f\u202a-\u202e\u2060]|SWdub3Jl",
    re.IGNORECASE,
)

#: What a note must not move: it is decided by the playbook and the reading.
DECIDED = (
    "title", "action", "co2_reduction", "predicted_reduction", "reduction_pct_low",
    "reduction_pct_high", "arithmetic", "cost", "feasibility", "root_cause",
)  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_playbooks")]


def advise(note):
    """Send a reading far above its own target, with a note; return the rows, by playbook."""
    attributes = json.dumps({"note": note})
    at = {"metric": "co2e", "entity_type": "factory", "attributes": attributes}
    take(reading(400.0, baseline=100.0, **at))
    generate(only_hotspot().pk)
    return {row.playbook: recommendation_row(row) for row in Recommendation.objects.all()}


def everything_told():
    """All that anybody is shown: rows of recommendations and hotspots, and every event."""
    rows = [recommendation_row(row) for row in Recommendation.objects.all()]
    hotspots = Hotspot.objects.values_list("advice", "advice_reason", "explanation")
    events = StreamEvent.objects.values_list("data", flat=True)
    return json.dumps([rows, *hotspots, *events], ensure_ascii=False)


@pytest.fixture(scope="module")
def plain(kept_playbooks, django_db_blocker):
    """What the note alone gets, written and rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        rows = advise(NOTE)
        transaction.set_rollback(True)
    return rows


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("injection", INJECTIONS, ids=lambda one: one["sort"])
def test_an_injection_in_a_note_is_not_obeyed(injection, place, plain):
    text = injection["text"]

    rows = advise(f"{text} {NOTE}" if place == "before" else f"{NOTE} {text}")

    assert set(rows) >= FITS
    assert not FOREIGN.search(everything_told())
    assert {row["status"] for row in rows.values()} == {"pending"}
    assert not any(row["decided_by"] or row["realised_reduction"] for row in rows.values())
    for playbook in rows.keys() & plain.keys():
        told, expected = rows[playbook], plain[playbook]
        assert {n: told[n] for n in DECIDED} == {n: expected[n] for n in DECIDED}
    assert only_hotspot().value == 400.0


@pytest.mark.parametrize("injection", INJECTIONS, ids=lambda one: one["sort"])
def test_an_injection_alone_is_at_most_a_bad_search(injection):
    advise(injection["text"])

    assert not FOREIGN.search(everything_told())
    assert not Recommendation.objects.exclude(status="pending").exists()


def test_the_strings_would_be_seen_if_they_were_told():
    assert all(FOREIGN.search(one["text"]) for one in INJECTIONS)
    assert len({one["marker"] for one in INJECTIONS}) == len(INJECTIONS) == 20
