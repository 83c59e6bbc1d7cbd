"""Expenses, and payments that are recorded here: their source, fee and refund."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connections', '0002_two_way_links'),
        ('crm', '0005_documents'),
        ('workspaces', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Expense',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=600)),
                ('custom', models.JSONField(blank=True, default=dict)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('currency', models.CharField(max_length=3)),
                ('exchange_rate', models.DecimalField(blank=True, decimal_places=9, max_digits=19, null=True)),
                ('customer_name', models.CharField(blank=True, max_length=600)),
                ('customer_remote_id', models.CharField(blank=True, max_length=64)),
                ('posting_state', models.CharField(blank=True, choices=[('', 'From the books'), ('pending', 'Sending to the books'), ('confirmed', 'In the books'), ('rejected', 'Refused by the books'), ('attention', 'Needs attention'), ('cancelled', 'Cancelled')], max_length=12)),
                ('posting_message', models.TextField(blank=True)),
                ('voided', models.BooleanField(default=False)),
                ('deleted_remotely', models.BooleanField(default=False)),
                ('remote_updated_at', models.DateTimeField(blank=True, null=True)),
                ('vendor_name', models.CharField(blank=True, max_length=600)),
                ('vendor_remote_id', models.CharField(blank=True, max_length=64)),
                ('payment_type', models.CharField(choices=[('cash', 'Cash or bank transfer'), ('check', 'Check'), ('credit_card', 'Credit card')], default='cash', max_length=12)),
                ('account', models.CharField(blank=True, max_length=500)),
                ('category', models.CharField(blank=True, max_length=500)),
                ('total', models.DecimalField(decimal_places=4, default=0, max_digits=19)),
                ('tax', models.DecimalField(decimal_places=4, default=0, max_digits=19)),
                ('spent_on', models.DateField(blank=True, null=True)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ExpenseLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('account_remote_id', models.CharField(blank=True, max_length=64)),
                ('account', models.CharField(blank=True, max_length=500)),
                ('description', models.TextField(blank=True)),
                ('amount', models.DecimalField(decimal_places=4, default=0, max_digits=19)),
                ('tax_code', models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name='payment',
            name='fee',
            field=models.DecimalField(decimal_places=4, default=0, max_digits=19),
        ),
        migrations.AddField(
            model_name='payment',
            name='refunded',
            field=models.DecimalField(decimal_places=4, default=0, max_digits=19),
        ),
        migrations.AddField(
            model_name='payment',
            name='refunded_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='payment',
            name='source',
            field=models.CharField(choices=[('invoice', 'Invoice'), ('quote', 'Quote'), ('payment_link', 'Payment link'), ('subscription', 'Subscription'), ('manual', 'Entered by hand'), ('books', 'Entered in the books')], default='books', max_length=16),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['workspace', 'reference'], name='payment_reference'),
        ),
        migrations.AddField(
            model_name='expense',
            name='connection',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='connections.connection'),
        ),
        migrations.AddField(
            model_name='expense',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='expense',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AddField(
            model_name='expenseline',
            name='expense',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='crm.expense'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(fields=['workspace', 'id'], name='expense_page'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(fields=['workspace', 'title', 'id'], name='expense_title'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(fields=['workspace', 'updated_at', 'id'], name='expense_updated'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('title'), name='gin_trgm_ops'), name='expense_search'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=django.contrib.postgres.indexes.GinIndex(fields=['custom'], name='expense_custom', opclasses=['jsonb_path_ops']),
        ),
        migrations.AddConstraint(
            model_name='expenseline',
            constraint=models.UniqueConstraint(fields=('expense', 'position'), name='one_expense_line_per_position'),
        ),
    ]
