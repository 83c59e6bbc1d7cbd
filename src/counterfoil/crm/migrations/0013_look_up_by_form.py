"""What is looked up leads, so that no other index seems to serve as well."""

import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0012_lines_in_full'),
        ('workspaces', '0002_api_tokens'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='company',
            name='company_by_email',
        ),
        migrations.RemoveIndex(
            model_name='company',
            name='company_by_name',
        ),
        migrations.RemoveIndex(
            model_name='company',
            name='company_by_phone',
        ),
        migrations.RemoveIndex(
            model_name='contact',
            name='contact_by_email',
        ),
        migrations.RemoveIndex(
            model_name='contact',
            name='contact_by_name',
        ),
        migrations.RemoveIndex(
            model_name='contact',
            name='contact_by_phone',
        ),
        migrations.RemoveIndex(
            model_name='product',
            name='product_by_sku',
        ),
        migrations.RemoveIndex(
            model_name='product',
            name='product_by_name',
        ),
        migrations.AddIndex(
            model_name='company',
            index=models.Index(django.db.models.functions.text.Upper('email'), models.F('workspace'), name='company_by_email'),
        ),
        migrations.AddIndex(
            model_name='company',
            index=models.Index(django.db.models.functions.text.Upper('name'), models.F('workspace'), name='company_by_name'),
        ),
        migrations.AddIndex(
            model_name='company',
            index=models.Index(django.db.models.functions.text.Right(models.Func(models.F('phone'), models.Value('[^0-9]'), models.Value(''), models.Value('g'), function='regexp_replace', output_field=models.TextField()), 10), models.F('workspace'), condition=models.Q(('phone__gt', '')), name='company_by_phone'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(django.db.models.functions.text.Upper('email'), models.F('workspace'), name='contact_by_email'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(django.db.models.functions.text.Upper('title'), models.F('workspace'), name='contact_by_name'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(django.db.models.functions.text.Right(models.Func(models.F('phone'), models.Value('[^0-9]'), models.Value(''), models.Value('g'), function='regexp_replace', output_field=models.TextField()), 10), models.F('workspace'), condition=models.Q(('phone__gt', '')), name='contact_by_phone'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(django.db.models.functions.text.Upper('sku'), models.F('workspace'), name='product_by_sku'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(django.db.models.functions.text.Upper('name'), models.F('workspace'), name='product_by_name'),
        ),
    ]
