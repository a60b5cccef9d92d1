"""What is there where hotspots begin to ask: active ones of the same entities, and silences.

Read at most once in a transaction, on PostgreSQL in one message. (Three queries of the ORM took
a fifth of the processor time of a POST that opens a hotspot.)
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Q
from psycopg import ClientCursor

from hotspots.batch.watching import Watch
from hotspots.clock import moment
from hotspots.models import Entity, Hotspot, Silence

#: changes with which a hotspot begins to ask for somebody
BEGINNINGS = {"opened", "escalated", "reopened"}

_SILENCE = [field.attname for field in Silence._meta.concrete_fields]
_SILENCE_COLUMNS = ", ".join(str(field.column) for field in Silence._meta.concrete_fields)

#: Three statements, since each of them sees what was committed before it began: the second one
#: also what those had to say who held the locks that the first one waited for.
LOOK_AROUND = f"""
    SELECT FROM hotspots_entity WHERE id = ANY(%(opening)s) ORDER BY id FOR NO KEY UPDATE;
    SELECT s.entity_id, h.id, h.series_id, h.opened_at, h.incident_id
    FROM hotspots_series AS s JOIN hotspots_hotspot AS h ON h.series_id = s.id
    WHERE s.entity_id = ANY(%(opening)s) AND h.status IN ('open', 'acknowledged')
    ORDER BY h.id;
    SELECT {_SILENCE_COLUMNS} FROM hotspots_silence
    WHERE starts_at <= %(last)s AND ends_at > %(first)s AND (ended_at IS NULL OR ended_at > %(first)s)
        AND (entity_id IS NULL OR entity_id = ANY(%(asking)s))
"""  # noqa: S608, E501 - columns of a model


class Opened(NamedTuple):
    """What of an active hotspot says where it belongs."""

    entity_id: int
    pk: int
    series_id: int
    opened_at: datetime
    incident_id: int | None


class Surroundings(NamedTuple):
    """Active hotspots in the order of their keys, and silences begun and not over by then."""

    active: list[Opened]
    silences: list[Silence]


class _Place(NamedTuple):
    """Entities in which hotspots open or begin to ask, from the first such reading to the last."""

    opening: list[int]
    asking: list[int]
    first: datetime
    last: datetime


def look_around(changed: Iterable[Watch]) -> Surroundings:
    """Lock the entities in which hotspots open; return what matters to all that begin to ask.

    Two metrics of one plant come in by two transactions as often as by one, and without the lock
    neither of these would see what the other is about to open.
    """
    place = _place(changed)
    if place is None:
        return Surroundings([], [])
    if connection.vendor == "postgresql":
        return _postgresql(place)
    return _portable(place)


def _place(changed: Iterable[Watch]) -> _Place | None:
    begins = [
        (seen.source.entity_id, change)
        for seen in changed
        for change in seen.changes
        if change.kind in BEGINNINGS
    ]
    if not begins:
        return None
    times = [change.at for _, change in begins]
    return _Place(
        sorted({pk for pk, change in begins if change.kind == "opened"}),
        sorted({pk for pk, _ in begins}),
        moment(min(times)),
        moment(max(times)),
    )


def _postgresql(place: _Place) -> Surroundings:
    with connection.cursor() as cursor:
        # Bound here: only the simple query protocol takes several statements at once.
        cursor.execute(ClientCursor(connection.connection).mogrify(LOOK_AROUND, place._asdict()))
        cursor.nextset()
        active = [Opened._make(row) for row in cursor.fetchall()]
        cursor.nextset()
        rows = cursor.fetchall()
    return Surroundings(active, [Silence.from_db(connection.alias, _SILENCE, row) for row in rows])


def _portable(place: _Place) -> Surroundings:
    locked = Entity.objects.filter(pk__in=place.opening).order_by("pk")
    list(locked.select_for_update(no_key=True).values_list("pk"))
    active = Hotspot.objects.active().filter(series__entity__in=place.opening).order_by("pk")
    columns = active.values_list("series__entity", *Opened._fields[1:])
    silences = Silence.objects.pending(place.first).begun(place.last)
    return Surroundings(
        [Opened._make(row) for row in columns],
        list(silences.filter(Q(entity=None) | Q(entity__in=place.asking))),
    )
