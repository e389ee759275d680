"""By which method an effect was measured, and how long until it can be known."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moksori_account', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='effect',
            name='chosen',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='effect',
            name='measure',
            field=models.CharField(choices=[('share', 'Share of feedback that is hurt'), ('score', 'Mean score (0–10)')], default='share', max_length=20),
        ),
        migrations.AddField(
            model_name='effect',
            name='outlook',
            field=models.JSONField(default=dict),
        ),
    ]
