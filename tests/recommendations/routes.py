"""The routes that change a recommendation, as rows of a table: tests ask each of them the same."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from recommendations.models import HistoryLink, Recommendation
from streams.models import StreamEvent

Body = dict[str, Any]


@dataclass(frozen=True)
class Route:
    """One way to change a row: what it is sent, from which state, and what it leads to."""

    name: str
    state: str
    body: Body
    other: Body
    result: str
    wrong: dict[str, str] = field(default_factory=dict)  # state -> code

    @property
    def method(self) -> str:
        return "patch" if self.name == "edit" else "post"

    def path(self, pk: int) -> str:
        if self.name == "decide":
            return "/api/recommendations/decide"
        return f"/api/recommendations/{pk}" + ("" if self.name == "edit" else f"/{self.name}")

    def content(self, pk: int, body: Body) -> Body:
        return {"approve": [pk], **body} if self.name == "decide" else body


DECIDED = dict.fromkeys(("approved", "rejected", "implemented", "expired"), "already_decided")
UNDECIDED = dict.fromkeys(("pending", "implemented", "expired"), "illegal_state")
ROUTES = {
    route.name: route
    for route in (
        Route("approve", "pending", {"note": "a"}, {"note": "b"}, "approved", DECIDED),
        Route("reject", "pending", {"note": "a"}, {"note": "b"}, "rejected", DECIDED),
        Route("decide", "pending", {"note": "a"}, {"note": "b"}, "approved", DECIDED),
        Route("edit", "pending", {"title": "New"}, {"title": "Newer"}, "pending", DECIDED),
        Route("undo", "approved", {}, {"note": "b"}, "pending", UNDECIDED),
        Route(
            "implemented",
            "approved",
            {"realised_reduction": 1.5},
            {"realised_reduction": None},
            "implemented",
            dict.fromkeys(("pending", "rejected", "implemented", "expired"), "illegal_state"),
        ),
    )
}
every = pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES)
one_row = pytest.mark.parametrize(
    "route",
    [r for r in ROUTES.values() if r.name != "decide"],
    ids=[n for n in ROUTES if n != "decide"],
)
posted = pytest.mark.parametrize(
    "route",
    [r for r in ROUTES.values() if r.method == "post"],
    ids=[n for n in ROUTES if n != "edit"],
)


def image():
    """What a refusal must leave as it is: rows, events, history, links."""
    counted = (StreamEvent.objects, Recommendation.history, HistoryLink.objects)
    return list(Recommendation.objects.values()), [rows.count() for rows in counted]


def refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
