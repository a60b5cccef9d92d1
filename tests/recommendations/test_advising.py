"""A hotspot's recommendations are written once, and the hotspot says how far they are."""

import json
from datetime import timedelta

import pytest

from hotspots.models import Hotspot, Measurement
from recommendations import advising
from recommendations.generation.recommending import NOTHING_FITS, UNIT_IN_DOUBT
from recommendations.knowledge.corpus import current_index
from recommendations.models import Playbook, Recommendation
from recommendations.services import generate
from streams.models import StreamEvent
from tests.factories import AT, make_hotspot, make_recommendation, make_series

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("playbooks")]
ADVICE = Hotspot.Advice


def events():
    return list(StreamEvent.objects.order_by("stream", "seq").values_list("stream", "event"))


def counts():
    return Recommendation.objects.count(), StreamEvent.objects.count()


def note(hotspot, text, **fields):
    values = {"time": AT, "value": 122.0, "raw_value": 122.0, "raw_unit": "kg", "received_at": AT}
    attributes = json.dumps({"note": text, "pieces": 5})
    Measurement.objects.create(series=hotspot.series, attributes=attributes, **values | fields)


def test_recommendations_are_written_and_the_hotspot_says_that_they_are_ready():
    hotspot = make_hotspot()

    written = generate(hotspot.pk)

    hotspot.refresh_from_db()
    rows = list(Recommendation.objects.all())
    assert written == len(rows) >= 1
    assert hotspot.advice == ADVICE.READY
    assert {row.status for row in rows} == {"pending"}
    assert {row.retriever for row in rows} == {current_index().name}
    assert {row.generator for row in rows} == {"extractive"}
    assert all(row.citations and row.root_cause.startswith("122 kg where 80 kg") for row in rows)


def test_each_row_is_one_event_and_the_hotspot_another():
    hotspot = make_hotspot()

    written = generate(hotspot.pk)

    assert events() == [
        ("hotspots", "hotspot.created"),
        ("hotspots", "hotspot.updated"),
        *[("recommendations", "recommendation.created")] * written,
    ]


def test_a_second_run_writes_and_sends_nothing():
    hotspot = make_hotspot()
    generate(hotspot.pk)
    before = counts()

    assert generate(hotspot.pk) == 0
    assert counts() == before


def test_rows_are_marked_simulated_and_expire(settings):
    settings.RECOMMENDATION_EXPIRY_HOURS = 2
    hotspot = make_hotspot(simulated=True)

    generate(hotspot.pk)

    row = Recommendation.objects.first()
    assert row.simulated
    assert row.expires_at - row.created_at == pytest.approx(
        timedelta(hours=2), abs=timedelta(minutes=1)
    )


def test_the_first_row_of_history_says_that_the_engine_wrote_it():
    hotspot = make_hotspot()

    generate(hotspot.pk)

    record = Recommendation.objects.first().history.get()
    assert (record.history_user, record.history_change_reason) == (None, "engine")


def test_a_note_that_came_with_the_reading_decides_what_is_found():
    hotspot = make_hotspot(make_series("Lane R12", entity_type="route"))
    note(hotspot, "the vessel was missed, parts were flown in")

    generate(hotspot.pk)

    row = Recommendation.objects.order_by("pk").first()
    assert row.playbook == "air-to-sea"
    assert row.co2_reduction == 118.34
    assert "122 kg" in row.arithmetic


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"rule": "data_quality", "reason": "unit_suspect"}, UNIT_IN_DOUBT),
        ({"status": "resolved"}, advising.ENDED),
        ({"status": "ignored"}, advising.ENDED),
    ],
)
def test_a_hotspot_that_needs_no_advice_gets_none_with_a_reason(fields, reason):
    hotspot = make_hotspot(**fields)

    assert generate(hotspot.pk) == 0

    hotspot.refresh_from_db()
    assert (hotspot.advice, hotspot.advice_reason) == (ADVICE.NONE, reason)
    assert not Recommendation.objects.exists()


def test_a_situation_that_no_playbook_fits_gets_none_with_a_reason():
    Playbook.objects.exclude(slug="steam-traps").delete()
    hotspot = make_hotspot()

    assert generate(hotspot.pk) == 0

    hotspot.refresh_from_db()
    assert (hotspot.advice, hotspot.advice_reason) == (ADVICE.NONE, NOTHING_FITS)


@pytest.mark.parametrize("status", ["pending", "approved"])
def test_nothing_is_added_to_what_is_still_alive(status, approver):
    decided = {"decided_by": approver, "decided_at": AT} if status == "approved" else {}
    alive = make_recommendation(make_hotspot(), status=status, **decided)

    assert generate(alive.hotspot_id) == 0

    assert Recommendation.objects.get() == alive
    assert Hotspot.objects.get().advice == ADVICE.READY


def test_what_was_rejected_is_not_proposed_again(approver):
    hotspot = make_hotspot()
    generate(hotspot.pk)
    proposed = set(Recommendation.objects.values_list("playbook", flat=True))
    decided = {"status": "rejected", "decided_by": approver, "decided_at": AT}
    Recommendation.objects.update(**decided)
    Hotspot.objects.update(advice=ADVICE.PENDING)

    generate(hotspot.pk)

    hotspot.refresh_from_db()
    assert set(Recommendation.objects.values_list("playbook", flat=True)) == proposed
    assert hotspot.advice_reason == advising.ALL_DECIDED


def test_what_expired_is_proposed_again_when_the_hotspot_is_back():
    hotspot = make_hotspot()
    generate(hotspot.pk)
    Recommendation.objects.update(status="expired")
    Hotspot.objects.update(advice=ADVICE.PENDING)

    assert generate(hotspot.pk) == Recommendation.objects.pending().count() > 0


def test_a_hotspot_that_is_gone_is_no_error():
    assert generate(4711) == 0


def test_a_crash_before_the_commit_leaves_nothing_and_the_next_run_writes_all(monkeypatch):
    hotspot = make_hotspot()
    before = counts()
    with monkeypatch.context() as broken:
        broken.setattr(advising, "advise", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            generate(hotspot.pk)
    assert counts() == before

    assert generate(hotspot.pk) == Recommendation.objects.count() > 0
