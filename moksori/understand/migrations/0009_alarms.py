"""Alarms, and how far the weeks of an affiliate were judged."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moksori_people", "0001_initial"),
        ("moksori_understand", "0008_populations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AlarmWatch",
            fields=[
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="moksori_people.unit",
                    ),
                ),
                ("judged_until", models.DateField(null=True)),
                ("state", models.JSONField(default=dict)),
                ("series", models.PositiveIntegerField(default=0)),
                ("judged_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Alarm",
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
                ("dimension", models.CharField(blank=True, max_length=12)),
                ("value", models.BigIntegerField(blank=True, null=True)),
                (
                    "direction",
                    models.SmallIntegerField(
                        choices=[(1, "More than expected"), (-1, "Less than expected")]
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "New"),
                            ("seen", "Seen"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("first_week", models.DateField()),
                ("last_week", models.DateField()),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("chance", models.FloatField()),
                ("level", models.FloatField()),
                ("method", models.CharField(max_length=120)),
                ("assumed", models.CharField(blank=True, max_length=120)),
                ("history", models.JSONField(default=list)),
                ("found_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="moksori_understand.theme",
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
                "ordering": ["-last_week", "chance", "id"],
                "indexes": [models.Index(fields=["unit", "state"], name="alarm_open")],
            },
        ),
    ]
