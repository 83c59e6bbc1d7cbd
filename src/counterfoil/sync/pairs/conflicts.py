"""A person answers a conflict: the value that is kept goes to the other side.

Where the two are linked no more there is no other side: what was kept can be put back.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.connections import mirror
from counterfoil.connections.models import Link
from counterfoil.core.errors import Invalid
from counterfoil.crm import records
from counterfoil.crm.catalogue import properties_of
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import turns
from counterfoil.sync.engine.decide import Field, answered
from counterfoil.sync.engine.fields import FieldKind, Wins
from counterfoil.sync.models import Conflict
from counterfoil.sync.pairs import judging, linking, others, values
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.settings import choices


@transaction.atomic
def answer(conflict: Conflict, keep: Wins, *, by: Actor, now: datetime) -> Conflict:
    """Keep one side's value as it is now; the other side follows, here at once.

    As if both had agreed on the other value before and only the kept one were an edit.
    Raises :class:`Invalid` when it was answered already, or cannot be.
    """
    turns.take(conflict.connection, [conflict.stream])
    link = Link.objects.select_for_update().filter(conflicts=conflict).first()
    held = Conflict.objects.select_for_update().filter(pk=conflict.pk).first()
    if held is None or held.resolved_at is not None:
        raise _wrong(_("This conflict has been settled already."))
    if link is None:
        raise _wrong(
            _(
                "The two are no longer linked, so there is nothing to decide. Both values"
                " stay on the sync page of the record."
            )
        )
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


@transaction.atomic
def use(conflict: Conflict, kept: Wins, *, by: Actor, now: datetime) -> None:
    """Give the record one of the two values, as if ``by`` had typed it.

    Raises :class:`Invalid` when the record is not there to take it, or cannot hold it.
    """
    ref = Ref(conflict.object_type, conflict.record_id)
    linking.require_record(conflict.connection, ref)
    value = {conflict.local_field: _in_own_type(conflict, kept)}
    records.write(
        workspace=conflict.connection.workspace,
        changes=[Change(ref.object_type, value, ref.record_id)],
        actor=by,
        origin=Origin(by.kind, by.actor_id),
        now=now,
    )


def _in_own_type(conflict: Conflict, kept: Wins) -> object:
    workspace = conflict.connection.workspace
    properties = properties_of(conflict.object_type, workspace)
    name = conflict.local_field
    if kept is Wins.ASK or name not in properties:
        raise _wrong(_("This field is no longer a property here."))
    if kept is Wins.LOCAL:
        return properties[name].type.deserialise(conflict.local_value)
    pairing = others.of_type(conflict.connection, conflict.stream, conflict.object_type)
    kinds = {each.name: each.kind for each in pairing.fields} if pairing else {}
    kind = kinds.get(conflict.remote_field, FieldKind.TEXT)
    fit, unfit = values.fitted_by_kind(
        {name: conflict.remote_value}, properties, {name: kind}
    )
    if name not in fit:
        raise Invalid({name: [unfit.get(name, _("This value is missing."))]})
    return fit[name]


def _wrong(sentence: str) -> Invalid:
    return Invalid({"": [sentence]})
