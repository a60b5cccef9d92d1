"""Amounts that are summed: whatever was sent or noted, the sums stay numbers."""

import math

import pytest

from recommendations.generation.effect import MAX_AMOUNT, estimate
from recommendations.generation.situation import Situation
from recommendations.knowledge.schema import Effect
from tests.factories import make_hotspot, make_recommendation, make_series
from tests.recommendations.books import make_playbook

HALF = Effect(
    low_pct=50, high_pct=60, basis="x", scope="total", condition="y", quote="50 % to 60 %"
)


def expected_of(value):
    row = {"value": value, "baseline": 1.0, "unit": "kg", "metric": "co2e", "side": "high"}
    return estimate(HALF, Situation.from_row(row))


def test_of_a_reading_that_is_none_no_amount_is_expected():
    told = expected_of(1.1 * MAX_AMOUNT)

    assert told.amount is None
    assert told.arithmetic == "No amount is computed: the reading is too large to be one."
    assert expected_of(MAX_AMOUNT).amount == MAX_AMOUNT / 2


@pytest.mark.django_db
def test_what_is_noted_at_most_can_be_summed(api, approver):
    make_playbook()
    client, most = api(approver), {"realised_reduction": MAX_AMOUNT}
    for name in ("A", "B"):
        hotspot = make_hotspot(make_series(name))
        row = make_recommendation(hotspot, playbook="rail", predicted_reduction=MAX_AMOUNT)
        path = f"/api/recommendations/{row.pk}"
        assert client.post(f"{path}/approve").status_code == 200
        assert client.post(f"{path}/implemented", most, format="json").status_code == 200

    [unit] = client.get("/api/playbooks/rail").json()["outcomes"]["units"]

    assert math.isclose(unit["realised"], 2 * MAX_AMOUNT)
    assert unit["ratio"] == 1
