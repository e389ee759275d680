"""Note for feedback already there which unit has feedback from which region."""

from django.db import migrations


def note(apps, _editor):
    """As imports do from now on."""
    Feedback = apps.get_model("moksori_collect", "Feedback")
    through = apps.get_model("moksori_customers", "Region").units.through
    having = Feedback.objects.exclude(region=None).order_by().distinct()
    through.objects.bulk_create(
        [
            through(region_id=region, unit_id=unit)
            for region, unit in having.values_list("region_id", "unit_id")
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("moksori_collect", "0004_imports_may_stop"),
        ("moksori_customers", "0003_regions_of_units"),
    ]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
