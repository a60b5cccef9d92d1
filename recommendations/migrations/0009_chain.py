"""Link the history that there is, in the order of writing; keep who stands in it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from recommendations.chain import append_all, key_check


def forward(apps, schema_editor):
    records = apps.get_model("recommendations", "HistoricalRecommendation").objects
    head = apps.get_model("recommendations", "ChainHead")(pk=1, key_check=key_check())
    head.save()
    rows = records.order_by("history_id").values().iterator(chunk_size=1000)
    append_all(head, rows, apps.get_model("recommendations", "HistoryLink"))


def backward(apps, schema_editor):
    for name in ("HistoryLink", "ChainHead"):
        apps.get_model("recommendations", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0008_document_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="chainhead",
            name="key_check",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AlterField(
            model_name="historicalrecommendation",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(forward, backward),
    ]
