"""The sentence that an alert says."""

import pytest

from alerts.messages import message
from tests.factories import make_hotspot

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Critical: co2e of Supplier A is 122 kg, 52 % above the expected 80 kg."),
        (
            {"rule": "policy", "severity": "warn"},
            "Warn: co2e of Supplier A is 122 kg, 52 % above the target 80 kg.",
        ),
        (
            {"rule": "policy", "severity": "info", "value": 68.0, "percent_above": -15.0},
            "Info: co2e of Supplier A is 68 kg, 15 % below the target 80 kg.",
        ),
        (
            {"side": "low", "value": 8.0, "percent_above": -90.0},
            "Critical: co2e of Supplier A is 8 kg, 90 % below the expected 80 kg.",
        ),
        (
            {"percent_above": None},
            "Critical: co2e of Supplier A is 122 kg, above the expected 80 kg.",
        ),
        (
            {"baseline": None, "percent_above": None},
            "Critical: co2e of Supplier A is 122 kg, which is not as expected.",
        ),
        (
            {"rule": "data_quality", "reason": "feed_silent", "severity": "info"},
            "Info: co2e of Supplier A looks like a fault in the data (feed silent).",
        ),
    ],
)
def test_it_names_entity_metric_level_and_how_far_off(fields, sentence):
    assert message(make_hotspot(**fields)) == sentence
