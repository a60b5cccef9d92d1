"""What a transactional test leaves behind: what the migrations made, and nothing else."""

import pytest
from django.apps import apps
from django.core.management import call_command

from tests.emptying import MIGRATED
from tests.factories import make_hotspot, make_recommendation

pytestmark = pytest.mark.django_db(transaction=True)


def row_counts() -> dict[str, int]:
    """How many rows each table has, where it has any."""
    models = apps.get_models(include_auto_created=True)
    counts = {model._meta.db_table: model._default_manager.count() for model in models}
    return {table: count for table, count in counts.items() if count}


def test_every_table_is_emptied_and_rows_of_migrations_are_put_back(make_user):
    before = row_counts()
    make_user("ana", role="analyst")
    make_recommendation(make_hotspot())
    filled = row_counts()

    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=False)

    assert set(before) < set(filled)
    assert row_counts() == before
    assert set(before) == {model._meta.db_table for model in MIGRATED}
