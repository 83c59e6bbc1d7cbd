"""What was kept of two edits is found by its record and object once its link is gone."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

NAMED = """
    UPDATE sync_conflict c
       SET object_type = l.object_type, record_id = l.record_id,
           stream = l.stream, remote_id = l.remote_id
      FROM connections_link l WHERE l.id = c.link_id
"""


def _column(name: str, field: models.Field[Any, Any]) -> migrations.AddField:
    return migrations.AddField("conflict", name, field, preserve_default=False)


class Migration(migrations.Migration):
    """Conflicts say themselves whose they are, and no longer go with their link."""

    dependencies: ClassVar = [
        ("connections", "0002_two_way_links"),
        ("sync", "0004_ended_runs"),
    ]

    operations: ClassVar = [
        _column("object_type", models.CharField(max_length=32, default="")),
        _column("record_id", models.BigIntegerField(default=0)),
        _column("stream", models.CharField(max_length=32, default="")),
        _column("remote_id", models.CharField(max_length=64, default="")),
        migrations.RunSQL(NAMED, migrations.RunSQL.noop),
        migrations.RunSQL(
            "SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL IMMEDIATE"
        ),
        migrations.AlterField(
            "conflict",
            "link",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="conflicts",
                to="connections.link",
            ),
        ),
        migrations.AddIndex(
            "conflict",
            models.Index(
                fields=["object_type", "record_id"],
                name="conflict_parted_by_record",
                condition=models.Q(link=None),
            ),
        ),
        migrations.AddIndex(
            "conflict",
            models.Index(
                fields=["connection", "stream", "remote_id"],
                name="conflict_parted_by_object",
                condition=models.Q(link=None),
            ),
        ),
    ]
