"""The statements that carry every reading: a few per batch, no model instance per event.

PostgreSQL takes rows by COPY and arrays, SQLite by ``executemany``. All of it runs in the
caller's transaction, with the series rows locked.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from django.db import connection

from hotspots.models import Measurement, Series

COLUMNS = (
    "series_id", "time", "value", "raw_value", "raw_unit", "previous_value", "key", "attributes",
    "expected", "lower", "upper", "score", "late", "simulated", "received_at", "baseline",
)  # fmt: skip
#: Their types for a binary COPY: as text the floats alone would cost ten times as much.
TYPES = (
    "int8", "timestamptz", "float8", "float8", "varchar", "float8", "varchar", "text",
    "float8", "float8", "float8", "float8", "bool", "bool", "timestamptz", "float8",
)  # fmt: skip
INSERT = f"INSERT INTO hotspots_measurement ({', '.join(COLUMNS)}) VALUES ({{}})"  # noqa: S608 - our columns
COPY = f"COPY hotspots_measurement ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)"
TIME, VALUE, RAW_VALUE, RAW_UNIT, PREVIOUS = 1, 2, 3, 4, 5
LATE, RECEIVED, BASELINE = 12, 14, 15

STORED_AT = """
    SELECT place.position - 1, value, previous_value FROM hotspots_measurement AS m
    JOIN unnest(%b::bigint[], %b::timestamptz[]) WITH ORDINALITY AS place (series, at, position)
        ON m.series_id = place.series AND m.time = place.at
"""
STORED_AT_SQLITE = """
    SELECT place.key, m.value, previous_value FROM json_each(%s) AS place
    CROSS JOIN hotspots_measurement AS m
        ON m.series_id = json_extract(place.value, '$[0]')
        AND m.time = json_extract(place.value, '$[1]')
"""

UPDATE_SERIES = """
    UPDATE hotspots_series SET state = new.state, count = count + new.n,
        last_time = new.last_time,
        last_received_at = coalesce(new.received_at, last_received_at),
        update_due_at = new.due_at
    FROM unnest(
        %b::bigint[], %b::bytea[], %b::bigint[], %b::timestamptz[], %b::timestamptz[],
        %b::timestamptz[]
    ) AS new (id, state, n, last_time, received_at, due_at)
    WHERE hotspots_series.id = new.id
"""

#: a series and a time: where a reading belongs
Place = tuple[int, datetime]
#: one measurement in the order of ``COLUMNS``; a list, since a correction may follow it
Row = list[Any]


class Stored(NamedTuple):
    """What is on disk for a series and a time."""

    value: float
    previous_value: float | None


class Saved(NamedTuple):
    """What is written back of a series.

    ``last_time`` is the newest reading's, ``received_at`` when that came, ``None`` if before;
    ``due_at`` is when the row of its hotspot may be brought up to date, ``None`` if it is.
    """

    series_id: int
    state: bytes
    added: int
    last_time: datetime | None
    received_at: datetime | None
    due_at: datetime | None


def lock_series(series_ids: Iterable[int]) -> dict[int, bytes]:
    """Lock series in the order of their keys and return their states."""
    rows = (
        Series.objects.filter(pk__one_of=series_ids).order_by("pk").select_for_update(no_key=True)
    )
    return {pk: bytes(state) for pk, state in rows.values_list("pk", "state")}


def known_keys(keys: Collection[str]) -> set[str]:
    """Those idempotency keys that were used before."""
    if not keys:
        return set()
    found = Measurement.objects.filter(key__one_of=keys).values_list("key", flat=True)
    return {key for key in found if key}


def stored_at(places: Sequence[Place]) -> dict[Place, Stored]:
    """What is stored for given series and times."""
    if not places:
        return {}
    series_ids, times = zip(*places, strict=True)
    if connection.vendor == "postgresql":
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as own:
            found = own.execute(STORED_AT, [list(series_ids), list(times)]).fetchall()
    else:
        adapt = connection.ops.adapt_datetimefield_value
        array = json.dumps([(pk, adapt(time)) for pk, time in places])
        with connection.cursor() as cursor:
            found = cursor.execute(STORED_AT_SQLITE, [array]).fetchall()
    return {places[position]: Stored(*values) for position, *values in found}


def insert(rows: Sequence[Row]) -> None:
    """Insert measurements, keyed ones in the order of their keys.

    Two batches may bring the same key at the same moment: in one order they wait for each
    other in a line, never in a circle.
    """
    if not rows:
        return
    key = COLUMNS.index("key")
    if any(row[key] is not None for row in rows):
        rows = sorted(rows, key=lambda row: row[key] or "")
    if connection.vendor == "postgresql":
        _insert_postgres(rows)
        return
    adapt = connection.ops.adapt_datetimefield_value
    for row in rows:
        row[TIME], row[RECEIVED] = adapt(row[TIME]), adapt(row[RECEIVED])
    with connection.cursor() as cursor:
        cursor.executemany(INSERT.format(", ".join(["%s"] * len(COLUMNS))), rows)


def _insert_postgres(rows: Sequence[Row]) -> None:
    """By COPY, but one alone by INSERT: COPY takes two round trips more."""
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        if len(rows) == 1:
            values = ", ".join(f"%b::{kind}" for kind in TYPES)
            cursor.execute(INSERT.format(values), rows[0], prepare=True)
            return
        with cursor.copy(COPY) as copy:
            copy.set_types(TYPES)
            for row in rows:
                copy.write_row(row)


def correct(rows: Sequence[Row]) -> None:
    """Write revised values over what is stored for the rows' series and times.

    A correction without a baseline leaves the one that was stored.
    """
    for row in rows:
        expectation = {} if row[BASELINE] is None else {"baseline": row[BASELINE]}
        Measurement.objects.filter(series=row[0], time=row[TIME]).update(
            value=row[VALUE],
            raw_value=row[RAW_VALUE],
            raw_unit=row[RAW_UNIT],
            previous_value=row[PREVIOUS],
            **expectation,
        )


def save_series(saved: Sequence[Saved]) -> None:
    """Write back what the engine remembers of each series."""
    if not saved:
        return
    if connection.vendor == "postgresql":
        columns = [list(column) for column in zip(*saved, strict=True)]
        # Django's own cursor would write a thousand states as hexadecimal text into the SQL.
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(UPDATE_SERIES, columns, prepare=True)
        return
    with connection.cursor() as cursor:
        adapt = connection.ops.adapt_datetimefield_value
        cursor.executemany(
            "UPDATE hotspots_series SET state = %s, count = count + %s, last_time = %s,"
            " last_received_at = coalesce(%s, last_received_at), update_due_at = %s WHERE id = %s",
            [
                (
                    s.state,
                    s.added,
                    adapt(s.last_time),
                    adapt(s.received_at),
                    adapt(s.due_at),
                    s.series_id,
                )
                for s in saved
            ],
        )
