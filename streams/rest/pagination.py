"""Lists: newest first, page by page from a cursor, so that page 10,000 costs what page 1 does."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from streams import events

from .strict import ListQuery, Position


def page(
    request: Request,
    rows: QuerySet,
    query: ListQuery,
    *,
    stream: str = "",
    shape: Callable[[list[Any]], list[dict[str, Any]]],
) -> dict[str, Any]:
    """Return one page of rows.

    Args:
        query: validated, with ``cursor`` and ``page_size``.
        stream: whose position the page tells, for a client that goes on live from it; empty
            for rows that no stream carries.
        shape: makes the public rows; it gets one more record than the page holds, if there
            is one, and leaves it out.
    """
    # before the rows: an event may come again, but none is missed
    position = {"seq": events.head(stream)} if stream else {}
    size, order = query.validated_data["page_size"], query.order(query.validated_data)
    found: list[Model] = list(one_page(rows, query))
    results = shape(found)[:size]
    following = None
    if len(found) > size:
        end = found[size - 1]
        last = Position(end.pk, None if order == "pk" else getattr(end, order))
        following = replace_query_param(request.build_absolute_uri(), "cursor", last.cursor())
    return {"results": results, "next": following, **position}


def one_page(rows: QuerySet, query: ListQuery) -> QuerySet:
    """Return the rows of a page, and one more that says whether the list goes on."""
    given = query.validated_data
    order = query.order(given)
    if (last := given.get("cursor")) is not None:
        rows = _after(rows, last, order)
    return rows.order_by(*dict.fromkeys((f"-{order}", "-pk")))[: given["page_size"] + 1]


def _after(rows: QuerySet, last: Position, order: str) -> QuerySet:
    """Return the rows that come after a position: a range of the order's index."""
    if order == "pk":
        return rows.filter(pk__lt=last.pk)
    at_once = {order: last.at, "pk__gte": last.pk}
    return rows.filter(**{f"{order}__lte": last.at}).exclude(**at_once)
