"""What a link knows of either way, and the index from parent to children."""

import django.db.models.fields.json
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connections', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='link',
            name='pulled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='link',
            name='pushed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='link',
            name='run_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='link',
            name='state',
            field=models.CharField(choices=[('ok', 'In step'), ('ignored', 'Left alone')], default='ok', max_length=10),
        ),
        migrations.AddIndex(
            model_name='link',
            index=models.Index(condition=models.Q(('run_id__isnull', False)), fields=['run_id', 'id'], name='link_by_run'),
        ),
        migrations.AddIndex(
            model_name='remoteobject',
            index=models.Index(models.F('connection'), models.F('stream'), django.db.models.fields.json.KeyTextTransform('parent_id', 'content'), condition=models.Q(('content__parent_id__gt', '')), name='remote_object_by_parent'),
        ),
    ]
