"""What came to pass in a ``Machine``, counted: whether the accidents really happen."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count

from counterfoil.connections.models import Link, LinkState
from counterfoil.crm.models import Contact
from counterfoil.posting.models import Intent
from counterfoil.sync.models import Conflict, Issue, Quarantine, Review, RunChange
from support.sync_machine import Machine


def summary(machine: Machine) -> dict[str, int]:
    """Counts by what happened, for one seed."""
    found = machine.met.copy()
    for side in machine.sides:
        found.update(side.twin.met)
        found["writes there"] += len(side.twin.writes)
        found["merged there"] += sum(
            bool(each.merged_into) for each in side.twin.people.values()
        )
    found["seeds"] = 1
    found["seeds of two companies"] = len(machine.sides) - 1
    found["seeds without accidents"] = int(machine.is_calm)
    for word, count in _counted(machine).items():
        found[word] += count
    return {word: count for word, count in found.items() if count}


def _counted(machine: Machine) -> Counter[str]:
    rows = Conflict.objects.values("resolution").annotate(count=Count("pk"))
    found = Counter(
        {f"conflicts: {row['resolution'] or 'open'}": row["count"] for row in rows}
    )
    found["quarantines"] = Quarantine.objects.count()
    found["reviews"] = Review.objects.count()
    found["issues"] = Issue.objects.count()
    found["changes by runs"] = RunChange.objects.count()
    found["ignored links"] = Link.objects.filter(state=LinkState.IGNORED).count()
    found["asked for there"] = Intent.objects.count()
    contacts = Contact.objects.filter(workspace=machine.workspace)
    found["contacts"] = contacts.count()
    found["archived contacts"] = contacts.exclude(archived_at=None).count()
    for row in Link.objects.values("reason").annotate(count=Count("pk")):
        found[f"links by {row['reason'] or 'creation there'}"] = row["count"]
    return found
