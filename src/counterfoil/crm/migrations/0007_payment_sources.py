"""Payments that pay invoices say so: no document is made of them a second time."""

from django.db import migrations

_INVOICES_PAID = """
UPDATE crm_payment SET source = 'invoice'
 WHERE source = 'books' AND EXISTS (
    SELECT 1 FROM crm_paymentallocation AS part
     WHERE part.payment_id = crm_payment.id AND part.document_kind = 'invoice'
)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0006_expenses_and_payments_here'),
    ]

    operations = [
        migrations.RunSQL(_INVOICES_PAID, migrations.RunSQL.noop),
    ]
