"""Playbooks over REST, for reading: what recommendations rest on, and what came of them."""

from collections.abc import Collection, Sequence, Set
from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from streams.errors import NotFoundError
from streams.rest.permissions import permission
from streams.rest.schema import problems
from streams.rest.strict import Choices, Query, Texts
from streams.rest.views import ApiView

from .knowledge.kinds import kind_of
from .knowledge.schema import FrontMatter
from .models import Passage, Playbook
from .outcomes import outcomes
from .playbook_rows import ORIGINS, front_of, origin_of, passage_rows, playbook_row
from .playbook_serializers import PlaybookDetailSerializer, PlaybooksSerializer

type Book = tuple[Playbook, FrontMatter]

READS_PLAYBOOKS = permission("recommendations.view_playbook")


class PlaybookQuery(Query):
    """Filters of the list, each with alternatives; what no playbook knows narrows nothing down."""

    origin = Choices(ORIGINS)
    entity_type = Texts(max_length=40)
    metric = Texts(max_length=100)
    q = serializers.CharField(required=False, max_length=200, help_text="A part of its text")

    def matching(self, books: Sequence[Book]) -> list[Book]:
        """Return the playbooks that pass every filter which was given."""
        given: dict[str, Any] = self.validated_data
        known = {metric for _, front in books for metric in front.applies_to.metric}
        metrics = known.intersection(given.get("metric", ()))
        kinds = {kind for name in given.get("entity_type", ()) if (kind := kind_of(name))}
        origins, part = given.get("origin", ORIGINS), given.get("q", "").casefold()
        return [
            (playbook, front)
            for playbook, front in books
            if origin_of(playbook) in origins
            and _is_for(front.applies_to.entity_type, kinds)
            and _is_for(front.applies_to.metric, metrics)
            and part in _text(playbook)
        ]


class PlaybookList(ApiView):
    """All playbooks that are searched; there are some dozens, so they come in one page."""

    permission_classes = (READS_PLAYBOOKS,)
    query_class = PlaybookQuery
    query: PlaybookQuery

    @extend_schema(
        parameters=[PlaybookQuery],
        responses={200: PlaybooksSerializer, **problems(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Answer the playbooks that match, by their title."""
        texts = Prefetch("passages", Passage.objects.defer("embedding"))
        playbooks = Playbook.objects.prefetch_related(texts).order_by("title", "slug")
        found = self.query.matching([(playbook, front_of(playbook)) for playbook in playbooks])
        came_of = outcomes(playbook.slug for playbook, _ in found)
        rows = [playbook_row(book, front, came_of[book.slug]) for book, front in found]
        return Response({"results": rows, "next": None})


class PlaybookDetail(ApiView):
    """One playbook with its passages."""

    permission_classes = (READS_PLAYBOOKS,)

    @extend_schema(responses={200: PlaybookDetailSerializer, **problems(401, 403, 404)})
    def get(self, request: Request, slug: str) -> Response:
        """Answer the playbook, its passages in order, and what came of it."""
        playbook = Playbook.objects.filter(slug=slug).first()
        if playbook is None:
            raise NotFoundError("There is no such playbook; it may have been withdrawn.")
        row = playbook_row(playbook, front_of(playbook), outcomes([slug])[slug])
        return Response({**row, "passages": passage_rows(playbook)})


def _is_for(named: Collection[str], wanted: Set[str]) -> bool:
    """Whether a playbook names any of what is wanted; naming nothing, it is for everything."""
    return not named or not wanted or not wanted.isdisjoint(named)


def _text(playbook: Playbook) -> str:
    passages = (f"{passage.heading} {passage.text}" for passage in playbook.passages.all())
    return " ".join([playbook.title, playbook.slug, *passages]).casefold()
