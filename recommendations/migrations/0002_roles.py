"""Make the roles analyst, approver and ingester."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from recommendations.roles import create_roles


def forward(apps, schema_editor):
    # Django makes permissions after all migrations: the roles need them now.
    for label in ("hotspots", "alerts", "recommendations"):
        create_permissions(installed.get_app_config(label), apps=apps, verbosity=0)
    create_roles(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0001_initial"),
        ("alerts", "0001_initial"),
        ("hotspots", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
