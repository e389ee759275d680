"""The name by which customers know whoever asks them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moksori_people", "0001_initial"),
        ("moksori_collect", "0012_files_of_the_worker"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("ko", models.CharField(blank=True, max_length=80)),
                ("en", models.CharField(blank=True, max_length=80)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="public_name",
                        to="moksori_people.unit",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
    ]
