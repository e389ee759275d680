"""Versions remember which questions only got better words."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moksori_collect", "0013_names_of_who_asks")]

    operations = [
        migrations.AddField(
            model_name="surveyversion",
            name="same",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
