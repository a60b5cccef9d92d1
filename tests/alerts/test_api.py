"""Alerts over REST."""

import pytest

from alerts.models import Alert
from alerts.rows import alert_row
from alerts.serializers import AlertSerializer
from streams import events
from streams.models import StreamEvent
from tests.factories import AT, make_alert, make_hotspot, make_series

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    """Three alerts of two hotspots."""
    first, second = make_hotspot(), make_hotspot(make_series("Site B"))
    return [
        make_alert(first, level="warn", status="resolved", resolved_at=AT),
        make_alert(first, level="critical", status="acknowledged"),
        make_alert(second, level="warn"),
    ]


def test_a_list_is_newest_first_with_the_rows_of_the_socket(api, analyst, three):
    body = api(analyst).get("/api/alerts").json()

    rows = Alert.objects.with_names().order_by("-pk")
    assert body["results"] == [alert_row(alert) for alert in rows]
    assert body["seq"] == events.head("alerts") == 3
    assert set(AlertSerializer().fields) == set(body["results"][0])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=active", [2]),
        ("status=acknowledged,resolved", [1, 0]),
        ("level=warn", [2, 0]),
        ("entity=Site+B", [2]),
        ("hotspot_id={first}", [1, 0]),
        ("hotspot_id=9223372036854775807", []),
    ],
)
def test_filters(api, analyst, three, query, found):
    query = query.format(first=three[0].hotspot_id)
    body = api(analyst).get(f"/api/alerts?{query}").json()

    assert [row["id"] for row in body["results"]] == [three[i].pk for i in found]


@pytest.mark.parametrize(
    "query", ["level=high", "hotspot_id=x", "hotspot_id=9223372036854775808", "severity=warn"]
)
def test_a_wrong_query_names_the_parameter(api, analyst, query):
    answer = api(analyst).get(f"/api/alerts?{query}")

    assert answer.status_code == 400
    assert next(iter(answer.json()["errors"])).startswith(query.split("=")[0])


@pytest.mark.parametrize(
    ("action", "status"), [("acknowledge", "acknowledged"), ("resolve", "resolved")]
)
def test_a_change_answers_the_row_and_sends_it(api, analyst, three, action, status):
    path = f"/api/alerts/{three[2].pk}"

    answer = api(analyst).post(f"{path}/{action}")

    assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert answer["ETag"] == '"2"'
    assert api(analyst).get(path).json() == answer.json()
    assert StreamEvent.objects.filter(event="alert.updated").count() == 1
    assert api(analyst).get(f"{path}/history").json()["results"][0]["by"] == "analyst"


@pytest.mark.parametrize(
    ("role", "headers", "body", "status", "code"),
    [
        ("analyst", {"If-Match": '"9"'}, {}, 412, "version_conflict"),
        ("analyst", {}, {"status": "resolved"}, 400, "unknown_field"),
        ("ingester", {}, {}, 403, "not_permitted"),
        (None, {}, {}, 401, "not_signed_in"),
    ],
)
@pytest.mark.parametrize("action", ["acknowledge", "resolve"])
def test_a_refused_change_changes_and_sends_nothing(
    api, make_user, three, action, role, headers, body, status, code
):
    user = make_user("somebody", role=role) if role else None
    before = list(Alert.objects.values()), StreamEvent.objects.count(), Alert.history.count()

    answer = api(user).post(
        f"/api/alerts/{three[2].pk}/{action}", body, format="json", headers=headers
    )

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    after = list(Alert.objects.values()), StreamEvent.objects.count(), Alert.history.count()
    assert after == before
