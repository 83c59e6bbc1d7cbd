"""No index that no query uses, or that leads with what another leads with."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connections', '0004_lean_indexes'),
        ('crm', '0007_payment_sources'),
        ('workspaces', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='association',
            name='one_association_per_label',
        ),
        migrations.RemoveConstraint(
            model_name='timelineentry',
            name='a_timeline_entry_is_told_once',
        ),
        migrations.RemoveIndex(
            model_name='association',
            name='association_order',
        ),
        migrations.RemoveIndex(
            model_name='company',
            name='company_custom',
        ),
        migrations.RemoveIndex(
            model_name='company',
            name='company_by_phone',
        ),
        migrations.RemoveIndex(
            model_name='contact',
            name='contact_custom',
        ),
        migrations.RemoveIndex(
            model_name='contact',
            name='contact_by_phone',
        ),
        migrations.RemoveIndex(
            model_name='creditmemo',
            name='creditmemo_custom',
        ),
        migrations.RemoveIndex(
            model_name='deal',
            name='deal_custom',
        ),
        migrations.RemoveIndex(
            model_name='estimate',
            name='estimate_custom',
        ),
        migrations.RemoveIndex(
            model_name='expense',
            name='expense_custom',
        ),
        migrations.RemoveIndex(
            model_name='invoice',
            name='invoice_custom',
        ),
        migrations.RemoveIndex(
            model_name='lineitem',
            name='lineitem_custom',
        ),
        migrations.RemoveIndex(
            model_name='payment',
            name='payment_custom',
        ),
        migrations.RemoveIndex(
            model_name='product',
            name='product_custom',
        ),
        migrations.RemoveIndex(
            model_name='quote',
            name='quote_custom',
        ),
        migrations.RemoveIndex(
            model_name='refundreceipt',
            name='refundreceipt_custom',
        ),
        migrations.RemoveIndex(
            model_name='salesreceipt',
            name='salesreceipt_custom',
        ),
        migrations.AlterField(
            model_name='association',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='company',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='company',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='contact',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='contact',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='creditmemo',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='creditmemo',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='deal',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='deal',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='expense',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='expense',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='lineitem',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='lineitem',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='payment',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='product',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='product',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='propertychange',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='quote',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='quote',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='refundreceipt',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='refundreceipt',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='salesreceipt',
            name='owner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='salesreceipt',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AlterField(
            model_name='timelineentry',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AddIndex(
            model_name='company',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='company_owner'),
        ),
        migrations.AddIndex(
            model_name='company',
            index=models.Index(models.F('workspace'), django.db.models.functions.text.Right(models.Func(models.F('phone'), models.Value('[^0-9]'), models.Value(''), models.Value('g'), function='regexp_replace', output_field=models.TextField()), 10), condition=models.Q(('phone__gt', '')), name='company_by_phone'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='contact_owner'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(models.F('workspace'), django.db.models.functions.text.Right(models.Func(models.F('phone'), models.Value('[^0-9]'), models.Value(''), models.Value('g'), function='regexp_replace', output_field=models.TextField()), 10), condition=models.Q(('phone__gt', '')), name='contact_by_phone'),
        ),
        migrations.AddIndex(
            model_name='creditmemo',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='creditmemo_owner'),
        ),
        migrations.AddIndex(
            model_name='deal',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='deal_owner'),
        ),
        migrations.AddIndex(
            model_name='estimate',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='estimate_owner'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='expense_owner'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='invoice_owner'),
        ),
        migrations.AddIndex(
            model_name='lineitem',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='lineitem_owner'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='payment_owner'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='product_owner'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='quote_owner'),
        ),
        migrations.AddIndex(
            model_name='refundreceipt',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='refundreceipt_owner'),
        ),
        migrations.AddIndex(
            model_name='salesreceipt',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='salesreceipt_owner'),
        ),
        migrations.AddConstraint(
            model_name='association',
            constraint=models.UniqueConstraint(fields=('workspace', 'from_type', 'from_id', 'to_type', 'to_id', 'label'), include=('position',), name='one_tie_per_label'),
        ),
        migrations.AddConstraint(
            model_name='timelineentry',
            constraint=models.UniqueConstraint(condition=models.Q(('key__isnull', False)), fields=('workspace', 'object_type', 'record_id', 'key'), name='a_keyed_entry_is_told_once'),
        ),
    ]
