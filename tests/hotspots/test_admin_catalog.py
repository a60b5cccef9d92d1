"""What staff set by hand is checked, and leaves a history."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotspots.models import Entity, Hotspot, Measurement, Metric, Series, Target
from tests.factories import make_hotspot, make_series
from tests.hotspots.measurements import measure
from tests.pages import listing, page, run_action, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, staff):
    client.force_login(staff)
    return client


def shown(response):
    return [row.pk for row in response.context["cl"].result_list]


def make_target(entity: str, metric: str = "co2e", period: str = "day") -> Target:
    series = make_series(entity, metric)
    fields = {"metric": series.metric, "period": period, "value": 5}
    return Target.objects.create(entity=series.entity, **fields)


def save_zone(client, name: str):
    entity = make_series().entity
    return client.post(page(entity), {"entity_type": "site", "time_zone": name})


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "+09:00", "-03:30", "+05:45", " UTC "])
def test_a_time_zone_that_exists_is_taken(admin, name):
    assert save_zone(admin, name).status_code == 302
    assert Entity.objects.get().time_zone == name.strip()


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Olympus", "9", "+9", "+99:00", "+14:01", "+05:99", "../etc/passwd", "America"],
)
def test_a_time_zone_that_does_not_exist_is_refused(admin, name):
    response = save_zone(admin, name)
    assert "time_zone" in response.context["adminform"].form.errors
    assert Entity.objects.get().time_zone == "UTC"


def test_a_change_of_an_entity_leaves_a_history(admin, staff):
    save_zone(admin, "Asia/Seoul")
    entity = Entity.objects.get()
    record = entity.history.latest()
    assert (record.history_user, record.history_change_reason) == (staff, "admin")
    text = words(admin.get(page(entity, "history")).text)
    assert "staff admin" in text
    assert "time zone UTC → Asia/Seoul" in text


def test_the_name_of_an_entity_stays(admin):
    entity = make_series("Supplier A").entity
    admin.post(page(entity), {"name": "B", "entity_type": "site", "time_zone": "UTC"})
    entity.refresh_from_db()
    assert (entity.name, entity.entity_type) == ("Supplier A", "site")


def test_the_rules_of_a_metric_can_be_set_but_not_its_unit(admin):
    metric = Metric.objects.get(name="co2e")
    admin.post(page(metric), {"unit": "t", "threshold": "0.21", "ladder": "score", "floor": "2"})
    metric.refresh_from_db()
    assert (metric.unit, metric.threshold, metric.ladder, metric.floor) == ("kg", 0.21, "score", 2)
    assert metric.history.latest().history_change_reason == "admin"


def test_a_metric_without_changes_has_an_empty_history(admin):
    text = words(admin.get(page(Metric.objects.get(name="co2e"), "history")).text)
    assert "Nothing was changed yet." in text


def test_a_target_can_be_added_changed_and_taken_back(admin):
    entity = make_series().entity
    data = {"entity": entity.pk, "metric": "co2e", "period": "day", "value": "500"}
    admin.post("/admin/hotspots/target/add/", data)
    target = Target.objects.get()
    admin.post(page(target), data | {"value": "400"})
    assert "value 500 → 400" in words(admin.get(page(target, "history")).text)
    admin.post(page(target, "delete"), {"post": "yes"})
    assert not Target.objects.exists()
    kinds = list(Target.history.order_by("history_id").values_list("history_type", flat=True))
    assert kinds == ["+", "~", "-"]
    assert set(Target.history.values_list("history_change_reason", flat=True)) == {"admin"}


def test_targets_taken_back_together_leave_a_history_each(admin, staff):
    series = make_series()
    for period in ("day", "month"):
        Target.objects.create(entity=series.entity, metric=series.metric, period=period, value=5)

    run_action(admin, Target, "delete_selected", list(Target.objects.all()), post="yes")

    assert not Target.objects.exists()
    gone = Target.history.filter(history_type="-")
    told = gone.order_by("period").values_list(
        "period", "history_user__username", "history_change_reason"
    )
    assert list(told) == [("day", "staff", "admin"), ("month", "staff", "admin")]


@pytest.mark.parametrize("value", ["0", "-5", "nan", "inf", "x", ""])
def test_a_target_that_is_no_amount_is_refused(admin, value):
    entity = make_series().entity
    data = {"entity": entity.pk, "metric": "co2e", "period": "day", "value": value}
    assert admin.post("/admin/hotspots/target/add/", data).status_code == 200
    assert not Target.objects.exists()


def test_one_target_a_period(admin):
    entity = make_series().entity
    data = {"entity": entity.pk, "metric": "co2e", "period": "day", "value": "500"}
    admin.post("/admin/hotspots/target/add/", data)
    assert "already exists" in admin.post("/admin/hotspots/target/add/", data).text
    assert Target.objects.count() == 1


def test_entities_are_found_by_name_and_type(admin):
    plant = make_series("Plant", entity_type="site").entity
    make_series("Plant B")
    make_series("Supplier A", entity_type="site")
    assert shown(admin.get(f"{listing(Entity)}?q=plant&entity_type=site")) == [plant.pk]


def test_targets_are_found_by_entity_metric_and_period(admin):
    wanted = make_target("Plant", "energy")
    make_target("Plant", "co2e")
    make_target("Plant", "energy", period="month")
    make_target("Supplier A", "energy")
    query = "?q=plant&metric__name__exact=energy&period__exact=day"
    assert shown(admin.get(listing(Target) + query)) == [wanted.pk]


@pytest.mark.parametrize("model", [Entity, Target])
def test_a_list_counts_nothing_and_skips_no_rows(admin, model):
    """Whatever the page: older ones are found by key, and cost what the first one costs."""
    rows = [make_target(f"Supplier {number}") for number in range(120)]
    wanted = [row.pk if model is Target else row.entity_id for row in rows]
    url, seen, costs = listing(model), [], []
    while url:
        with CaptureQueriesContext(connection) as caught:
            response = admin.get(url)
        sql = " ".join(query["sql"].upper() for query in caught.captured_queries)
        assert "COUNT(" not in sql
        assert "OFFSET" not in sql
        costs.append(len(caught))
        seen.append(shown(response))
        older = response.context["cl"].older_url
        url = older and listing(model) + older
    assert [pk for page_of in seen for pk in page_of] == sorted(wanted, reverse=True)
    assert [len(page_of) for page_of in seen] == [50, 50, 20]
    assert len(set(costs)) == 1


def test_entities_to_choose_from_are_in_the_order_of_their_names(admin):
    for name in ("Works B", "Works A", "Supplier"):
        make_series(name)
    query = "?term=works&app_label=hotspots&model_name=target&field_name=entity"
    found = admin.get("/admin/autocomplete/" + query).json()["results"]
    assert [one["text"] for one in found] == ["Works A", "Works B"]


@pytest.mark.parametrize("model", [Entity, Metric, Series, Measurement, Hotspot])
def test_nothing_that_was_measured_or_found_can_be_deleted(admin, model):
    hotspot = make_hotspot()
    measure(hotspot.series, [1.0])
    row = model.objects.first()
    assert admin.post(page(row, "delete"), {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [row.pk], "index": "0", "post": "yes"}
    admin.post(listing(model), data)
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", [Series, Measurement])
def test_what_came_in_cannot_be_edited(admin, model):
    hotspot = make_hotspot()
    measure(hotspot.series, [1.0])
    row = model.objects.first()
    assert admin.get(page(row)).status_code == 200
    assert admin.post(page(row), {"value": "9", "simulated": "on"}).status_code == 403
    assert admin.get(listing(model) + "add/").status_code == 403


def test_an_analyst_sets_targets_and_looks_at_the_rest(client, analyst):
    client.force_login(analyst)
    entity = make_series().entity
    assert client.get(page(entity)).status_code == 200
    assert save_zone(client, "Asia/Seoul").status_code == 403
    assert client.get("/admin/hotspots/target/add/").status_code == 200
