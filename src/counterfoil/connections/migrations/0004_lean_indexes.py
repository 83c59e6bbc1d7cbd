"""No index that no query uses, or that leads with what another leads with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connections', '0003_contact_rule'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='link',
            name='one_remote_object_per_record',
        ),
        migrations.RemoveIndex(
            model_name='link',
            name='link_by_record',
        ),
        migrations.AlterField(
            model_name='link',
            name='connection',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='connections.connection'),
        ),
        migrations.AlterField(
            model_name='remoteobject',
            name='connection',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='remote_objects', to='connections.connection'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(fields=('object_type', 'record_id', 'connection', 'stream'), name='one_object_per_record'),
        ),
    ]
