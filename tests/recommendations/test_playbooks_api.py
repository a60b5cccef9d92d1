"""Playbooks over REST: what recommendations rest on, and what came of them."""

import pytest

from hotspots.models import Metric
from recommendations.models import Recommendation
from recommendations.playbook_serializers import PlaybookDetailSerializer
from tests.factories import AT, make_hotspot, make_recommendation, make_series
from tests.recommendations.books import FRONT, make_playbook

pytestmark = pytest.mark.django_db
Status = Recommendation.Status
DECIDED = {"decided_at": AT}
AS_WRITTEN = (
    *("title", "applies_to", "action_family", "cause", "actions", "preconditions"),
    *("feasibility", "payback_months", "sources"),
)


def implemented(by, playbook, predicted, realised, entity="Route 1", metric="co2e"):
    return make_recommendation(
        make_hotspot(make_series(entity, metric)),
        playbook=playbook,
        status=Status.IMPLEMENTED,
        decided_by=by,
        predicted_reduction=predicted,
        realised_reduction=realised,
        **DECIDED,
    )


def test_a_playbook_says_where_it_applies_and_on_what_it_rests(api, analyst):
    make_playbook()

    row = api(analyst).get("/api/playbooks/rail").json()

    assert set(row) == set(PlaybookDetailSerializer().fields)
    assert {name: row[name] for name in AS_WRITTEN} == {name: FRONT[name] for name in AS_WRITTEN}
    assert (row["slug"], row["edition"], row["cost"]) == ("rail", 2, "medium")
    told = FRONT["effect"] | {"calculations": ["1 - 0.02779 / 0.10163 = 72.7 %"]}
    assert row["effect"] == told
    assert row["passages"] == [{"section": "Why it works", "text": "Rail saves <b>much</b>."}]


def test_a_new_playbook_came_with_the_product_and_proposed_nothing(api, analyst):
    make_playbook()

    row = api(analyst).get("/api/playbooks/rail").json()

    assert row["origin"] == "shipped"
    assert row["synced_at"].endswith("Z")
    counts = ("proposed", *Status.values, "measured")
    assert row["outcomes"] == dict.fromkeys(counts, 0) | {"units": []}


def test_outcomes_add_up_by_unit_what_was_both_predicted_and_measured(api, analyst, approver):
    make_playbook()
    Metric.objects.get_or_create(name="energy", defaults={"unit": "kWh"})
    implemented(approver, "rail", predicted=100.0, realised=80.0)
    implemented(approver, "rail", predicted=50.0, realised=70.0, entity="Route 2")
    implemented(approver, "rail", predicted=None, realised=900.0, entity="Route 3")
    implemented(approver, "rail", predicted=900.0, realised=None, entity="Route 4")
    implemented(approver, "rail", 10.0, 5.0, entity="Route 5", metric="energy")
    implemented(approver, "another", 1000.0, 1000.0, entity="Route 6")
    make_recommendation(make_hotspot(make_series("Route 7")), playbook="rail")

    outcomes = api(analyst).get("/api/playbooks").json()["results"][0]["outcomes"]

    assert (outcomes["proposed"], outcomes["pending"], outcomes["implemented"]) == (6, 1, 5)
    assert outcomes["measured"] == 3
    assert outcomes["units"] == [
        {"unit": "kWh", "measured": 1, "predicted": 10.0, "realised": 5.0, "ratio": 0.5},
        {"unit": "kg", "measured": 2, "predicted": 150.0, "realised": 150.0, "ratio": 1.0},
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Anywhere", "Freight on rail", "Leaks"]),
        ("?entity_type=fleet", ["Anywhere", "Freight on rail"]),
        ("?entity_type=warehouse&metric=energy", ["Anywhere", "Leaks"]),
        ("?entity_type=satellite", ["Anywhere", "Freight on rail", "Leaks"]),
        ("?metric=co2e", ["Anywhere", "Freight on rail"]),
        ("?metric=happiness", ["Anywhere", "Freight on rail", "Leaks"]),
        ("?metric=co2e&metric=energy", ["Anywhere", "Freight on rail", "Leaks"]),
        ("?metric=energy&metric=happiness", ["Anywhere", "Leaks"]),
        ("?entity_type=route&entity_type=site", ["Anywhere", "Freight on rail", "Leaks"]),
        ("?q=HISSES", ["Leaks"]),
        ("?q=nothing+like+it", []),
        ("?origin=document", []),
        ("?origin=document,shipped&q=rail", ["Freight on rail"]),
        ("?origin=shipped&origin=document&q=rail", ["Freight on rail"]),
        ("?origin=shipped&q=rail", ["Freight on rail"]),
    ],
)
def test_the_list_is_narrowed_down_by_its_filters(api, analyst, query, found):
    everywhere = {"entity_type": [], "metric": [], "sector": []}
    site = {"entity_type": ["site"], "metric": ["energy"], "sector": []}
    make_playbook()
    make_playbook("anywhere", "It helps.", title="Anywhere", applies_to=everywhere)
    make_playbook("leaks", "The hose hisses.", title="Leaks", applies_to=site)

    answer = api(analyst).get(f"/api/playbooks{query}").json()

    assert [row["title"] for row in answer["results"]] == found
    assert answer["next"] is None


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("?origin=elsewhere", 400, "invalid"),
        ("?title=rail", 400, "unknown_parameter"),
        ("?entity_type=", 400, "invalid"),
        ("?q=%00", 400, "invalid"),
        ("/no-such-playbook", 404, "not_found"),
        ("/Not%20a%20slug", 404, "not_found"),
    ],
)
def test_what_is_wrong_is_said(api, analyst, path, status, code):
    answer = api(analyst).get(f"/api/playbooks{path}")

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_who_may_not_read_playbooks_is_refused(api, ingester):
    make_playbook()

    for path in ("", "/rail"):
        assert api(ingester).get(f"/api/playbooks{path}").status_code == 403
        assert api().get(f"/api/playbooks{path}").status_code == 401


def test_the_list_takes_the_same_queries_however_many_there_are(
    api, analyst, django_assert_max_num_queries
):
    for number in range(12):
        make_playbook(f"book-{number}")
    client = api(analyst)
    client.get("/api/playbooks")

    with django_assert_max_num_queries(8):
        client.get("/api/playbooks")
