"""What is measured of a table of readings, the same for every contender."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from psycopg import Connection

from benchmarks.history.tables import KEYS, PARTED, START, STEPS, Scale

BATCH = 1_000
BATCHES, QUERIES, CHARTS = 60, 200, 20
DAYS_PRUNED = 7
COLUMNS = "series_id, time, value, attributes, expected, lower, upper, score, late, simulated"
END = f"timestamptz '{START}' + interval '365 days'"
RANGE = """
    SELECT time, value, expected, lower, upper, score FROM {table}
    WHERE series_id = %s AND time >= {end} - %s * interval '1 day' - interval '7 days'
        AND time < {end} - %s * interval '1 day' ORDER BY time
"""
HOURS = """
    SELECT date_bin('1 hour', time, '2000-01-01'), count(*), sum(value), min(value), max(value),
        sum(expected), sum(lower), sum(upper), max(score)
    FROM {table} WHERE series_id = %s AND time >= {end} - interval '90 days' GROUP BY 1 ORDER BY 1
"""

#: as in ``hotspots/batch/storage.py``
STORED_AT = """
    SELECT place.position - 1, value, previous_value FROM {table} AS m
    JOIN unnest(%s::bigint[], (
        SELECT array_agg(timestamptz '{start}' + h * interval '1 hour') FROM unnest(%s::int[]) AS h
    )) WITH ORDINALITY AS place (series, at, position)
        ON m.series_id = place.series AND m.time = place.at
"""
OLD = """
    DELETE FROM {table} WHERE series_id = %s AND time < coalesce(
        (SELECT time FROM {table} WHERE series_id = %s AND time < {until}
            ORDER BY time OFFSET {batch} LIMIT 1), {until})
"""
SLICE = """
    DELETE FROM {table} WHERE time >= {at} AND time < {at} + interval '5 minutes'
"""


class Contender:
    """A table under measurement."""

    #: numbers the batches of fresh readings, so that none comes twice in a table
    batches = count(int(time.time()) % 100_000 * 1_000)

    def __init__(self, name: str, table: str, database: Connection, scale: Scale) -> None:
        self.name, self.table, self.database, self.scale = name, table, database, scale
        self.random = random.Random(7)  # noqa: S311 - no secret

    def sizes(self) -> dict[str, float]:
        """Megabytes of rows and of each index, over all partitions."""
        found = self.database.execute(
            "SELECT coalesce((SELECT string_agg(a.attname, ',' ORDER BY a.attnum)"
            "   FROM pg_attribute a WHERE a.attrelid = i.indexrelid), 'rows') || coalesce("
            "   (SELECT ' ' || m.amname FROM pg_class k JOIN pg_am m ON m.oid = k.relam"
            "    WHERE k.oid = i.indexrelid AND m.amname <> 'btree'), '') AS what,"
            " sum(CASE WHEN i.indexrelid IS NULL THEN pg_table_size(t.relid)"
            "   ELSE pg_relation_size(i.indexrelid) END) / 1e6"
            " FROM (SELECT relid FROM pg_partition_tree(%s::regclass)"
            "   UNION SELECT %s::regclass) AS t"
            " CROSS JOIN LATERAL (SELECT NULL::oid AS indexrelid UNION ALL"
            "   SELECT indexrelid FROM pg_index WHERE indrelid = t.relid) AS i GROUP BY 1",
            [self.table, self.table],
        ).fetchall()
        return {what: float(size) for what, size in found}

    def insert_rate(self, *, keyed: bool) -> float:
        """Fresh readings a second: COPY of prepared rows, a series each, a commit a batch."""
        batches = [self._fresh(keyed=keyed) for _ in range(BATCHES)]
        began = time.perf_counter()
        for rows, keys in batches:
            with self.database.transaction():
                names = COLUMNS + ", received_at" + (", key" if keyed and not keys else "")
                self._copy(f"{self.table} ({names})", rows)
                if keys:
                    self._copy(f"{KEYS} (key, series_id, time)", keys)
        return BATCH * BATCHES / (time.perf_counter() - began)

    def ranges(self) -> list[float]:
        """Milliseconds of a week's readings of some series, at some time of the year."""
        query = RANGE.format(table=self.table, end=END)
        days = [self.random.randrange(350) for _ in range(QUERIES)]
        return [self._timed(query, [self._series(), day, day]) for day in days]

    def charts(self) -> list[float]:
        """Milliseconds of 90 days by hours, added up from readings every five minutes."""
        query = HOURS.format(table=self.table, end=END)
        dense = self.random.sample(range(1, self.scale.dense + 1), min(CHARTS, self.scale.dense))
        return [self._timed(query, [series]) for series in dense]

    def lookup(self) -> tuple[float, float]:
        """Milliseconds to plan and to carry out the look-up of a thousand stored readings."""
        sql = STORED_AT.format(table=self.table, start=START)
        runs = [self._explained(sql) for _ in range(9)]
        plans, executions = zip(*runs, strict=True)
        return statistics.median(plans), statistics.median(executions)

    def prune_by_series(self) -> tuple[float, float]:
        """Delete the oldest days as the product does; rows a second, bytes of WAL a row."""
        return self._pruned(self._by_series)

    def prune_by_time(self) -> tuple[float, float]:
        """Delete the next days in slices of time, as BRIN finds them."""
        return self._pruned(self._by_time)

    def vacuum(self) -> float:
        """Seconds to make the room usable again."""
        began = time.perf_counter()
        self.database.execute(f"VACUUM (PARALLEL 0) {self.table}")
        return time.perf_counter() - began

    def drop_month(self) -> float:
        """Milliseconds to take the oldest partition away."""
        began = time.perf_counter()
        oldest = f"{PARTED}_00"
        self.database.execute(f"ALTER TABLE {PARTED} DETACH PARTITION {oldest} CONCURRENTLY")
        self.database.execute(f"DROP TABLE {oldest}")
        return (time.perf_counter() - began) * 1e3

    def _series(self) -> int:
        return self.random.randrange(1, self.scale.series + 1)

    def _fresh(self, *, keyed: bool) -> tuple[bytes, bytes]:
        """A batch as text for COPY, and what goes into the table of keys if there is one."""
        batch = next(self.batches)
        moment = f"2026-11-02 00:{batch // 60 % 60:02}:{batch % 60:02}.{batch // 3600:06}+00"
        rows, keys = [], []
        for place in range(BATCH):
            series = 1 + (batch * 613 + place) % self.scale.series
            at = _shifted(moment, place // self.scale.series)
            key = f"{batch:09}-{place:04}-0d1b5b4e"
            tail = f"\t{key}" if keyed and self.table != PARTED else ""
            rows.append(f"{series}\t{at}\t81.5\t\t80\t71\t93\t0\tf\tf\t{at}{tail}\n")
            keys.append(f"{key}\t{series}\t{at}\n")
        apart = keyed and self.table == PARTED
        return "".join(rows).encode(), "".join(keys).encode() if apart else b""

    def _copy(self, target: str, data: bytes) -> None:
        with self.database.cursor().copy(f"COPY {target} FROM STDIN") as copy:
            copy.write(data)

    def _timed(self, query: str, parameters: list[Any]) -> float:
        began = time.perf_counter()
        self.database.execute(query, parameters).fetchall()
        return (time.perf_counter() - began) * 1e3

    def _explained(self, sql: str) -> tuple[float, float]:
        places = [(self._series(), self.random.randrange(STEPS // 12)) for _ in range(BATCH)]
        series, hours = (list(column) for column in zip(*places, strict=True))
        cursor = self.database.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", [series, hours])
        found = cursor.fetchone()
        assert found is not None
        return found[0][0]["Planning Time"], found[0][0]["Execution Time"]

    def _pruned(self, delete: Callable[[], Iterator[int]]) -> tuple[float, float]:
        with self._wal() as written:
            began = time.perf_counter()
            rows = sum(delete())
            seconds = time.perf_counter() - began
        return rows / seconds, written[0] / max(1, rows) * 1e6

    def _by_series(self) -> Iterator[int]:
        until = f"timestamptz '{START}' + interval '{DAYS_PRUNED} days'"
        for series in range(1, self.scale.series + 1):
            found = BATCH
            while found == BATCH:
                found = self.database.execute(
                    OLD.format(table=self.table, until=until, batch=BATCH), [series, series]
                ).rowcount
                yield found

    def _by_time(self) -> Iterator[int]:
        for step in range(DAYS_PRUNED * 288, 2 * DAYS_PRUNED * 288):
            at = f"timestamptz '{START}' + {step} * interval '5 minutes'"
            yield self.database.execute(SLICE.format(table=self.table, at=at)).rowcount

    @contextmanager
    def _wal(self) -> Iterator[list[float]]:
        written: list[float] = []
        place = "SELECT pg_current_wal_insert_lsn()"
        before = self.database.execute(place).fetchone()
        assert before is not None
        yield written
        after = self.database.execute(f"SELECT ({place[7:]} - %s::pg_lsn) / 1e6", before)
        found = after.fetchone()
        assert found is not None
        written.append(float(found[0]))


def _shifted(moment: str, hours: int) -> str:
    """The same moment so many hours later, where a batch has more rows than there are series."""
    return moment.replace(" 00:", f" {hours:02}:", 1)
