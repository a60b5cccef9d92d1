"""What lists over REST read of the tables behind them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_alert, make_hotspot, make_recommendation

pytestmark = pytest.mark.django_db

MAKERS = {
    "hotspots": make_hotspot,
    "alerts": make_alert,
    "recommendations": make_recommendation,
}


@pytest.mark.parametrize("stream", MAKERS)
@pytest.mark.parametrize("what", ["", "/{}"], ids=["list", "row"])
def test_what_a_series_remembers_is_not_read_for_a_row(api, analyst, stream, what):
    """Up to 600 bytes a series, which no row shows; leaving them out asks nothing again."""
    row = MAKERS[stream]()
    client = api(analyst)

    with CaptureQueriesContext(connection) as caught:
        answer = client.get(f"/api/{stream}{what.format(row.pk)}")

    assert answer.status_code == 200
    queries = [query["sql"] for query in caught.captured_queries]
    of_series = [sql for sql in queries if '"hotspots_series"' in sql]
    assert len(of_series) == 1
    assert '"hotspots_series"."state"' not in of_series[0]
