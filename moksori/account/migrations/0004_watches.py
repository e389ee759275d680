"""Watches over what was resolved."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moksori_account", "0003_effect_by_which_method"),
        ("moksori_people", "0001_initial"),
        ("moksori_understand", "0009_alarms"),
    ]

    operations = [
        migrations.CreateModel(
            name="Watch",
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
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("watching", "Being watched"),
                            ("beyond", "Watched further, less closely"),
                            ("returned", "Came back"),
                            ("ended", "Ended"),
                        ],
                        default="watching",
                        max_length=10,
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(default=90)),
                ("resolved_on", models.DateField()),
                ("started_on", models.DateField()),
                ("plan", models.JSONField(default=dict)),
                ("weeks", models.JSONField(default=list)),
                ("recent", models.JSONField(default=dict)),
                ("since_on", models.DateField(null=True)),
                ("returned_at", models.DateTimeField(null=True)),
                ("told", models.JSONField(default=list)),
                ("cases", models.JSONField(default=list)),
                ("actions", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "pain_point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="moksori_understand.painpoint",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moksori_people.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["watching", "beyond"])),
                        fields=("pain_point",),
                        name="one_watch_per_pain_point",
                    )
                ],
            },
        ),
    ]
