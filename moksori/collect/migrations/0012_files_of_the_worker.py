"""Large files are made by the worker and kept for some days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moksori_collect", "0011_responses_of_programs"),
    ]

    operations = [
        migrations.AddField(
            model_name="export",
            name="finished_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="export",
            name="language",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name="export",
            name="problem",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="export",
            name="reach",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="export",
            name="rows_done",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="export",
            name="state",
            field=models.CharField(
                choices=[
                    ("given", "Taken"),
                    ("waiting", "Waiting to start"),
                    ("making", "Being made"),
                    ("ready", "Ready"),
                    ("failed", "Not made"),
                    ("gone", "File deleted"),
                ],
                db_index=True,
                default="given",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="stored_as",
            field=models.CharField(blank=True, max_length=40),
        ),
    ]
