"""The knowledge base in its tables, and rows with a history."""

from typing import Any

import pytest
from django.utils import timezone

from recommendations import services
from recommendations.models import HistoryLink, Playbook, Recommendation
from tests.factories import AT, make_hotspot, make_recommendation
from tests.recommendations.routes import Body, Route
from tests.recommendations.stock import stock

Status = Recommendation.Status


@pytest.fixture
def playbooks(db):
    """The shipped playbooks, synced."""
    stock()


@pytest.fixture
def rows(approver):
    """Three recommendations: one approved, one rejected and taken back, one pending."""
    hotspot = make_hotspot()
    made = [make_recommendation(hotspot, playbook=name) for name in ("a", "b", "c")]
    given = {"by": approver, "at": AT, "via": "api"}
    services.decide(made[0].pk, status=Status.APPROVED, note="Agreed.", **given)
    services.decide(made[1].pk, status=Status.REJECTED, note="Too dear.", **given)
    services.undo(made[1].pk, **given)
    return made


@pytest.fixture
def records(rows):
    """The ids of the six records of history: their links are 1 to 6."""
    ids = Recommendation.history.order_by("history_id").values_list("history_id", flat=True)
    assert list(HistoryLink.objects.order_by("position").values_list("record", flat=True)) == [*ids]
    return list(ids)


@pytest.fixture(scope="module")
def kept_playbooks(django_db_setup, django_db_blocker):
    """The shipped playbooks, synced once for a module whose tests leave them as they are."""
    with django_db_blocker.unblock():
        stock()
    yield
    with django_db_blocker.unblock():
        Playbook.objects.all().delete()


@pytest.fixture
def make_in(approver):
    """A function that makes a row in a state, reached through the services."""

    def build(state: str, **fields: Any) -> Recommendation:
        row = make_recommendation(make_hotspot(), **fields)
        given = {"by": approver, "at": timezone.now(), "via": "api"}
        if state in ("approved", "implemented"):
            row = services.decide(row.pk, status=Status.APPROVED, **given)
        if state == "implemented":
            row = services.implement(row.pk, realised_reduction=1.0, **given)
        if state == "rejected":
            row = services.decide(row.pk, status=Status.REJECTED, **given)
        if state == "expired":
            services.expire_for(row.hotspot)
        return Recommendation.objects.get(pk=row.pk)

    return build


@pytest.fixture
def ask(api, approver):
    """A function that calls a route as somebody, with headers."""

    def send(
        route: Route, row: Any, body: Body | None = None, *, by: Any = approver, **headers: str
    ):
        pk = getattr(row, "pk", row)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        content = route.content(pk, route.body if body is None else body)
        return getattr(api(by), route.method)(route.path(pk), content, format="json", headers=names)

    return send
