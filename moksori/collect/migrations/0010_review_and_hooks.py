"""What waits for a person, webhooks out and in, saved searches and exports."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moksori_collect', '0009_streams'),
        ('moksori_customers', '0005_outlooks'),
        ('moksori_people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Copy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('feedback', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='copy', to='moksori_collect.feedback')),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='moksori_collect.feedback')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('filters', models.JSONField(default=dict)),
                ('format', models.CharField(choices=[('csv', 'CSV (opens in Excel)'), ('xlsx', 'Excel (.xlsx)'), ('parquet', 'Parquet (for programs)')], max_length=10)),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='moksori_people.unit')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Hook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('url', models.CharField(max_length=2000)),
                ('secret', models.TextField()),
                ('old_secret', models.TextField(blank=True)),
                ('old_until', models.DateTimeField(null=True)),
                ('topics', models.JSONField(default=list)),
                ('filters', models.JSONField(blank=True, default=dict)),
                ('has_texts', models.BooleanField(default=False)),
                ('stopped', models.CharField(blank=True, choices=[('', 'On'), ('member', 'Turned off'), ('failing', 'Turned off: nobody answered for days'), ('gone', 'Turned off: the receiver wants no more'), ('left', 'Turned off: its member has left')], default='', max_length=10)),
                ('failing_since', models.DateTimeField(null=True)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='moksori_people.unit')),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='HookMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(max_length=40, unique=True)),
                ('topic', models.CharField(max_length=40)),
                ('note', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('nothing', 'Nothing left to tell'), ('gave_up', 'Given up')], default='waiting', max_length=10)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('done_at', models.DateTimeField(null=True)),
                ('hook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='moksori_collect.hook')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='HookTry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('milliseconds', models.PositiveIntegerField(default=0)),
                ('problem', models.JSONField(blank=True, default=dict)),
                ('answer', models.TextField(blank=True)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='moksori_collect.hookmessage')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Inlet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('start', models.CharField(max_length=12)),
                ('mapping', models.JSONField(blank=True, default=dict)),
                ('list_at', models.CharField(blank=True, max_length=300)),
                ('example', models.JSONField(blank=True, default=dict)),
                ('signature', models.CharField(blank=True, choices=[('', 'none: the address is the secret'), ('standard', 'Standard Webhooks'), ('hmac', 'HMAC-SHA256 of the body in a header')], default='', max_length=10)),
                ('header', models.CharField(blank=True, max_length=80)),
                ('secret', models.TextField(blank=True)),
                ('is_open', models.BooleanField(default=True)),
                ('deliveries', models.PositiveBigIntegerField(default=0)),
                ('last_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='inlet', to='moksori_collect.source')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('body', models.JSONField()),
                ('problem', models.JSONField(blank=True, default=dict)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('inlet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kept', to='moksori_collect.inlet')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
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
            },
        ),
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('filters', models.JSONField(default=dict)),
                ('digest', models.CharField(blank=True, db_index=True, max_length=64)),
                ('read_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.AddIndex(
            model_name='hookmessage',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['hook', 'next_try_at'], name='hook_message_due'),
        ),
        migrations.AddIndex(
            model_name='hookmessage',
            index=models.Index(fields=['created_at'], name='hook_message_age'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('inlet', 'digest'), name='delivery_once'),
        ),
        migrations.AddIndex(
            model_name='reviewitem',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['unit', 'kind', 'id'], name='review_item_open'),
        ),
        migrations.AddIndex(
            model_name='reviewitem',
            index=models.Index(fields=['about_kind', 'about_id'], name='review_item_about'),
        ),
        migrations.AddIndex(
            model_name='reviewitem',
            index=models.Index(fields=['decided_at'], name='review_item_decided'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.UniqueConstraint(fields=('unit', 'kind', 'key'), name='review_item_once'),
        ),
        migrations.AddConstraint(
            model_name='savedsearch',
            constraint=models.UniqueConstraint(fields=('member', 'name'), name='saved_search_once'),
        ),
    ]
