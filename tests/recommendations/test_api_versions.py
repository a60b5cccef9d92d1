"""Deciding many on what was seen of each: a row that changed since is told apart."""

import json

import pytest
from django.utils import timezone

from recommendations import services
from recommendations.models import Recommendation
from tests.factories import make_recommendation
from tests.recommendations.routes import image, refused

pytestmark = pytest.mark.django_db
DECIDE = "/api/recommendations/decide"


@pytest.fixture
def three():
    """Three pending recommendations, the second of which was edited: it is at version 2."""
    hotspot = make_recommendation(playbook="a").hotspot
    rows = [Recommendation.objects.get(), *(make_recommendation(hotspot, playbook=n) for n in "bc")]
    given = {"by": None, "at": timezone.now(), "via": "api"}
    services.edit(rows[1].pk, changes={"cost": "low"}, **given)
    return [row.pk for row in rows]


@pytest.fixture
def decide(api, approver):
    """A function that sends a command about many."""
    return lambda **body: api(approver).post(DECIDE, body, format="json")


def test_a_row_that_changed_since_is_told_apart_and_the_others_are_decided(decide, three):
    first, changed, third = three
    untouched = Recommendation.objects.filter(pk=changed).values().get()

    answer = decide(approve=[first, changed], reject=[third], versions=dict.fromkeys(three, 1))

    assert answer.status_code == 200
    one, conflict, other = answer.json()["results"]
    assert (one["row"]["status"], other["row"]["status"]) == ("approved", "rejected")
    assert conflict == {
        "id": changed,
        "ok": False,
        "code": "version_conflict",
        "detail": "The row is at version 2, not 1: look at it again.",
    }
    assert Recommendation.objects.filter(pk=changed).values().get() == untouched


def test_the_answer_is_that_of_if_match(api, approver, decide, three):
    headers = {"If-Match": '"1"'}

    alone = api(approver).post(f"/api/recommendations/{three[1]}/approve", headers=headers).json()
    [among_many] = decide(approve=[three[1]], versions={three[1]: 1}).json()["results"]

    assert {name: alone[name] for name in ("code", "detail")} == {
        name: among_many[name] for name in ("code", "detail")
    }


def test_versions_of_some_and_of_what_is_not_there(decide, three):
    answer = decide(approve=[*three, 999], versions={three[1]: 2, 999: 1})

    results = answer.json()["results"]
    assert [result["ok"] for result in results] == [True, True, True, False]
    assert results[3]["code"] == "not_found"


def test_the_version_of_one_row_says_nothing_of_many(api, approver, three):
    before = image()

    answer = api(approver).post(DECIDE, {"approve": three}, headers={"If-Match": '"1"'})

    refused(answer, 400, "bad_if_match")
    assert "`versions`" in answer.json()["detail"]
    assert image() == before


def test_what_was_decided_is_told_before_the_version(decide, three):
    decide(reject=[three[0]])

    [result] = decide(approve=[three[0]], versions={three[0]: 1}).json()["results"]

    assert result["code"] == "already_decided"


@pytest.mark.parametrize(
    ("versions", "names"),
    [
        ('{"999": 1}', "999"),
        ('{"{pk}": 1, "999": 1}', "999"),
        ('{"{pk}": "1"}', "{pk}"),
        ('{"{pk}": 0}', "{pk}"),
        ('{"{pk}": -1}', "{pk}"),
        ('{"{pk}": 1.0}', "{pk}"),
        ('{"{pk}": true}', "{pk}"),
        ('{"{pk}": null}', "{pk}"),
        ('{"{pk}": [1]}', "{pk}"),
        ('{"{pk}": 18446744073709551615}', "{pk}"),
        ('{"0{pk}": 1}', "0{pk}"),
        ('{" {pk}": 1}', " {pk}"),
        ('{"+{pk}": 1}', "+{pk}"),
        ('{"{pk}.0": 1}', "{pk}.0"),
        ('{"-{pk}": 1}', "-{pk}"),
        ('{"": 1}', ""),
        ('{"\\u0661": 1}', "\u0661"),
        ('{"one": 1}', "one"),
        ('[1]', "dictionary"),
        ('"1"', "dictionary"),
        ("1", "dictionary"),
        ("null", "null"),
    ],
)  # fmt: skip
def test_versions_that_say_nothing_clear_decide_nothing(api, approver, three, versions, names):
    pk = str(three[0])
    body = f'{{"approve": [{pk}], "versions": {versions.replace("{pk}", pk)}}}'
    before = image()

    answer = api(approver).post(DECIDE, body, content_type="application/json")

    refused(answer, 400, "invalid")
    assert names.replace("{pk}", pk) in json.dumps(answer.json(), ensure_ascii=False)
    assert any(name.startswith("versions") for name in answer.json()["errors"])
    assert image() == before


@pytest.mark.parametrize("ids", ['["1"]', "[1.0]", "[true]", "[null]", "[[1]]"])
def test_an_id_is_a_whole_number(api, approver, three, ids):
    body = f'{{"approve": {ids}}}'
    before = image()

    refused(api(approver).post(DECIDE, body, content_type="application/json"), 400, "invalid")
    assert image() == before
