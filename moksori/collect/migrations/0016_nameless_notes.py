"""Notes without a name lie apart from those with one, in no order that tells a time."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moksori_collect', '0015_paper_and_field'),
        ('moksori_customers', '0005_outlooks'),
        ('moksori_people', '0001_initial'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='note',
            name='is_anonymous',
        ),
        migrations.RemoveField(
            model_name='note',
            name='waits',
        ),
        migrations.CreateModel(
            name='NamelessNote',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=64, unique=True)),
                ('day', models.DateField()),
                ('text', models.TextField(blank=True)),
                ('channel', models.CharField(choices=[('web', 'Website'), ('app_store', 'App store'), ('email', 'E-mail'), ('phone', 'Phone'), ('chat', 'Chat'), ('paper', 'Paper'), ('qr', 'QR code'), ('visit', 'Visit'), ('sns', 'Social media'), ('community', 'Community'), ('review', 'Review'), ('survey', 'Survey'), ('post', 'Post or fax'), ('referral', 'Referral'), ('other', 'Other')], max_length=20)),
                ('theme', models.BigIntegerField(null=True)),
                ('waits', models.BooleanField(default=True)),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='moksori_customers.product')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='moksori_people.unit')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
    ]
