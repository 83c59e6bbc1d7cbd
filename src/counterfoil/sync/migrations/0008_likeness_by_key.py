"""No index of the connection alone: the one by key begins with it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connections', '0005_links_by_record_first'),
        ('sync', '0007_conflicts_are_counted_as_they_stand'),
    ]

    operations = [
        migrations.AlterField(
            model_name='likeness',
            name='connection',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connections.connection'),
        ),
    ]
