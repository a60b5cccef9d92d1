"""The parts of the API description that all three streams share."""

from collections.abc import Callable
from functools import cache
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers

from .strict import ListQuery, Strict

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The version that was seen, quoted"
)
KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The first answer again, 24 h"
)


class ProblemSerializer(serializers.Serializer):
    """An error: ``application/problem+json``."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


class ChangeSerializer(serializers.Serializer):
    """One entry of a row's history; ``changes`` maps a field to ``{"from", "to"}``."""

    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True)
    via = serializers.CharField()
    change = serializers.ChoiceField(["created", "changed", "deleted"])
    changes = serializers.DictField(child=serializers.DictField())


def problems(*statuses: int) -> dict[Any, Any]:
    """Return the description of error answers."""
    return {(status, "application/problem+json"): ProblemSerializer for status in statuses}


@cache  # the same shape must be the same class wherever it is used
def page_of(
    name: str, row: type[serializers.BaseSerializer], *, streamed: bool = True
) -> serializers.Serializer:
    """Return the shape of a list; ``seq`` is in those of streamed rows."""
    fields: dict[str, Any] = {
        "results": row(many=True),
        "next": serializers.URLField(allow_null=True),
    }
    if streamed:
        fields["seq"] = serializers.IntegerField()
    return inline_serializer(f"{name}Page", fields)


def row_routes(
    name: str,
    row: type[serializers.BaseSerializer],
    query: type[ListQuery],
    *,
    streamed: bool = True,
    entry: type[ChangeSerializer] = ChangeSerializer,
) -> dict[str, Any]:
    """Return the descriptions of list, detail and history, for ``extend_schema_view``."""
    changes = "Change" if streamed else "SettingChange"
    if entry is not ChangeSerializer:
        changes = entry.__name__.removesuffix("Serializer")
    shape, history = (
        page_of(name, row, streamed=streamed),  # type: ignore[arg-type]  # a class is hashable
        page_of(changes, entry, streamed=streamed),
    )
    pages, entries = (
        {200: shape, **problems(400, 401, 403)},
        {
            200: history,
            **problems(400, 401, 403, 404),
        },
    )
    return {
        "list": extend_schema(parameters=[query], responses=pages),
        "retrieve": extend_schema(responses={200: row, **problems(401, 403, 404)}),
        "history": extend_schema(parameters=[ListQuery], responses=entries),
    }


def row_change[View: Callable[..., Any]](
    row: type[serializers.BaseSerializer], command: type[Strict] | None = None
) -> Callable[[View], View]:
    """Return the description of a POST that changes one row."""
    return extend_schema(
        parameters=[IF_MATCH, KEY],
        request=command,
        responses={200: row, **problems(400, 401, 403, 404, 409, 412, 422)},
    )
