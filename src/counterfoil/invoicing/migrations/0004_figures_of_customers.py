"""Who has documents already is summed up once, by the drain of roll-ups."""

from django.db import migrations

MARK = """
INSERT INTO invoicing_rollupdue
    (workspace_id, object_type, record_id, historical, depth)
SELECT DISTINCT workspace_id, from_type, from_id, true, 0
  FROM crm_association
 WHERE from_type IN ('deal', 'contact', 'company')
   AND to_type IN ('invoice', 'payment')
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0005_documents'),
        ('invoicing', '0003_rollups_due'),
    ]

    operations = [
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
