"""Where an action applies, and scores as what it should move."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moksori_act", "0003_health"),
        ("moksori_customers", "0004_accounts_usage_and_demand"),
    ]

    operations = [
        migrations.AlterField(
            model_name="action",
            name="measure",
            field=models.CharField(
                choices=[
                    ("share", "Share of feedback that is hurt"),
                    ("score", "Mean score (0–10)"),
                ],
                default="share",
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Place",
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
                ("start_on", models.DateField(null=True)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="moksori_act.action",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moksori_customers.product",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moksori_customers.region",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("action", "region"), name="place_region_once"
                    ),
                    models.UniqueConstraint(
                        fields=("action", "product"), name="place_product_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("product__isnull", True), ("region__isnull", False)
                            ),
                            models.Q(
                                ("product__isnull", False), ("region__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="place_is_one_thing",
                    ),
                ],
            },
        ),
    ]
