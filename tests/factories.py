"""Rows for tests, saved through the models, so that their events are published."""

from datetime import UTC, datetime
from typing import Any

from alerts.models import Alert
from hotspots.models import Entity, Hotspot, Metric, Series
from recommendations.models import Recommendation

AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def make_series(entity: str = "Supplier A", metric: str = "co2e", **entity_fields: Any) -> Series:
    """One metric of one entity; the same names give the same series."""
    owner, _ = Entity.objects.get_or_create(name=entity, defaults=entity_fields)
    kind, _ = Metric.objects.get_or_create(name=metric, defaults={"unit": "kg"})
    return Series.objects.get_or_create(entity=owner, metric=kind)[0]


def make_hotspot(series: Series | None = None, **fields: Any) -> Hotspot:
    """An open hotspot; `status="resolved"` gets its date by itself."""
    values = {
        "value": 122.0,
        "baseline": 80.0,
        "expected_low": 70.0,
        "expected_high": 90.0,
        "percent_above": 52.5,
        "score": 0.9,
        "severity": "critical",
        "rule": "anomaly",
        "reason": "season_level",
        "side": "high",
        "explanation": "122 kg where 80 was expected.",
        "opened_at": AT,
        "last_seen_at": AT,
    } | fields
    if values.get("status") in {"resolved", "ignored"}:
        values.setdefault("resolved_at", AT)
    return Hotspot.objects.create(series=series or make_series(), **values)


def make_alert(hotspot: Hotspot | None = None, **fields: Any) -> Alert:
    """An active alert."""
    values = {"level": "critical", "message": "Supplier A: co2e is critical."} | fields
    return Alert.objects.create(hotspot=hotspot or make_hotspot(), **values)


def make_recommendation(hotspot: Hotspot | None = None, **fields: Any) -> Recommendation:
    """A pending recommendation."""
    values = {
        "playbook": "rail-freight",
        "title": "Move long legs to rail",
        "action": "Book the leg by rail.",
        "retriever": "bm25",
        "cost": "medium",
        "feasibility": 6,
        "confidence": 0.7,
        "expires_at": datetime(2099, 1, 1, tzinfo=UTC),
    } | fields
    return Recommendation.objects.create(hotspot=hotspot or make_hotspot(), **values)
