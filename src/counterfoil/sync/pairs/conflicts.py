"""A person answers a conflict: the value that is kept goes to the other side."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.connections import mirror
from counterfoil.connections.models import Link
from counterfoil.core.errors import Invalid
from counterfoil.events.origin import Actor
from counterfoil.sync import turns
from counterfoil.sync.engine.decide import Field, answered
from counterfoil.sync.engine.fields import Wins
from counterfoil.sync.models import Conflict
from counterfoil.sync.pairs import judging, linking, others
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.settings import choices


@transaction.atomic
def answer(conflict: Conflict, keep: Wins, *, by: Actor, now: datetime) -> Conflict:
    """Keep one side's value as it is now; the other side follows, here at once.

    As if both had agreed on the other value before and only the kept one were an edit.
    Raises :class:`Invalid` when it was answered already, or cannot be.
    """
    turns.take(conflict.connection, [conflict.link.stream])
    link = Link.objects.select_for_update().get(pk=conflict.link_id)
    held = Conflict.objects.select_for_update().get(pk=conflict.pk)
    if held.resolved_at is not None:
        raise _wrong(_("This conflict has been settled already."))
    if keep is Wins.ASK:
        raise _wrong(_("Choose which value to keep."))
    connection = link.connection
    pairing = others.of_type(connection, link.stream, link.object_type)
    row = mirror.get(connection, link.stream, link.remote_id)
    if pairing is None or row is None:
        raise _wrong(_("This is not synced any more."))
    settings = choices.of(connection, pairing.name)
    if not settings.enabled:
        raise _wrong(_("Turn on the sync of %(name)s first.") % {"name": pairing.label})
    ground = Ground(connection, pairing, settings, now=now)
    [assessed] = judging.assess(ground, [row], for_writing=True)
    decision = assessed.verdict.decision
    fields = decision.conflicts if decision is not None else ()
    field = next((f for f in fields if f.rule.local == held.local_field), None)
    if field is not None:
        held.local_value, held.remote_value = field.local, field.remote
        _put(link, field, keep)
    held.resolved_at, held.resolution = now, str(keep)
    held.resolved_by = by.label[:200]
    held.save()
    linking.follow(connection, pairing, row, now=now)
    return held


def _put(link: Link, field: Field, keep: Wins) -> None:
    bases = answered(field, keep)
    link.base_local = {**link.base_local, **bases.local}
    link.base_remote = {**link.base_remote, **bases.remote}
    link.save(update_fields=["base_local", "base_remote"])


def _wrong(sentence: str) -> Invalid:
    return Invalid({"": [sentence]})
