"""Micro-segments: the last search for them, and those that people watch."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moksori_people", "0001_initial"),
        ("moksori_understand", "0005_emerging"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Segment",
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
                ("name", models.CharField(max_length=120)),
                ("rule", models.JSONField(default=dict)),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("complains", "Share that complains"),
                            ("score", "Mean score"),
                        ],
                        default="complains",
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("found", "Found by the system"),
                            ("written", "Written by hand"),
                        ],
                        default="found",
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("watched", "Watched"),
                            ("retired", "No longer watched"),
                        ],
                        default="watched",
                        max_length=8,
                    ),
                ),
                ("adopted_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("evidence", models.JSONField(default=dict)),
                ("weeks", models.JSONField(default=list)),
                ("latest", models.JSONField(default=dict)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "adopted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pain_point",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="moksori_understand.painpoint",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
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
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "key"), name="segment_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SegmentSearch",
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
                ("at", models.DateTimeField()),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("tested", models.PositiveIntegerField(default=0)),
                ("settings", models.JSONField(default=dict)),
                ("findings", models.JSONField(default=list)),
                ("trouble", models.CharField(blank=True, max_length=200)),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit",), name="segment_search_once"
                    )
                ],
            },
        ),
    ]
