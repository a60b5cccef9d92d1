"""A million hotspots with alerts, recommendations and histories, copied from one row of each."""

import psycopg

from tests.servers import EmberwatchServer

#: an entity that has nothing but the oldest rows, and a kind that few entities are of
OLD, RARE = "Closed works", "grid"
ENTITIES = 1_000
OLDEST = 500

TEMPLATE = f"""
from hotspots.models import Entity, Metric, Series
from tests.factories import make_alert, make_hotspot, make_recommendation
kinds = ["supplier"] * 90 + ["site"] * 9 + ["route"]
entities = [Entity(name="{OLD}", entity_type="{RARE}")]
entities += [
    Entity(name=f"Site {{n}}", entity_type=kinds[n % 100]) for n in range(1, {ENTITIES})
]
Entity.objects.bulk_create(entities)
Series.objects.bulk_create(
    Series(entity=entity, metric_id="energy" if n % 50 else "fuel")
    for n, entity in enumerate(entities)
)
hotspot = make_hotspot(Series.objects.order_by("pk").first(), status="resolved")
make_alert(hotspot, status="resolved", resolved_at=hotspot.opened_at)
make_recommendation(hotspot, status="expired")
"""
#: values of column ``n`` of a thousand million rows; the rest is as in the first row
OVERRIDES = {
    "hotspots_hotspot": {
        "id": "n",
        "series_id": f"CASE WHEN n <= {OLDEST} THEN 1 ELSE 2 + n % {ENTITIES - 1} END",
        "status": "CASE WHEN n > {rows} - 999 THEN 'open' WHEN n % 10 = 0 THEN 'ignored'"
        " ELSE 'resolved' END",
        "resolved_at": "CASE WHEN n > {rows} - 999 THEN NULL ELSE t.resolved_at END",
        "severity": "(ARRAY['info','info','info','info','warn','warn','critical'])[1 + n % 7]",
        "opened_at": "timestamptz '2020-01-01' + n * interval '1 minute'",
        "incident_id": "n / 4",
        "suppressed_by": "CASE WHEN n % 100000 = 7 THEN 'silence 1: test' ELSE '' END",
    },
    "alerts_alert": {
        "id": "n",
        "hotspot_id": "n",
        "status": "CASE WHEN n > {rows} - 999 THEN 'active' ELSE 'resolved' END",
        "resolved_at": "CASE WHEN n > {rows} - 999 THEN NULL ELSE t.resolved_at END",
        "level": "(ARRAY['info','info','info','info','warn','warn','critical'])[1 + n % 7]",
        "suppressed_by": "CASE WHEN n % 100000 = 7 THEN 'silence 1: test' ELSE '' END",
    },
    "recommendations_recommendation": {
        "id": "n",
        "hotspot_id": "n",
        "status": "CASE WHEN n > {rows} - 999 THEN 'pending' ELSE 'expired' END",
    },
    "hotspots_historicalhotspot": {"history_id": "n", "id": "1 + n % ({rows} / 4)"},
    "alerts_historicalalert": {"history_id": "n", "id": "1 + n % ({rows} / 4)"},
}

COPY = """
    INSERT INTO {table} ({columns}) SELECT {values} FROM generate_series(2, {rows}) AS n,
        (SELECT * FROM {table} ORDER BY {key} LIMIT 1) AS t
"""


def fill(server: EmberwatchServer, database: psycopg.Connection, rows: int) -> None:
    """Make entities and series through the models, and the rest by SQL."""
    server.manage("shell", "-v0", "-c", TEMPLATE)
    database.execute("SET session_replication_role = replica")  # foreign keys hold by construction
    for table, overrides in OVERRIDES.items():
        _copy(database, table, {name: sql.format(rows=rows) for name, sql in overrides.items()},
              rows)  # fmt: skip
    database.execute("RESET session_replication_role")
    database.execute("VACUUM (ANALYZE, PARALLEL 0)")


def _copy(database: psycopg.Connection, table: str, overrides: dict[str, str], rows: int) -> None:
    """Copy the first row of a table so often."""
    found = database.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped ORDER BY attnum",
        [table],
    ).fetchall()
    names = [name for (name,) in found]
    values = ", ".join(overrides.get(name, f't."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    key = "history_id" if "history_id" in names else "id"
    database.execute(COPY.format(table=table, columns=columns, values=values, rows=rows, key=key))
