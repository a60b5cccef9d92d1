"""Entities and metrics over REST: what holds for them, and who set it when."""

import pytest

from hotspots.models import Entity, Metric
from tests.factories import make_series
from tests.pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(api, analyst):
    return api(analyst)


def test_an_entity_is_found_by_name_and_type(client):
    plant = make_series("Plant", entity_type="site", time_zone="Asia/Seoul").entity
    make_series("Route 1", entity_type="route")

    row = client.get(f"/api/entities/{plant.pk}").json()

    assert row == {
        "id": plant.pk,
        "name": "Plant",
        "entity_type": "site",
        "time_zone": "Asia/Seoul",
        "created_at": row["created_at"],
    }
    for query in ("name=Plant", "entity_type=site"):
        assert client.get(f"/api/entities?{query}").json() == {"results": [row], "next": None}


def test_the_history_of_an_entity_says_what_was_before(client, api, staff):
    entity = Entity.objects.bulk_create([Entity(name="Plant")])[0]  # as ingest makes it
    office = api(staff)
    office.post(page(entity), {"entity_type": "site", "time_zone": "Asia/Seoul"})

    found = client.get(f"/api/entities/{entity.pk}/history").json()["results"]

    assert [(row["change"], row["by"], row["via"]) for row in found] == [
        ("changed", "staff", "admin"),
        ("created", None, "engine"),
    ]
    assert found[0]["changes"] == {
        "entity_type": {"from": "supplier", "to": "site"},
        "time_zone": {"from": "UTC", "to": "Asia/Seoul"},
    }


def test_the_rules_of_a_metric_and_who_set_them(client, api, staff):
    rules = {"ladder": "score", "floor": "0", "minimum": "0", "threshold": "0.21"}
    api(staff).post("/admin/hotspots/metric/energy/change/", rules)

    row = client.get("/api/metrics/energy").json()
    assert row == {
        "name": "energy",
        "unit": "kWh",
        "is_emission": False,
        "threshold": 0.21,
        "floor": 0.0,
        "minimum": 0.0,
        "signed": False,
        "two_sided": False,
        "ladder": "score",
    }
    found = client.get("/api/metrics/energy/history").json()["results"]
    assert (found[0]["by"], found[0]["via"]) == ("staff", "admin")
    assert found[0]["changes"] == {
        "threshold": {"from": None, "to": 0.21},
        "ladder": {"from": "both", "to": "score"},
    }


def test_a_metric_whose_name_holds_a_slash(client):
    Metric.objects.create(name="kg/t", unit="kg")

    assert client.get("/api/metrics/kg/t").json()["name"] == "kg/t"
    assert client.get("/api/metrics/kg%2Ft/history").json()["results"][0]["change"] == "created"


@pytest.mark.parametrize(
    "path", ["metrics/nothing", "metrics/%00", "metrics/nothing/history", "entities/999"]
)
def test_what_does_not_exist(client, path):
    answer = client.get(f"/api/{path}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(("role", "status"), [("ingester", 403), (None, 401)])
@pytest.mark.parametrize("path", ["entities", "metrics/energy", "metrics/energy/history"])
def test_whoever_may_not_look_sees_nothing(api, make_user, path, role, status):
    somebody = api(make_user("somebody", role=role) if role else None)

    assert somebody.get(f"/api/{path}").status_code == status
    assert somebody.post(f"/api/{path}", {}).status_code in {status, 405}
