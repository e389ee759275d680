"""Connections and their visits."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moksori_collect', '0008_mail'),
        ('moksori_people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30)),
                ('key', models.CharField(max_length=64)),
                ('given', models.JSONField(default=dict)),
                ('secret', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('on', 'Running'), ('paused', 'Paused'), ('stopped', 'Stopped')], default='on', max_length=8)),
                ('since', models.DateTimeField()),
                ('cursor', models.JSONField(default=dict)),
                ('validators', models.JSONField(default=dict)),
                ('every', models.PositiveIntegerField(default=900)),
                ('next_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('last_at', models.DateTimeField(null=True)),
                ('last_new_at', models.DateTimeField(null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('problem', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='stream', to='moksori_collect.source')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='moksori_people.unit')),
            ],
            options={
                'ordering': ['source__name'],
            },
        ),
        migrations.CreateModel(
            name='Poll',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('seconds', models.FloatField(default=0)),
                ('requests', models.PositiveIntegerField(default=0)),
                ('unmodified', models.PositiveIntegerField(default=0)),
                ('added', models.PositiveIntegerField(default=0)),
                ('revised', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('removed', models.PositiveIntegerField(default=0)),
                ('problem', models.JSONField(default=dict)),
                ('stream', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='polls', to='moksori_collect.stream')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='stream',
            constraint=models.UniqueConstraint(fields=('unit', 'key'), name='stream_once'),
        ),
    ]
