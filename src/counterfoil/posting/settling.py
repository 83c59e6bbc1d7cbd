"""A person has looked: what sweeps have found is settled, and documents that differ.

Nothing is written into the books by this: whoever settles has put them right there, or
says that they are right as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid
from counterfoil.events.origin import Actor
from counterfoil.events.wake import wake
from counterfoil.posting import outcomes, sightings, standing
from counterfoil.posting.models import Finding, Intent, Problem
from counterfoil.posting.outcomes import DRAIN
from counterfoil.posting.state import EXISTING, State, resolved

# What does not go on before a person has said how.
STUCK = (
    State.REJECTED,
    State.ESCALATED,
    State.DIVERGED,
    State.DUPLICATE_DETECTED,
)


def stuck(connection: Connection) -> QuerySet[Intent]:
    """The documents of a company that wait for a person's word, newest first."""
    late = Q(revision__isnull=False, state__in=EXISTING)
    rows = Intent.objects.filter(Q(state__in=STUCK) | late, connection=connection)
    return rows.select_related("workspace", "connection").order_by("-state_at", "-id")


def waiting(connection: Connection) -> QuerySet[Intent]:
    """What goes on by itself, the oldest first."""
    open_ones = (State.INTENDED, State.SENDING, State.UNKNOWN)
    rows = Intent.objects.filter(connection=connection, state__in=open_ones)
    return rows.select_related("workspace", "connection").order_by("created_at", "id")


def findings(connection: Connection) -> QuerySet[Finding]:
    """What sweeps have found and nobody has settled, newest first."""
    rows = Finding.objects.filter(connection=connection, resolved_at=None)
    return rows.select_related("intent").order_by("-found_at", "-id")


def is_settleable(intent: Intent) -> bool:
    """Whether a person may say that the document is right as it is in the books.

    Of one that is there twice each twin is settled by itself (see ``looked_at``).
    """
    return intent.state == State.DIVERGED or (
        intent.revision is not None and intent.state in EXISTING
    )


@transaction.atomic
def settle(*, intent: Intent, actor: Actor, now: datetime) -> Intent:
    """The document in the books is right as it is: what waits for it goes on.

    A change that came too late is forgotten; so is that it differed from what was sent.
    """
    locked = (
        Intent.objects.select_for_update(of=("self",))
        .select_related("workspace", "connection")
        .get(pk=intent.pk, workspace=intent.workspace_id)
    )
    if not is_settleable(locked):
        raise Invalid({"": [_("Nothing about this document waits for a decision.")]})
    Intent.objects.filter(pk=locked.pk).update(revision=None)
    locked.revision = None
    if locked.state == State.DIVERGED:
        before = standing.of(locked)
        after = resolved(before, State.VERIFIED, now)
        standing.keep(locked, before, after, message="")
        wake(DRAIN)
    outcomes.tell(locked, "document_settled", now, {"settled_by": actor.label})
    return locked


@transaction.atomic
def looked_at(
    *, connection: Connection, finding_ids: Sequence[int], actor: Actor, now: datetime
) -> int:
    """A person has seen to what was found; returns how much of it was still open.

    It is not told again. The document that had twins is then as it should be.
    """
    rows = Finding.objects.select_for_update(of=("self",)).filter(
        connection=connection, pk__in=finding_ids, resolved_at=None
    )
    found = list(rows.select_related("intent").order_by("pk"))
    Finding.objects.filter(pk__in=[each.pk for each in found]).update(resolved_at=now)
    for kind in {each.kind for each in found if each.problem == Problem.DUPLICATE}:
        sightings.settle_duplicates(connection, kind, now, by=actor.label)
    for each in found:
        if each.problem == Problem.CANCELLED and each.intent is not None:
            told = {"settled_by": actor.label, "is_cancelled": True}
            outcomes.tell(each.intent, "document_settled", now, told)
    return len(found)
