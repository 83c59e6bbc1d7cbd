"""What runs have asked for and QuickBooks does not have yet: they end before that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from django.db.models import BigIntegerField, Count, QuerySet, UUIDField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from counterfoil.connections.models import Connection
from counterfoil.events.models import DeliveryState, EventDelivery
from counterfoil.posting.models import Intent
from counterfoil.sync import presence
from counterfoil.sync.models import Outgoing, Run
from counterfoil.sync.outgoing.answers import ANSWERED, REFUSED
from counterfoil.sync.outgoing.creating import RUN
from counterfoil.sync.outgoing.judging import WAITING


def asked(connection: Connection, run_ids: Collection[int]) -> QuerySet[Intent]:
    """What posting is still at on behalf of these runs."""
    return Intent.objects.filter(
        workspace=connection.workspace_id,
        connection=connection,
        state__in=WAITING,
        **{f"document__{RUN}__in": list(run_ids)},
    )


def is_under_way(connection: Connection, run: Run) -> bool:
    """Whether posting is at something of a run, or its answer has not been heard of."""
    intent = Cast(KeyTextTransform("intent", "event__payload"), UUIDField())
    unheard = EventDelivery.objects.filter(
        state=DeliveryState.DUE,
        subscriber__in=(ANSWERED, REFUSED),
        event__workspace=connection.workspace_id,
    ).annotate(intent=intent)
    answered = Intent.objects.filter(
        connection=connection,
        pk__in=unheard.values("intent"),
        **{f"document__{RUN}": run.pk},
    )
    waiting = asked(connection, [run.pk])
    return bool(waiting.values("pk").union(answered.values("pk"), all=True)[:1])


def withdraw(connection: Connection, run: Run) -> bool:
    """Take back what waits to be written for a run; whether nothing more is under way.

    Who was at the company when it was taken back may have read it before: as long as
    somebody is there, that may still be written.
    """
    marked = Outgoing.objects.filter(connection=connection, run_id=run.pk)
    if marked.delete()[0] or not presence.arrive(presence.LANES, connection.pk):
        return False
    presence.leave(presence.LANES, connection.pk)
    return not is_under_way(connection, run)


def on_their_way(connection: Connection, run_ids: Collection[int]) -> Counter[int]:
    """How many writes of each run are still to come; what waits for a yes does not."""
    marked = Outgoing.objects.filter(
        connection=connection, run_id__in=list(run_ids), held=False
    )
    run = Cast(KeyTextTransform(RUN, "document"), BigIntegerField())
    made = asked(connection, run_ids).annotate(run=run)
    counted = [
        rows.order_by().values_list(name).annotate(Count("pk"))
        for rows, name in ((marked, "run_id"), (made, "run"))
    ]
    found: Counter[int] = Counter()
    for run_id, count in counted[0].union(counted[1], all=True):
        found[run_id] += count
    return found
