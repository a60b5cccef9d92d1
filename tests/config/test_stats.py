"""The numbers at the top of the dashboard."""

import pytest

from tests.factories import AT, make_alert, make_hotspot, make_recommendation, make_series

pytestmark = pytest.mark.django_db


def test_without_rows_every_count_is_there_and_zero(api, analyst):
    body = api(analyst).get("/api/stats").json()

    assert body["hotspots"] == {
        "total": 0,
        "by_status": {"open": 0, "acknowledged": 0, "resolved": 0, "ignored": 0},
        "by_severity": {"info": 0, "warn": 0, "critical": 0},
        "active_by_severity": {"info": 0, "warn": 0, "critical": 0},
    }
    assert body["alerts"]["by_status"] == {"active": 0, "acknowledged": 0, "resolved": 0}
    assert body["recommendations"]["by_status"]["pending"] == 0
    assert (body["approved_reduction"], body["approved_reduction_unit"]) == (0, "kg")


def test_rows_are_counted_by_status_and_severity(api, analyst):
    first = make_hotspot(severity="warn")
    make_hotspot(make_series("Site B"), status="acknowledged")
    make_hotspot(make_series("Site C"), status="resolved")
    make_alert(first, level="warn", status="resolved", resolved_at=AT)
    make_alert(first)
    make_recommendation(first)

    body = api(analyst).get("/api/stats").json()

    assert body["hotspots"]["total"] == 3
    assert body["hotspots"]["by_status"]["acknowledged"] == 1
    assert body["hotspots"]["by_severity"] == {"info": 0, "warn": 1, "critical": 2}
    assert body["hotspots"]["active_by_severity"] == {"info": 0, "warn": 1, "critical": 1}
    assert body["alerts"]["by_severity"] == {"info": 0, "warn": 1, "critical": 1}
    assert (body["active_hotspots"], body["critical_hotspots"]) == (2, 1)
    assert (body["active_alerts"], body["pending_recommendations"]) == (1, 1)


def test_what_was_approved_is_summed_in_one_unit(api, approver):
    def recommend(hotspot, playbook, reduction, status):
        decision = {"decided_by": approver, "decided_at": AT} if status != "pending" else {}
        make_recommendation(
            hotspot, playbook=playbook, co2_reduction=reduction, status=status, **decision
        )

    kilograms = make_hotspot(make_series("Supplier A", "co2e"))
    tonnes = make_series("Supplier A", "co2e_year")
    tonnes.metric.unit = "t"
    tonnes.metric.save()
    recommend(kilograms, "a", 10.0, "approved")
    recommend(kilograms, "b", 5.0, "implemented")
    recommend(kilograms, "c", 100.0, "rejected")
    recommend(kilograms, "d", 100.0, "pending")
    recommend(kilograms, "e", None, "approved")
    recommend(make_hotspot(tonnes), "a", 2.0, "approved")

    assert api(approver).get("/api/stats").json()["approved_reduction"] == 2015.0


def test_somebody_has_to_be_signed_in(api):
    answer = api().get("/api/stats")

    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
