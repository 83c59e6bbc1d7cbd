"""Documents that need a person are counted on every page, of every kind."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0009_open_invoices'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='creditmemo',
            index=models.Index(condition=models.Q(('archived_at__isnull', True), ('posting_state__in', ['rejected', 'attention'])), fields=['workspace'], name='credit_memo_troubled'),
        ),
        migrations.AddIndex(
            model_name='estimate',
            index=models.Index(condition=models.Q(('archived_at__isnull', True), ('posting_state__in', ['rejected', 'attention'])), fields=['workspace'], name='estimate_troubled'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(condition=models.Q(('archived_at__isnull', True), ('posting_state__in', ['rejected', 'attention'])), fields=['workspace'], name='expense_troubled'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('archived_at__isnull', True), ('posting_state__in', ['rejected', 'attention'])), fields=['workspace'], name='invoice_troubled'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('archived_at__isnull', True), ('posting_state__in', ['rejected', 'attention'])), fields=['workspace'], name='payment_troubled'),
        ),
        migrations.AddIndex(
            model_name='refundreceipt',
            index=models.Index(condition=models.Q(('archived_at__isnull', True), ('posting_state__in', ['rejected', 'attention'])), fields=['workspace'], name='refund_receipt_troubled'),
        ),
        migrations.AddIndex(
            model_name='salesreceipt',
            index=models.Index(condition=models.Q(('archived_at__isnull', True), ('posting_state__in', ['rejected', 'attention'])), fields=['workspace'], name='sales_receipt_troubled'),
        ),
    ]
