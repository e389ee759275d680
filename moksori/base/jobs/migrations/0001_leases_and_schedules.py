"""Leases on running jobs, and schedules."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('django_tasks_database', '0021_conditional_partial_index_ordering'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lease',
            fields=[
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='lease', serialize=False, to='django_tasks_database.dbtaskresult')),
                ('token', models.UUIDField()),
                ('worker', models.CharField(max_length=64)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('task_path', models.CharField(max_length=200)),
                ('arguments', models.JSONField(default=dict)),
                ('rhythm', models.CharField(max_length=40)),
                ('next_run', models.DateTimeField(db_index=True)),
                ('last_run', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['next_run', 'name'],
            },
        ),
    ]
