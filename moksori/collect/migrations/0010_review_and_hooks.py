import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moksori_collect', '0005_note_regions_of_units'),
        ('moksori_customers', '0005_outlooks'),
        ('moksori_people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReviewItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=200)),
                ('evidence', models.JSONField(default=dict)),
                ('about_kind', models.CharField(blank=True, max_length=60)),
                ('about_id', models.CharField(blank=True, max_length=40)),
                ('state', models.CharField(choices=[('open', 'Waiting'), ('decided', 'Decided'), ('dismissed', 'Set aside')], default='open', max_length=10)),
                ('decision', models.CharField(blank=True, max_length=40)),
                ('outcome', models.JSONField(blank=True, default=dict)),
                ('decided_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='moksori_customers.region')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='moksori_people.unit')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['unit', 'kind', 'id'], name='review_item_open'), models.Index(fields=['about_kind', 'about_id'], name='review_item_about'), models.Index(fields=['decided_at'], name='review_item_decided')],
                'constraints': [models.UniqueConstraint(fields=('unit', 'kind', 'key'), name='review_item_once')],
            },
        ),
    ]
