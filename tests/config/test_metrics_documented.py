"""The page on metrics and the metrics themselves say the same."""

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs/metrics.md").read_text()


@pytest.mark.django_db
def test_every_metric_is_described_and_every_description_has_its_metric(client):
    families = text_string_to_metric_families(client.get("/metrics").text)
    shown = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in families
        if family.name.startswith("emberwatch_")
    }
    assert shown == set(re.findall(r"^\| `(emberwatch_\w+)` \|", PAGE, re.MULTILINE))
