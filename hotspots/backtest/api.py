"""Back-tests over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hotspots.series.rows import find_series
from streams.rest.permissions import permission
from streams.rest.schema import KEY, problems
from streams.rest.views import ApiView

from .comparison import compare
from .rows import comparison_row
from .serializers import BacktestCommand, BacktestSerializer, proposed_setup


class SeriesBacktest(ApiView):
    """``POST /api/series/{id}/backtest``: stores nothing, so that who may look may ask."""

    permission_classes = [permission("hotspots.view_series")]

    @extend_schema(
        operation_id="series_backtest_create",
        parameters=[KEY],
        request=BacktestCommand,
        responses={200: BacktestSerializer, **problems(400, 401, 403, 404, 409, 422, 503)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Answer what other settings would have changed; nothing is stored."""
        wanted = self.body(BacktestCommand)
        series = find_series(pk)
        found = compare(series, proposed_setup(series, wanted), days=wanted["days"])
        return Response(comparison_row(found))
