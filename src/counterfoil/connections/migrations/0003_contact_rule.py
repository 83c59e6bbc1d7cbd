"""What an automated action may do about the customer it needs."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connections', '0002_two_way_links'),
    ]

    operations = [
        migrations.AddField(
            model_name='connection',
            name='contact_rule',
            field=models.CharField(
                choices=[
                    ('qualified', 'Only customers of contacts that are synced'),
                    ('classic', 'Create the customer when there is none'),
                ],
                default='qualified',
                max_length=12,
            ),
        ),
    ]
