"""Let analysts upload documents; let approvers review and publish them, and edit proposals."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from recommendations.roles import DOCUMENTS, EDITING, let_set


def forward(apps, schema_editor):
    create_permissions(installed.get_app_config("recommendations"), apps=apps, verbosity=0)
    let_set(apps, DOCUMENTS)
    let_set(apps, EDITING, roles=["approver"])


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0007_trusted_advice")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
