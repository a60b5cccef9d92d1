"""How a transactional test leaves the database as the migrations made it.

The command `flush` empties the tables at the end of such a test; these are the two steps of it that
took most of the time.
"""

from collections.abc import Callable

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.commands import flush
from django.db import connection, transaction
from django.db.models import Model

from hotspots.models import Metric
from recommendations.models import ChainHead

# Whose rows come from migrations, in the order of their foreign keys.
MIGRATED = (ContentType, Permission, Group, Group.permissions.through, Metric, ChainHead)


def install() -> None:
    """Make `flush` quick, in a database that was just migrated."""
    flush.emit_post_migrate_signal = put_back([(m, list(m.objects.all())) for m in MIGRATED])
    if connection.vendor == "postgresql":
        flush.sql_flush = delete_rows()


def put_back(migrated: list[tuple[type[Model], list[Model]]]) -> Callable[..., None]:
    """What runs after every table was emptied: rows of migrations.

    Django would find and make each permission anew (0.2 s a test), and leave ours out.
    """

    def restore(verbosity: int, interactive: bool, database: str) -> None:
        with transaction.atomic(using=database):
            for model, rows in migrated:
                model.objects.using(database).bulk_create(rows)

    return restore


def delete_rows() -> Callable[..., list[str]]:
    """What empties every table of PostgreSQL: one statement, the tables locked as by TRUNCATE.

    TRUNCATE makes new files for each of 60 tables and its indexes, which takes four times as long
    where few have rows. Foreign keys are checked when the transaction ends: any order will do.
    """
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in names]
    deletes = "; ".join(f"DELETE FROM {table}" for table in tables)  # noqa: S608 - our own names
    statement = f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE; {deletes}"

    def empty(*_: object, **__: object) -> list[str]:
        return [statement]

    return empty
