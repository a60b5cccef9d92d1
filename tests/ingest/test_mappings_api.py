"""Saved mappings over REST, and by name on the command line."""

import pytest

from ingest.models import Mapping

from .loads import load

pytestmark = pytest.mark.django_db
URL = "/api/mappings"
BODY = {"columns": {"value": "kwh", "time": "when"}, "constants": {"metric": "energy"}}


@pytest.fixture
def client(api, ingester):
    return api(ingester)


def create(client, name="Plant", mapping=BODY):
    return client.post(URL, {"name": name, "mapping": mapping}, format="json")


def test_a_mapping_is_kept_changed_and_forgotten(client, ingester):
    row = create(client).json()
    assert (row["name"], row["created_by"]) == ("Plant", ingester.username)
    assert row["mapping"]["columns"] == BODY["columns"]
    assert client.get(URL).json() == {"results": [row], "next": None}

    changed = client.patch(
        f"{URL}/{row['id']}", {"name": "Works", "mapping": {"decimal": ","}}, format="json"
    ).json()
    assert (changed["name"], changed["mapping"]["decimal"]) == ("Works", ",")
    history = client.get(f"{URL}/{row['id']}/history").json()["results"]
    assert history[0]["changes"]["name"] == {"from": "Plant", "to": "Works"}
    assert (history[0]["by"], history[0]["via"]) == (ingester.username, "api")

    assert client.delete(f"{URL}/{row['id']}").status_code == 204
    assert not Mapping.objects.exists()


@pytest.mark.parametrize(
    ("name", "mapping", "status", "code"),
    [
        ("Plant", BODY, 409, "name_taken"),
        ("", BODY, 400, "invalid"),
        ("x" * 101, BODY, 400, "invalid"),
        ("a\u202eb", BODY, 400, "bad_name"),
        ("Other", {"time_zone": "Mars/Base"}, 400, "bad_time_zone"),
        ("Other", [], 400, "bad_mapping"),
    ],
    ids=["taken", "empty", "long", "reversed", "zone", "list"],
)
def test_a_mapping_that_is_not_kept(client, name, mapping, status, code):
    create(client)

    answer = create(client, name, mapping)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Mapping.objects.get().name == "Plant"


def test_their_number_is_bounded(client, monkeypatch):
    monkeypatch.setattr("ingest.mappings.MAX_MAPPINGS", 1)
    create(client)

    assert create(client, "Other").json()["code"] == "too_many_mappings"
    assert Mapping.objects.count() == 1


def test_the_command_line_takes_one_by_name_and_options_go_before_it(client, tmp_path):
    create(client)
    path = tmp_path / "a.csv"
    path.write_text("when,kwh,plant\n2026-01-02T04:00:00Z,1.5,A\n")

    assert "There are Plant." in load(path, mapping="Works").err
    ran = load(path, mapping="Plant", map=["entity=plant"])

    assert "1 accepted" in ran.out


def test_a_preview_stores_nothing(client, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("entity,metric,value,time,x\nA,co2e,1.5,2026-01-02T04:00:00Z,\nA,co2e,y,,\n")

    ran = load(path, preview=True)

    assert ran.ok
    assert "a.csv:2: A co2e 1.5 at 2026-01-02 04:00:00Z" in ran.out
    assert "a.csv:3: missing_field: time is missing." in ran.out or "bad_value" in ran.out
    assert "columns not used: x" in ran.out
    assert "accepted" not in ran.out
