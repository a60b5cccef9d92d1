"""What a row says beside its columns: how sure it is, and how long its decision can be undone."""

from datetime import datetime, timedelta

import orjson
import pytest
from django.utils import timezone

from recommendations.admin.recommendations import is_undoable
from recommendations.generation.drafts import Draft
from recommendations.generation.extractive import write
from recommendations.generation.selection import Selection
from recommendations.generation.situation import Situation
from recommendations.knowledge import confidence
from recommendations.knowledge.corpus import file_corpus
from recommendations.knowledge.index_hybrid import HybridIndex
from recommendations.knowledge.index_words import BM25Index
from recommendations.knowledge.retrieval import Hit
from recommendations.models import Recommendation
from streams.models import StreamEvent
from tests.factories import make_recommendation
from tests.recommendations.routes import ROUTES, refused

pytestmark = pytest.mark.django_db
UNDO = ROUTES["undo"]


def seen(api, user, pk):
    """Return the row as the API and as the newest event have it, which must be the same."""
    row = api(user).get(f"/api/recommendations/{pk}").json()
    event = StreamEvent.objects.filter(stream="recommendations").latest("seq")
    assert orjson.loads(event.data) == row
    return row


@pytest.mark.parametrize("state", ["approved", "rejected"])
def test_a_row_says_until_when_its_decision_can_be_taken_back(
    api, approver, make_in, settings, state
):
    settings.DECISION_UNDO_SECONDS = 90

    row = seen(api, approver, make_in(state).pk)

    decided, until = (datetime.fromisoformat(row[n]) for n in ("decided_at", "undo_until"))
    assert until - decided == timedelta(seconds=90)


@pytest.mark.parametrize("state", ["pending", "implemented", "expired"])
def test_what_cannot_be_taken_back_says_so(api, approver, make_in, state):
    assert seen(api, approver, make_in(state).pk)["undo_until"] is None


def test_where_nothing_can_be_taken_back_no_row_says_it_can(api, approver, make_in, settings, ask):
    settings.DECISION_UNDO_SECONDS = 0
    row = make_in("approved")

    assert seen(api, approver, row.pk)["undo_until"] is None
    assert not is_undoable(row)
    refused(ask(UNDO, row), 409, "undo_expired")


def test_the_row_the_service_and_the_back_office_say_the_same(make_in, settings, ask):
    row = make_in("approved")

    for age, undone in ((settings.DECISION_UNDO_SECONDS + 1, False), (0, True)):
        row.decided_at = timezone.now() - timedelta(seconds=age)
        Recommendation.objects.update(decided_at=row.decided_at)
        assert is_undoable(row) == undone
        assert (ask(UNDO, row).status_code == 200) == undone


@pytest.mark.parametrize(
    ("retriever", "stored", "low"),
    [
        ("hybrid", 0.0, True),
        ("hybrid", 0.19, True),
        ("hybrid", 0.2, False),
        ("bm25", 0.15, True),
        ("bm25", 0.16, False),
        ("bm25", 0.7, False),
        ("by hand", 0.0, False),
    ],
)
def test_a_row_says_what_was_barely_near_enough(api, analyst, retriever, stored, low):
    row = make_recommendation(retriever=retriever, confidence=stored)

    assert seen(api, analyst, row.pk)["low_confidence"] is low


@pytest.mark.parametrize(("share", "low"), [(0.9, True), (1.1, False)])
def test_a_reading_is_barely_enough_where_its_search_is_not_sure(share, low):
    by_meaning = draft(confidence.of_cosine(share * confidence.SURE))
    by_words = draft(confidence.of_words(share * confidence.SURE_WORDS))

    assert confidence.is_low(by_meaning.confidence, HybridIndex.name) is low
    assert confidence.is_low(by_words.confidence, BM25Index.name) is low


def draft(sure: float) -> Draft:
    """Return what a reading without a note gets of a search that is so sure."""
    index = BM25Index(file_corpus())
    name, document = next(iter(index.corpus.documents.items()))
    hit = Hit(document.passages[0].id, name, 1.0, None, 1.0, sure, low=False)
    [written] = write(Situation.from_row({}), index, Selection("a reading", (hit,)))
    return written
