"""How an emerging issue was found, and which mentions are near it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moksori_understand", "0004_teaching"),
    ]

    operations = [
        migrations.AddField(
            model_name="emerging",
            name="near",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="emerging",
            name="evidence",
            field=models.JSONField(default=dict),
        ),
    ]
