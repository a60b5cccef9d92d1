"""Let analysts and approvers set targets, and what holds for a series."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from recommendations.roles import SETTINGS, let_set


def forward(apps, schema_editor):
    create_permissions(installed.get_app_config("hotspots"), apps=apps, verbosity=0)
    let_set(apps, SETTINGS)


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0004_readers_of_playbooks"),
        ("hotspots", "0004_series_settings"),
    ]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
