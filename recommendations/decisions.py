"""Decisions about recommendations: the first one stands, each with its row of history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from django.conf import settings
from django.contrib.auth.models import User

from hotspots.models import Hotspot
from streams.errors import DomainError, IllegalStateError, NotFoundError
from streams.events import batch

from .errors import (
    AlreadyDecidedError,
    FourEyesError,
    InvalidDecisionError,
    NotYourDecisionError,
    UndoExpiredError,
)
from .generation.effect import MAX_AMOUNT
from .models import Recommendation
from .rows import recommendation_row
from .storage import locked, save
from .texts import unreadable
from .undoing import DECIDED, is_undoable

Status = Recommendation.Status
MAX_NOTE_CHARACTERS = 2000
MAX_DECISIONS = 500


class Result(TypedDict):
    """What became of one id of ``decide_many``: the row, or why nothing changed."""

    id: int
    ok: bool
    row: NotRequired[dict[str, Any]]
    code: NotRequired[str]
    detail: NotRequired[str]


def decide(
    recommendation_id: int,
    *,
    status: Recommendation.Status,
    note: str = "",
    by: User,
    at: datetime,
    via: str,
    version: int | None = None,
) -> Recommendation:
    """Approve or reject a pending recommendation.

    Args:
        status: ``APPROVED`` or ``REJECTED``.
        note: why, at most 2000 characters.
        version: the row's version that the decision was made on, if the caller knows it.

    Raises:
        NotFoundError: no such recommendation.
        AlreadyDecidedError: it is not pending any more; the message says who decided and when.
        FourEyesError: who approves has edited it, now or before, and that rules it out.
        VersionConflictError: the row changed since ``version``.
        InvalidDecisionError: the note is too long or not text.
    """
    if status not in DECIDED:
        raise ValueError(f"A decision is approved or rejected, not {status}.")
    note = _checked_note(note)
    with batch():
        recommendation = locked(recommendation_id)
        require_pending(recommendation)
        if status == Status.APPROVED:
            _require_other_eyes(recommendation, by)
        recommendation.require_version(version)
        recommendation.status = status
        recommendation.note = note
        recommendation.decided_by, recommendation.decided_at = by, at
        save(recommendation, by=by, via=via)
    return recommendation


def decide_many(
    *,
    approve: Sequence[int],
    reject: Sequence[int],
    versions: Mapping[int, int] | None = None,
    note: str = "",
    by: User,
    at: datetime,
    via: str,
) -> list[Result]:
    """Decide each id on its own: one that is refused does not hold up the others.

    Args:
        versions: by id, the version of the row that was seen; of any id, or of none.

    Returns:
        One result per id, approvals first, in the order given.

    Raises:
        InvalidDecisionError: more than 500 ids, or the note is too long or not text.
    """
    if len(approve) + len(reject) > MAX_DECISIONS:
        raise InvalidDecisionError(f"At most {MAX_DECISIONS} recommendations at once.")
    note = _checked_note(note)
    wanted = [(pk, Status.APPROVED) for pk in approve] + [(pk, Status.REJECTED) for pk in reject]
    seen = versions or {}
    results: list[Result] = []
    for pk, status in wanted:
        try:
            row = decide(pk, status=status, note=note, by=by, at=at, via=via, version=seen.get(pk))
            results.append({"id": pk, "ok": True, "row": recommendation_row(row)})
        except DomainError as error:
            results.append({"id": pk, "ok": False, "code": error.code, "detail": str(error)})
    return results


def undo(
    recommendation_id: int,
    *,
    by: User,
    at: datetime,
    via: str,
    version: int | None = None,
) -> Recommendation:
    """Take a decision back, shortly after it was made and by who made it.

    It is pending again; expired, if its hotspot ended or its time ran out meanwhile.

    Raises:
        NotFoundError: no such recommendation.
        IllegalStateError: it is neither approved nor rejected.
        NotYourDecisionError: somebody else decided.
        UndoExpiredError: ``DECISION_UNDO_SECONDS`` have passed.
        VersionConflictError: the row changed since ``version``.
    """
    with batch():
        _lock_hotspot_of(recommendation_id)  # so that it cannot end between look and save
        recommendation = locked(recommendation_id)
        _require_undoable(recommendation, by=by, at=at)
        recommendation.require_version(version)
        outlived = not recommendation.hotspot.is_active or recommendation.expires_at <= at
        recommendation.status = Status.EXPIRED if outlived else Status.PENDING
        recommendation.decided_by = recommendation.decided_at = None
        recommendation.note = ""
        save(recommendation, by=by, via=via)
    return recommendation


def implement(
    recommendation_id: int,
    *,
    realised_reduction: float | None,
    by: User,
    at: datetime,
    via: str,
    version: int | None = None,
) -> Recommendation:
    """Note that an approved measure was carried out.

    Args:
        realised_reduction: what it brought, in the hotspot's unit; ``None`` if not measured.
        at: when it was noted; the row of history has its own clock.

    Raises:
        NotFoundError: no such recommendation.
        IllegalStateError: it is not approved.
        InvalidDecisionError: ``realised_reduction`` is none that anybody measures.
        VersionConflictError: the row changed since ``version``.
    """
    if realised_reduction is not None and not abs(realised_reduction) <= MAX_AMOUNT:
        raise InvalidDecisionError(
            f"The realised reduction must be a number of at most {MAX_AMOUNT:,.0f} either way."
        )
    with batch():
        recommendation = locked(recommendation_id)
        if recommendation.status != Status.APPROVED:
            raise IllegalStateError(
                f"Only an approved one can be implemented: this is {recommendation.status}."
            )
        recommendation.require_version(version)
        recommendation.status = Status.IMPLEMENTED
        recommendation.realised_reduction = realised_reduction
        save(recommendation, by=by, via=via)
    return recommendation


def require_pending(recommendation: Recommendation) -> None:
    """Refuse to touch what was decided.

    Raises:
        AlreadyDecidedError: it is not pending; the message says who decided and when.
    """
    if recommendation.status != Status.PENDING:
        raise AlreadyDecidedError(_decided_sentence(recommendation))


def _require_other_eyes(recommendation: Recommendation, by: User) -> None:
    """The history knows every editor, the row the last one."""
    if not recommendation.four_eyes or recommendation.edited_by_id is None:
        return
    if recommendation.history.filter(edited_by_id=by.pk).exists():
        raise FourEyesError("You edited it: somebody else has to approve it. You may reject it.")


def _checked_note(note: str) -> str:
    note = note.strip()
    if len(note) > MAX_NOTE_CHARACTERS:
        raise InvalidDecisionError(f"The note has more than {MAX_NOTE_CHARACTERS} characters.")
    if character := unreadable(note):
        raise InvalidDecisionError(f"The note has {character}, which nobody can read.")
    return note


def _decided_sentence(recommendation: Recommendation) -> str:
    if recommendation.decided_at is None:
        return f"Already {recommendation.status}: it can no longer be decided."
    decided = f"{recommendation.decided_by} on {recommendation.decided_at:%Y-%m-%d %H:%M} UTC"
    if recommendation.status == Status.IMPLEMENTED:
        return f"Already approved by {decided}, and carried out since."
    return f"Already {recommendation.status} by {decided}."


def _lock_hotspot_of(recommendation_id: int) -> None:
    hotspots = Hotspot.objects.filter(recommendations=recommendation_id)
    if hotspots.select_for_update(no_key=True, of=("self",)).first() is None:
        raise NotFoundError(f"There is no recommendation {recommendation_id}.")


def _require_undoable(recommendation: Recommendation, *, by: User, at: datetime) -> None:
    if recommendation.status not in DECIDED:
        raise IllegalStateError(f"There is no decision to undo: it is {recommendation.status}.")
    if recommendation.decided_by_id != by.pk:
        raise NotYourDecisionError(f"{recommendation.decided_by} decided: only they can undo it.")
    if not is_undoable(recommendation, at):
        raise UndoExpiredError(
            f"A decision can be undone for {settings.DECISION_UNDO_SECONDS} seconds only."
        )
