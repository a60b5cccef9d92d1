"""The doors that rows share, streamed or not: list, detail, history, changes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSetMixin

from streams.errors import NotFoundError
from streams.models import VersionedRow

from .history import history_rows
from .pagination import page
from .permissions import permission
from .preconditions import etag, if_match
from .strict import MAX_ID, ListQuery, Query
from .views import ApiView


class RowViewSet(ViewSetMixin, ApiView):
    """List, detail, history and changes of rows; ``stream`` is empty if none carries them."""

    stream: ClassVar[str] = ""
    noun: ClassVar[str]
    lookup_value_converter = "int"
    rows: ClassVar[QuerySet]
    queries: ClassVar[Mapping[str, type[Query]]]
    view_permission: ClassVar[str]
    change_permission: ClassVar[str]
    #: what other permissions some actions need
    permissions: ClassVar[Mapping[str, str]] = {}
    reading: ClassVar[frozenset[str]] = frozenset({"list", "retrieve", "history"})

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer an id that no database can hold before anything is asked of the database."""
        super().initial(request, *args, **kwargs)
        if kwargs.get("pk", 0) > MAX_ID:
            raise NotFoundError(f"There is no such {self.noun}.")

    @staticmethod
    def shape(row: Any, /) -> dict[str, Any]:
        """Return the public shape of a row, as the socket sends it."""
        raise NotImplementedError

    def shapes(self, rows: Sequence[Any]) -> "list[dict[str, Any]]":
        """Return the public shapes of a page of rows."""
        return [self.shape(row) for row in rows]

    def entries(self, records: "list[Any]") -> "list[dict[str, Any]]":
        """Return the public shapes of consecutive records of one row's history."""
        return history_rows(records)

    def get_permissions(self) -> list[BasePermission]:
        """Reading needs one permission, everything else the other, unless it has its own."""
        reads = self.action is None or self.action in self.reading
        usual = self.view_permission if reads else self.change_permission
        return [permission(self.permissions.get(self.action or "", usual))()]

    def get_query_class(self) -> type[Query]:
        """Return the query parameters of the current action."""
        if self.action == "history":
            return ListQuery
        return self.queries.get(self.action or "", Query)

    def list(self, request: Request) -> Response:
        """Answer one page of the rows that match the filters."""
        query = self.list_query()
        return Response(
            page(
                request,
                query.filtered(self.rows.all()),
                query,
                stream=self.stream,
                shape=self.shapes,
            )
        )

    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer one row."""
        return self.answer(self.find(pk))

    @action(detail=True)
    def history(self, request: Request, pk: int) -> Response:
        """Answer one page of who changed what, when, and from where."""
        records = self.records(pk).select_related("history_user")
        query = self.list_query()
        return Response(page(request, records, query, stream=self.stream, shape=self.entries))

    def records(self, pk: int) -> QuerySet:
        """Return the history of a row.

        Raises:
            NotFoundError: there is none.
        """
        return self.find(pk).history.all()

    def list_query(self) -> ListQuery:
        """Return the validated parameters of a list."""
        assert isinstance(self.query, ListQuery)  # noqa: S101 - tells the type checker
        return self.query

    def find(self, pk: int) -> Any:
        """Return a row with its names.

        Raises:
            NotFoundError: there is none.
        """
        row: VersionedRow | None = self.rows.filter(pk=pk).first()
        if row is None:
            raise NotFoundError(f"There is no {self.noun} {pk}.")
        return row

    def answer(self, row: VersionedRow) -> Response:
        """Answer one row with its version as ETag."""
        return Response(self.shape(row), headers={"ETag": etag(row)})

    def change(self, service: Callable[..., VersionedRow], pk: int, **values: Any) -> Response:
        """Call a service in the name of whoever asks, and answer the row as it then is."""
        row = service(
            pk,
            by=self.signed_in(),
            at=timezone.now(),
            via="api",
            version=if_match(self.request),
            **values,
        )
        return self.answer(row)
