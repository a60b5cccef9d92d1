"""The contenders: the product's table, the same with a BRIN index, and partitions by month."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import Connection, sql

from tests.servers import EmberwatchServer

ONE, PARTED, KEYS = "hotspots_measurement", "measurement_parted", "measurement_key"
START = "2025-11-01 00:00:00+00"
STEP_MINUTES, STEPS = 5, 105_120  # a year
HOURLY, DENSE = 9_000, 200  # series at full size: 99.9 million readings
FULL = STEPS * DENSE + STEPS // 12 * HOURLY


@dataclass(frozen=True)
class Scale:
    """How many series there are: those of every five minutes come first."""

    dense: int
    hourly: int

    @classmethod
    def of(cls, rows: int) -> "Scale":
        """The scale with about so many readings."""
        share = rows / FULL
        return cls(max(2, round(DENSE * share)), max(10, round(HOURLY * share)))

    @property
    def series(self) -> int:
        """All of them."""
        return self.dense + self.hourly

    @property
    def rows(self) -> int:
        """How many readings they have in a year."""
        return STEPS * self.dense + STEPS // 12 * self.hourly


#: for ``manage.py shell``: the models know their columns and defaults
NAMES = """
from datetime import datetime, timedelta
from hotspots.models import Entity, Series
kinds, last = ("supplier", "site", "route"), datetime.fromisoformat("{start}") + timedelta(days=365)
entities = Entity.objects.bulk_create(
    [Entity(name=f"Site {{n}}", entity_type=kinds[n % 3]) for n in range(1, {series} + 1)],
    batch_size=1000,
)
Series.objects.bulk_create(
    [
        Series(entity=entity, metric_id="energy", count=8760, last_time=last - timedelta(minutes=5))
        for entity in entities
    ],
    batch_size=1000,
)
"""
#: in the order in which they came: all series of a moment, then those of the next
READINGS = """
    INSERT INTO {table} ({columns})
    SELECT {values}
    FROM generate_series({first}::int, {last}::int) AS step
    CROSS JOIN LATERAL generate_series(
        1, CASE WHEN step % 12 = 0 THEN {series} ELSE {dense} END) AS series
    CROSS JOIN LATERAL (SELECT 60 + 25 * sin(step * 0.0218) + series % 40 AS mean) AS m
"""
AT = f"timestamptz '{START}' + step * interval '{STEP_MINUTES} minutes'"
#: the columns that the generator fills, as far as the table has them
VALUES = {
    "series_id": "series",
    "time": AT,
    "value": "mean + 9 * random()",
    "raw_value": "mean",
    "raw_unit": "'kWh'",
    "attributes": "''",
    "expected": "mean + 4.5",
    "lower": "mean - 5",
    "upper": "mean + 14",
    "score": "0",
    "late": "false",
    "simulated": "false",
    "received_at": f"{AT} + interval '2 seconds'",
}


def required(database: Connection) -> dict[str, str]:
    """What to fill in: what the detector computes, and what may not be empty."""
    computed = {"expected", "lower", "upper", "score"}
    found = database.execute(
        "SELECT attname, attnotnull FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND NOT attisdropped AND attname <> 'id'",
        [ONE],
    ).fetchall()
    return {name: VALUES[name] for name, needed in found if needed or name in computed}


def add_series(installation: EmberwatchServer, scale: Scale) -> None:
    """Make the entities and series, numbered from 1."""
    installation.manage("shell", "-v0", "-c", NAMES.format(series=scale.series, start=START))


def fill(database: Connection, table: str, scale: Scale, first: int = 0, last: int = STEPS) -> None:
    """Write the readings from one step up to another."""
    columns = required(database)
    database.execute(
        READINGS.format(
            table=table,
            columns=", ".join(columns),
            values=", ".join(columns.values()),
            first=first,
            last=last - 1,
            series=scale.series,
            dense=scale.dense,
        )
    )


@contextmanager
def without_indexes(database: Connection, table: str) -> Iterator[None]:
    """Load first, index after; the foreign key is not checked against what is loaded."""
    constraints = database.execute(
        "SELECT conname, pg_get_constraintdef(oid), contype FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f')",
        [table],
    ).fetchall()
    name = sql.Identifier(table)
    for constraint, _, _ in constraints:
        database.execute(
            sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(name, sql.Identifier(constraint))
        )
    indexes = database.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table]
    ).fetchall()
    for index, _ in indexes:
        database.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(index)))
    yield
    for constraint, definition, kind in constraints:
        valid = " NOT VALID" if kind == "f" else ""
        database.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                name, sql.Identifier(constraint), sql.SQL(definition + valid)
            )
        )
    for _, definition in indexes:
        database.execute(definition)


def make_one(database: Connection, scale: Scale) -> None:
    """Fill the product's own table."""
    with database.transaction():
        database.execute(f"TRUNCATE {ONE} RESTART IDENTITY")
        with without_indexes(database, ONE):
            fill(database, ONE, scale)
    database.execute(f"VACUUM (ANALYZE, PARALLEL 0) {ONE}")


def make_parted(database: Connection, scale: Scale) -> None:
    """Fill partitions by month: the key of a reading moves to a narrow table of its own."""
    with database.transaction():
        database.execute(f"DROP TABLE IF EXISTS {PARTED}, {KEYS}")
        database.execute(
            f"CREATE TABLE {PARTED} (LIKE {ONE} INCLUDING DEFAULTS INCLUDING IDENTITY)"
            " PARTITION BY RANGE (time)"
        )
        database.execute(
            f"CREATE TABLE {KEYS} (key varchar(200) PRIMARY KEY, series_id bigint NOT NULL,"
            " time timestamptz NOT NULL)"
        )
        for month in range(14):
            first, last = (f"{2025 + (10 + m) // 12}-{(10 + m) % 12 + 1:02}-01 00:00+00"
                           for m in (month, month + 1))  # fmt: skip
            database.execute(
                f"CREATE TABLE {PARTED}_{month:02} PARTITION OF {PARTED}"
                f" FOR VALUES FROM ('{first}') TO ('{last}')"
            )
        fill(database, PARTED, scale)
        database.execute(f"ALTER TABLE {PARTED} ADD PRIMARY KEY (id, time)")
        database.execute(f"ALTER TABLE {PARTED} ADD UNIQUE (series_id, time)")
        database.execute(
            f"ALTER TABLE {PARTED} ADD FOREIGN KEY (series_id) REFERENCES hotspots_series (id)"
            " NOT VALID"
        )
    database.execute(f"VACUUM (ANALYZE, PARALLEL 0) {PARTED}")
