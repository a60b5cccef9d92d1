"""Create the metrics that are known at the start."""

from django.db import migrations

from hotspots.metrics import create_known_metrics


def forward(apps, schema_editor):
    create_known_metrics(apps)


class Migration(migrations.Migration):
    dependencies = [("hotspots", "0001_initial")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
