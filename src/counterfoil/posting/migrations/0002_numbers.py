from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connections', '0002_two_way_links'),
        ('posting', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connections.connection')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('connection', 'name'), name='one_number_series_per_name')],
            },
        ),
        migrations.CreateModel(
            name='NumberTaken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=21)),
                ('is_rivals', models.BooleanField(default=False)),
                ('taken_at', models.DateTimeField()),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taken', to='posting.numberseries')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('series'), django.db.models.functions.text.Upper('number'), name='one_taker_per_number')],
            },
        ),
        migrations.AddField(
            model_name='intent',
            name='renumbered',
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
