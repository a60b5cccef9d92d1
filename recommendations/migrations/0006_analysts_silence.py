"""Let analysts and approvers silence what they know of."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from recommendations.roles import SILENCES, let_set


def forward(apps, schema_editor):
    create_permissions(installed.get_app_config("hotspots"), apps=apps, verbosity=0)
    let_set(apps, SILENCES)


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0005_analysts_set_targets"),
        ("hotspots", "0005_silences"),
    ]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
