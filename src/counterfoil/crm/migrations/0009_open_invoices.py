"""What customers owe is added up from what is open alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0008_lean_indexes'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('archived_at__isnull', True), ('balance__gt', 0), ('deleted_remotely', False), ('posting_state__in', ['', 'confirmed']), ('voided', False)), fields=['workspace', 'due_on'], include=('currency', 'balance'), name='invoice_open'),
        ),
    ]
