"""What programs send of whole responses, and which words were said before."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moksori_collect", "0010_review_and_hooks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Wording",
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
                ("digest", models.CharField(max_length=32)),
            ],
        ),
        migrations.AddField(
            model_name="response",
            name="external_id",
            field=models.CharField(max_length=200, null=True),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id__isnull", False)),
                fields=("survey", "external_id"),
                name="response_sent_once",
            ),
        ),
        migrations.AddField(
            model_name="wording",
            name="response",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="moksori_collect.response",
            ),
        ),
        migrations.AddField(
            model_name="wording",
            name="survey",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="moksori_collect.survey",
            ),
        ),
        migrations.AddIndex(
            model_name="wording",
            index=models.Index(fields=["survey", "digest"], name="wording_same"),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.UniqueConstraint(
                fields=("response", "digest"), name="wording_once"
            ),
        ),
    ]
