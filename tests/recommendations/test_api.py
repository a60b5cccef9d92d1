"""Finding and looking at recommendations over REST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.models import Recommendation
from recommendations.rows import recommendation_row
from recommendations.serializers import RecommendationSerializer
from recommendations.services import edit
from streams import events
from tests.factories import AT, make_hotspot, make_recommendation, make_series

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    """Three recommendations for two hotspots."""
    first, second = make_hotspot(), make_hotspot(make_series("Site B"))
    return [
        make_recommendation(first, playbook="a", status="expired"),
        make_recommendation(first, playbook="b"),
        make_recommendation(second),
    ]


def test_a_list_is_newest_first_with_the_rows_of_the_socket(api, analyst, three):
    body = api(analyst).get("/api/recommendations").json()

    rows = Recommendation.objects.with_names().order_by("-pk")
    assert body["results"] == [recommendation_row(row) for row in rows]
    assert body["seq"] == events.head("recommendations") == 3
    assert set(RecommendationSerializer().fields) == set(body["results"][0])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=pending", [2, 1]),
        ("status=expired&status=approved", [0]),
        ("entity=Supplier+A", [1, 0]),
        ("hotspot_id={second}", [2]),
    ],
)
def test_filters(api, analyst, three, query, found):
    query = query.format(second=three[2].hotspot_id)
    body = api(analyst).get(f"/api/recommendations?{query}").json()

    assert [row["id"] for row in body["results"]] == [three[i].pk for i in found]


@pytest.mark.parametrize("query", ["status=open", "hotspot_id=-1", "level=warn"])
def test_a_wrong_query_names_the_parameter(api, analyst, query):
    answer = api(analyst).get(f"/api/recommendations?{query}")

    assert answer.status_code == 400
    assert next(iter(answer.json()["errors"])).startswith(query.split("=")[0])


def test_a_detail_carries_its_version_as_etag(api, analyst, three):
    answer = api(analyst).get(f"/api/recommendations/{three[1].pk}")

    assert (answer.status_code, answer["ETag"]) == (200, '"1"')
    assert answer.json()["status"] == "pending"


@pytest.mark.parametrize("path", ["", "/1", "/1/history"])
@pytest.mark.parametrize(("role", "status"), [("ingester", 403), (None, 401)])
def test_reading_needs_the_permission(api, make_user, path, role, status):
    user = make_user("somebody", role=role) if role else None

    assert api(user).get(f"/api/recommendations{path}").status_code == status


def test_pages_take_the_same_queries_however_long_they_are(api, approver, make_user):
    client, counted = api(approver), []
    row = make_recommendation()
    for name in "XYZ":
        by = make_user(f"editor {name}", role="approver")
        other = make_recommendation(make_hotspot(make_series(f"Site {name}")))
        for pk in (row.pk, other.pk):
            edit(pk, changes={"title": f"By {name}"}, by=by, at=AT, via="api")
        counted.append([queries(client, path) for path in ("", f"/{row.pk}", f"/{row.pk}/history")])

    assert counted[0] == counted[1] == counted[2]


def queries(client, path):
    """Return how many statements a read takes once the session is known."""
    assert client.get(f"/api/recommendations{path}").status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/api/recommendations{path}")
    return len(captured)
