"""The record leads, so that this index answers no question about objects there."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connections', '0004_lean_indexes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='link',
            name='one_object_per_record',
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(fields=('record_id', 'object_type', 'connection', 'stream'), name='one_object_per_record'),
        ),
    ]
