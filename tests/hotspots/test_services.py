import pytest

from hotspots import services
from hotspots.models import Hotspot, Series
from streams.errors import IllegalStateError, NotFoundError, VersionConflictError
from streams.models import StreamEvent
from tests.ingest.batches import (
    HOUR,
    LIVE,
    NOW,
    only_hotspot,
    reading,
    readings,
    take,
    train,
    usual,
)

pytestmark = pytest.mark.django_db
CHANGES = [services.acknowledge, services.resolve, services.ignore]


def by(user):
    return {"by": user, "at": NOW, "via": "api"}


def image():
    """Everything that a refusal must leave as it is."""
    hotspots = list(Hotspot.objects.order_by("pk").values())
    states = [bytes(state) for state in Series.objects.values_list("state", flat=True)]
    return hotspots, states, StreamEvent.objects.count(), Hotspot.history.count()


@pytest.mark.parametrize(
    ("change", "status", "resolved_at"),
    [
        (services.acknowledge, "acknowledged", None),
        (services.resolve, "resolved", NOW),
        (services.ignore, "ignored", NOW),
    ],
)
def test_a_change_is_saved_sent_told_and_remembered(
    hotspot, analyst, told, change, status, resolved_at
):
    events = StreamEvent.objects.count()

    changed = change(hotspot.pk, **by(analyst))

    row = only_hotspot()
    assert (row.status, row.resolved_at, row.version) == (status, resolved_at, changed.version)
    assert told == [(status, status)]
    assert StreamEvent.objects.count() == events + 1
    history = row.history.latest()
    assert (history.history_user, history.history_change_reason) == (analyst, "api")
    assert history.status == status


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("first", [services.resolve, services.ignore])
def test_a_closed_hotspot_stays_closed(hotspot, analyst, told, first, change):
    first(hotspot.pk, **by(analyst))
    told.clear()
    before = image()

    with pytest.raises(IllegalStateError, match="cannot be"):
        change(hotspot.pk, **by(analyst))

    assert image() == before
    assert told == []


def test_an_acknowledged_hotspot_is_not_acknowledged_again(hotspot, analyst):
    services.acknowledge(hotspot.pk, **by(analyst))
    before = image()

    with pytest.raises(IllegalStateError):
        services.acknowledge(hotspot.pk, **by(analyst))

    assert image() == before


@pytest.mark.parametrize("change", [services.resolve, services.ignore])
def test_an_acknowledged_hotspot_can_be_closed(hotspot, analyst, change):
    services.acknowledge(hotspot.pk, **by(analyst))

    change(hotspot.pk, **by(analyst))

    assert not only_hotspot().is_active


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_decided_on_another_version_is_refused(hotspot, analyst, change):
    before = image()

    with pytest.raises(VersionConflictError):
        change(hotspot.pk, version=hotspot.version + 1, **by(analyst))

    assert image() == before
    assert change(hotspot.pk, version=hotspot.version, **by(analyst)).version == 2


@pytest.mark.parametrize("change", CHANGES)
def test_an_unknown_hotspot_is_not_found(hotspot, analyst, change):
    with pytest.raises(NotFoundError):
        change(hotspot.pk + 1, **by(analyst))


def test_the_engine_goes_on_with_an_acknowledged_hotspot(hotspot, analyst):
    services.acknowledge(hotspot.pk, **by(analyst))

    take(reading(300, hour=1, baseline=100.0), received_at=NOW + HOUR)
    going_on = only_hotspot()
    take(readings([10] * 12, start=LIVE + 2 * HOUR, baseline=100.0))

    assert (going_on.status, going_on.value) == ("acknowledged", 300)
    assert only_hotspot().status == "resolved"


@pytest.mark.parametrize("close", [services.resolve, services.ignore])
def test_after_an_analyst_closed_it_the_next_finding_opens_another(hotspot, analyst, close):
    close(hotspot.pk, **by(analyst))

    take(reading(170, hour=1, baseline=100.0))

    assert Hotspot.objects.count() == 2
    assert Hotspot.objects.active().get().value == 170


def test_one_that_resolved_by_itself_comes_back_as_the_same_row(hotspot, told):
    take(readings([10] * 12, start=LIVE + HOUR, baseline=100.0))
    take(reading(170, hour=13, baseline=100.0))

    row = only_hotspot()
    assert (row.status, row.resolved_at, row.occurrences) == ("open", None, 2)
    assert [change for change, _ in told] == ["resolved", "reopened"]


def test_a_failing_follower_takes_the_change_back(hotspot, analyst, told):
    def refuse(hotspot, change):
        raise RuntimeError("no")

    services.followers.append(refuse)
    before = image()

    with pytest.raises(RuntimeError):
        services.resolve(hotspot.pk, **by(analyst))

    assert image() == before


def test_a_label_can_be_given_in_any_state_and_taken_back(hotspot, analyst):
    services.resolve(hotspot.pk, **by(analyst))

    services.label(hotspot.pk, label="true_positive", **by(analyst))
    labelled = only_hotspot().label
    services.label(hotspot.pk, label="", **by(analyst))

    assert (labelled, only_hotspot().label) == ("true_positive", "")
    assert only_hotspot().history.count() == 4


def test_an_unknown_label_is_refused(hotspot, analyst):
    before = image()

    with pytest.raises(services.BadLabelError) as refused:
        services.label(hotspot.pk, label="maybe", **by(analyst))

    assert (refused.value.code, refused.value.status) == ("bad_label", 400)
    assert image() == before


def test_a_doubtful_value_that_is_real_is_learned_once(analyst):
    train()
    take(reading(1000 * usual(0, 1)[0]))
    unlearned = bytes(Series.objects.get().state)

    services.label(only_hotspot().pk, label="false_positive", **by(analyst))
    learned = bytes(Series.objects.get().state)
    services.label(only_hotspot().pk, label="false_positive", **by(analyst))

    assert learned != unlearned
    assert bytes(Series.objects.get().state) == learned
