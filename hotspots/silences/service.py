"""Every write to silences: make one, end one early. What they hide follows at once.

A page of hotspots is hidden or released in the same transaction, the rest by the next round of
``silencing``.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from hotspots.models import Entity, Metric
from hotspots.models.silence import MAX_LENGTH, Silence
from streams import events
from streams.audit import save_setting
from streams.errors import DomainError, IllegalStateError, NotFoundError

from . import silencing

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: silences that have not ended, so that reading them stays cheap
MAX_PENDING = 1_000


class SilenceError(DomainError):
    """A silence cannot be made as asked; ``field`` says what is wrong with it."""

    status = 400

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field
        self.extra = {"errors": {field: [text]}}


class BadWindowError(SilenceError):
    """Its times cannot be: over already, the wrong way round, too long."""

    code = "bad_window"


class BadScopeError(SilenceError):
    """It covers nothing that is known, or both everything and something."""

    code = "bad_scope"


class TooManySilencesError(DomainError):
    """As many silences hold or are planned as may."""

    code = "too_many_silences"


def create(
    *,
    kind: str,
    reason: str,
    ends_at: datetime,
    starts_at: datetime | None = None,
    entity: str | None = None,
    entity_type: str = "",
    metric: str | None = None,
    everything: bool = False,
    by: "User | None",
    at: datetime,
    via: str,
) -> Silence:
    """Make a silence, and hide what is open in it if it begins at once.

    Args:
        kind: silence or maintenance.
        reason: one line, shown on everything that it hides; not empty, at most 200 characters.
        starts_at: default now; may lie in the past.
        entity, entity_type, metric: names of what it covers, together; at least one, unless
            ``everything``.

    Raises:
        BadWindowError, BadScopeError, TooManySilencesError: see there.
    """
    with events.batch():
        silence = Silence(
            kind=kind,
            reason=" ".join(reason.split()),
            everything=everything,
            entity=_entity(entity),
            entity_type=entity_type,
            metric=_metric(metric),
            starts_at=starts_at or at,
            ends_at=ends_at,
            created_by=by,
        )
        check(silence, at)
        save_setting(silence, by=by, via=via)
        silencing.hide(at, by=by, via=via)
    return silence


def end(
    silence_id: int, *, by: "User | None", at: datetime, via: str, version: int | None = None
) -> Silence:
    """End a silence early, or call off a planned one, and release what it hides.

    Raises:
        NotFoundError: no such silence.
        VersionConflictError: ``version`` is not the row's.
        IllegalStateError: it has ended already.
    """
    with events.batch():
        rows = Silence.objects.with_names().select_for_update(no_key=True, of=("self",))
        silence = rows.filter(pk=silence_id).first()
        if silence is None:
            raise NotFoundError(f"There is no silence {silence_id}.")
        silence.require_version(version)
        if silence.is_over(at):
            raise IllegalStateError(f"Silence {silence_id} has ended already.")
        silence.ended_at = at
        save_setting(silence, by=by, via=via)
        silencing.release(at, by=by, via=via)
    return silence


def check(silence: Silence, at: datetime) -> None:
    """Refuse an unsaved silence whose time or scope cannot be.

    Raises:
        BadWindowError, BadScopeError, TooManySilencesError: see there.
    """
    starts, ends = silence.starts_at, silence.ends_at
    if ends <= starts:
        raise BadWindowError("ends_at", "A silence ends after it starts.")
    if ends <= at:
        raise BadWindowError("ends_at", "A silence that is over already hides nothing.")
    if ends - starts > MAX_LENGTH:
        raise BadWindowError("ends_at", f"A silence lasts at most {MAX_LENGTH.days} days.")
    is_named = bool(silence.entity or silence.entity_type or silence.metric)
    if silence.everything and is_named:
        raise BadScopeError("everything", "A silence of everything names nothing else.")
    if not silence.everything and not is_named:
        named = "an entity, an entity type or a metric"
        raise BadScopeError("entity", f"Name {named}, or say that everything is meant.")
    if Silence.objects.pending(at).count() >= MAX_PENDING:
        raise TooManySilencesError(
            f"{MAX_PENDING} silences hold or are planned: end some of them first."
        )


def _entity(name: str | None) -> Entity | None:
    if not name:
        return None
    if (entity := Entity.objects.filter(name=name).first()) is None:
        raise BadScopeError("entity", f"There is no entity {name!r}.")
    return entity


def _metric(name: str | None) -> Metric | None:
    if not name:
        return None
    if (metric := Metric.objects.filter(name=name).first()) is None:
        raise BadScopeError("metric", f"There is no metric {name!r}.")
    return metric
