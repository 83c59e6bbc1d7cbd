"""A draft may become a document of any kind."""

from django.db import migrations, models

KEEP = """
UPDATE invoicing_draft SET document_type = 'invoice', document_id = invoice_id
 WHERE invoice_id IS NOT NULL
"""
GIVE_BACK = """
UPDATE invoicing_draft SET invoice_id = document_id WHERE document_type = 'invoice'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('invoicing', '0004_figures_of_customers'),
    ]

    operations = [
        migrations.RenameModel('InvoiceDraft', 'Draft'),
        migrations.AddField(
            model_name='draft',
            name='kind',
            field=models.CharField(default='invoice', max_length=20),
        ),
        migrations.AddField(
            model_name='draft',
            name='document_type',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name='draft',
            name='document_id',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.RunSQL(KEEP, GIVE_BACK),
        migrations.RemoveField(model_name='draft', name='invoice'),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(
                condition=models.Q(('document_id__isnull', False)),
                fields=('document_type', 'document_id'),
                name='one_draft_per_document',
            ),
        ),
    ]
