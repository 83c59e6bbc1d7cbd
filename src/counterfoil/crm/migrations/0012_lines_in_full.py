"""All that a line of a document says can be said of a line item already."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Only new columns with what they are by default; what is there stays as it is."""

    dependencies = [("crm", "0011_attachments")]

    operations = [
        migrations.AddField(
            model_name="lineitem",
            name="discount_amount",
            field=models.DecimalField(decimal_places=4, default=0, max_digits=19),
        ),
        migrations.AddField(
            model_name="lineitem",
            name="tax_code",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="lineitem",
            name="class_name",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="lineitem",
            name="service_date",
            field=models.DateField(blank=True, null=True),
        ),
    ]
