from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sync", "0004_runs_in_parts")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="outgoing",
            name="released",
            field=models.BooleanField(default=False),
        ),
    ]
