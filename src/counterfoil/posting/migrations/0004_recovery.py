from __future__ import annotations

import uuid
from typing import Any

from django.db import migrations, models


def begin(apps: Any, schema_editor: object) -> None:
    """Whose database this is, is said once and for all."""
    apps.get_model('posting', 'Installation').objects.get_or_create(pk=1)


class Migration(migrations.Migration):

    dependencies = [
        ('posting', '0003_acts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Installation',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('number', models.UUIDField(default=uuid.uuid4)),
                ('key_check', models.CharField(blank=True, max_length=64)),
                ('sent', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Restoration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('noticed_at', models.DateTimeField()),
                ('forgotten', models.PositiveBigIntegerField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('resumed_at', models.DateTimeField(null=True)),
                ('resumed_by', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.AddField(
            model_name='gate',
            name='recovery',
            field=models.CharField(blank=True, choices=[('', 'Nothing is in the way'), ('sweep', 'Its books are read first'), ('person', 'Its books are read first, then a person decides')], max_length=8),
        ),
        migrations.AddField(
            model_name='gate',
            name='recovered_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
