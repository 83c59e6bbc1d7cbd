"""How many conflicts there are is asked of them: nobody counted them by the hour."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Hours count no conflicts."""

    dependencies: ClassVar = [("sync", "0006_questions_of_runs")]

    operations: ClassVar = [migrations.RemoveField("synchour", "conflicts")]
