"""The outbox and its readers."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Cursor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('topic', models.CharField(max_length=40)),
                ('xid', models.BigIntegerField(default=0)),
                ('position', models.BigIntegerField(default=0)),
                ('moved_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'topic'), name='one_cursor_each')],
            },
        ),
        migrations.CreateModel(
            name='Outbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=40)),
                ('payload', models.JSONField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('xid', models.BigIntegerField(db_default=0, editable=False)),
            ],
            options={
                'ordering': ['xid', 'id'],
                'indexes': [models.Index(fields=['topic', 'xid', 'id'], name='outbox_in_order')],
            },
        ),
    ]
