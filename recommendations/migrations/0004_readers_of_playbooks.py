"""Let analysts and approvers read the playbooks that recommendations cite."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from recommendations.roles import show_playbooks


def forward(apps, schema_editor):
    create_permissions(installed.get_app_config("recommendations"), apps=apps, verbosity=0)
    show_playbooks(apps)


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0003_playbooks")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
