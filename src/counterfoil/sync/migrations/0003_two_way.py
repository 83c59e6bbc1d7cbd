"""What two-way sync keeps: settings, runs in parts, questions, troubles, figures.

Refusals are issues from here on; the next comparison notes the old ones anew.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connections', '0002_two_way_links'),
        ('sync', '0002_refusal'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Conflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('local_field', models.CharField(max_length=64)),
                ('remote_field', models.CharField(max_length=64)),
                ('local_value', models.JSONField(null=True)),
                ('remote_value', models.JSONField(null=True)),
                ('base_local', models.JSONField(null=True)),
                ('base_remote', models.JSONField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(null=True)),
                ('resolution', models.CharField(blank=True, max_length=16)),
                ('resolved_by', models.CharField(blank=True, max_length=200)),
                ('run_id', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Difference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stream', models.CharField(max_length=32)),
                ('remote_id', models.CharField(max_length=64)),
                ('is_here', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='FieldWrite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=64)),
                ('side', models.CharField(max_length=5)),
                ('digest', models.BinaryField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Issue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=140)),
                ('name', models.CharField(blank=True, max_length=32)),
                ('stream', models.CharField(blank=True, max_length=32)),
                ('remote_id', models.CharField(blank=True, max_length=64)),
                ('object_type', models.CharField(blank=True, max_length=32)),
                ('record_id', models.BigIntegerField(null=True)),
                ('category', models.CharField(default='other', max_length=32)),
                ('code', models.CharField(blank=True, max_length=64)),
                ('field', models.CharField(blank=True, max_length=64)),
                ('sentence', models.TextField()),
                ('detail', models.TextField(blank=True)),
                ('correlation_id', models.CharField(blank=True, max_length=100)),
                ('state', models.CharField(choices=[('open', 'Open'), ('ignored', 'Ignored')], default='open', max_length=10)),
                ('times', models.PositiveIntegerField(default=1)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('run_id', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Likeness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stream', models.CharField(max_length=32)),
                ('remote_id', models.CharField(max_length=64)),
                ('raw', models.BinaryField()),
                ('digest', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='ObjectSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32)),
                ('values', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(default=1)),
                ('turned_on_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Outgoing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32)),
                ('object_type', models.CharField(max_length=32)),
                ('record_id', models.BigIntegerField()),
                ('stamp', models.PositiveIntegerField(default=1)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_at', models.DateTimeField()),
                ('since', models.DateTimeField()),
                ('held', models.BooleanField(default=False)),
                ('released', models.BooleanField(default=False)),
                ('run_id', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32)),
                ('values', models.JSONField(default=dict)),
                ('base_version', models.PositiveIntegerField(default=0)),
                ('state', models.CharField(choices=[('counting', 'Being counted'), ('ready', 'Ready to look at'), ('confirmed', 'Confirmed'), ('discarded', 'Discarded')], default='counting', max_length=10)),
                ('cursor', models.JSONField(default=dict)),
                ('counts', models.JSONField(default=dict)),
                ('examples', models.JSONField(default=dict)),
                ('needs_yes', models.BooleanField(default=False)),
                ('token', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField()),
                ('ready_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Quarantine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=64)),
                ('why', models.CharField(max_length=32)),
                ('history', models.JSONField(default=list)),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32)),
                ('side', models.CharField(max_length=3)),
                ('stream', models.CharField(max_length=32)),
                ('remote_id', models.CharField(blank=True, max_length=64)),
                ('object_type', models.CharField(max_length=32)),
                ('record_id', models.BigIntegerField(null=True)),
                ('title', models.CharField(blank=True, max_length=600)),
                ('candidates', models.JSONField(default=list)),
                ('opened_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.CharField(blank=True, max_length=200)),
                ('answer', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='RunChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(max_length=5)),
                ('object_type', models.CharField(blank=True, max_length=32)),
                ('record_id', models.BigIntegerField(null=True)),
                ('stream', models.CharField(blank=True, max_length=32)),
                ('remote_id', models.CharField(blank=True, max_length=64)),
                ('created', models.BooleanField(default=False)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('archived', models.BooleanField(null=True)),
                ('undone', models.CharField(blank=True, max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name='SyncHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.DateTimeField()),
                ('pulled', models.PositiveIntegerField(default=0)),
                ('pushed', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('conflicts', models.PositiveIntegerField(default=0)),
                ('polls', models.PositiveIntegerField(default=0)),
                ('hints', models.PositiveIntegerField(default=0)),
                ('lags', models.JSONField(default=dict)),
            ],
        ),
        migrations.RemoveField(
            model_name='refusal',
            name='connection',
        ),
        migrations.RemoveConstraint(
            model_name='run',
            name='one_run_at_a_time',
        ),
        migrations.AddField(
            model_name='hint',
            name='survivor',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='lane',
            name='comparison_due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='confirmed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='confirmed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='run',
            name='counts',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='run',
            name='held_reason',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='run',
            name='name',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name='run',
            name='scope',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='run',
            name='started_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='run',
            name='state',
            field=models.CharField(choices=[('running', 'Running'), ('held', 'Waiting for a yes'), ('stopped', 'Stopped'), ('done', 'Done'), ('failed', 'Failed'), ('undone', 'Undone')], default='running', max_length=10),
        ),
        migrations.AddField(
            model_name='run',
            name='stopped_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='undoes',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='undone_by', to='sync.run'),
        ),
        migrations.AddField(
            model_name='streamrun',
            name='began_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='streamrun',
            name='created',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='streamrun',
            name='error',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='streamrun',
            name='expected',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='streamrun',
            name='failed',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='streamrun',
            name='failures',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='streamrun',
            name='leased_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='streamrun',
            name='pace',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='streamrun',
            name='resume_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='streamrun',
            name='token',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='streamrun',
            name='waits_for',
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name='run',
            name='kind',
            field=models.CharField(choices=[('import', 'Import'), ('reference', 'Reference data'), ('comparison', 'Comparison'), ('settings', 'Change of settings'), ('undo', 'Undo')], max_length=16),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['connection', '-began_at'], name='run_newest'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('connection', 'kind', 'name'), name='one_run_at_a_time'),
        ),
        migrations.AddField(
            model_name='conflict',
            name='connection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connections.connection'),
        ),
        migrations.AddField(
            model_name='conflict',
            name='link',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conflicts', to='connections.link'),
        ),
        migrations.AddField(
            model_name='difference',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='differences', to='sync.run'),
        ),
        migrations.AddField(
            model_name='fieldwrite',
            name='link',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connections.link'),
        ),
        migrations.AddField(
            model_name='issue',
            name='connection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='issues', to='connections.connection'),
        ),
        migrations.AddField(
            model_name='likeness',
            name='connection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connections.connection'),
        ),
        migrations.AddField(
            model_name='objectsetting',
            name='changed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='objectsetting',
            name='connection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='object_settings', to='connections.connection'),
        ),
        migrations.AddField(
            model_name='outgoing',
            name='connection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connections.connection'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='connection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='connections.connection'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='proposal',
            name='run',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='sync.run'),
        ),
        migrations.AddField(
            model_name='quarantine',
            name='connection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='connections.connection'),
        ),
        migrations.AddField(
            model_name='quarantine',
            name='link',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quarantines', to='connections.link'),
        ),
        migrations.AddField(
            model_name='review',
            name='connection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='connections.connection'),
        ),
        migrations.AddField(
            model_name='runchange',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='sync.run'),
        ),
        migrations.AddField(
            model_name='synchour',
            name='connection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='connections.connection'),
        ),
        migrations.DeleteModel(
            name='Refusal',
        ),
        migrations.AddIndex(
            model_name='conflict',
            index=models.Index(condition=models.Q(('resolved_at', None)), fields=['connection', 'id'], name='conflict_open'),
        ),
        migrations.AddConstraint(
            model_name='conflict',
            constraint=models.UniqueConstraint(condition=models.Q(('resolved_at', None)), fields=('link', 'local_field'), name='one_open_conflict_per_field'),
        ),
        migrations.AddConstraint(
            model_name='difference',
            constraint=models.UniqueConstraint(fields=('run', 'stream', 'remote_id'), name='one_difference_per_object_of_a_run'),
        ),
        migrations.AddIndex(
            model_name='fieldwrite',
            index=models.Index(fields=['link', 'field', 'at'], name='field_write_recent'),
        ),
        migrations.AddIndex(
            model_name='fieldwrite',
            index=models.Index(fields=['at'], name='field_write_by_age'),
        ),
        migrations.AddIndex(
            model_name='issue',
            index=models.Index(fields=['object_type', 'record_id'], name='issue_by_record'),
        ),
        migrations.AddIndex(
            model_name='issue',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['connection', 'category', 'id'], name='issue_by_cause'),
        ),
        migrations.AddConstraint(
            model_name='issue',
            constraint=models.UniqueConstraint(fields=('connection', 'subject'), name='one_issue_per_subject'),
        ),
        migrations.AddConstraint(
            model_name='likeness',
            constraint=models.UniqueConstraint(fields=('connection', 'stream', 'remote_id'), name='one_likeness_per_object'),
        ),
        migrations.AddConstraint(
            model_name='objectsetting',
            constraint=models.UniqueConstraint(fields=('connection', 'name'), name='one_setting_per_object'),
        ),
        migrations.AddIndex(
            model_name='outgoing',
            index=models.Index(condition=models.Q(('held', False)), fields=['connection', 'next_at'], name='outgoing_due'),
        ),
        migrations.AddConstraint(
            model_name='outgoing',
            constraint=models.UniqueConstraint(fields=('connection', 'name', 'record_id'), name='one_outgoing_row_per_record'),
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(condition=models.Q(('state', 'counting')), fields=['id'], name='proposal_counting'),
        ),
        migrations.AddConstraint(
            model_name='quarantine',
            constraint=models.UniqueConstraint(fields=('link', 'field'), name='one_quarantine_per_field'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('answered_at', None)), fields=['connection', 'id'], name='review_open'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=models.Q(('side', 'in')), fields=('connection', 'name', 'remote_id'), name='one_review_per_object'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=models.Q(('side', 'out')), fields=('connection', 'name', 'record_id'), name='one_review_per_record'),
        ),
        migrations.AddIndex(
            model_name='runchange',
            index=models.Index(fields=['run', 'id'], name='run_change_walk'),
        ),
        migrations.AddConstraint(
            model_name='synchour',
            constraint=models.UniqueConstraint(fields=('connection', 'hour'), name='one_row_per_sync_hour'),
        ),
    ]
