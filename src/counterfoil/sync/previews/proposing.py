"""Settings are not saved but proposed: counted first, confirmed by a person, then run."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid, Stale
from counterfoil.events.wake import wake
from counterfoil.sync.engine.settings import Settings, packed, unpacked
from counterfoil.sync.models import ObjectSetting, Proposal, ProposalState, Run
from counterfoil.sync.ports import pairings
from counterfoil.sync.previews import beside, tallying
from counterfoil.sync.previews.counting import DRAIN
from counterfoil.sync.runs import changing
from counterfoil.sync.settings import choices
from counterfoil.sync.settings.checking import check_settings
from counterfoil.workspaces.models import User

OPEN = (ProposalState.COUNTING, ProposalState.READY)


@transaction.atomic
def propose(
    connection: Connection, name: str, wanted: Settings, *, by: User, now: datetime
) -> Proposal:
    """Keep what somebody wants and have it counted; it takes the place of the last one.

    Raises ``Invalid`` with sentences by field of the settings.
    """
    if errors := check_settings(connection, wanted, now=now):
        raise Invalid(errors)
    Proposal.objects.filter(connection=connection, name=name, state__in=OPEN).update(
        state=ProposalState.DISCARDED
    )
    is_counted = name not in choices.DOCUMENTS and (
        wanted.enabled or _is_shared(connection, name, wanted)
    )
    proposal = Proposal.objects.create(
        connection=connection,
        name=name,
        values=packed(wanted),
        base_version=_version(connection, name),
        state=ProposalState.COUNTING if is_counted else ProposalState.READY,
        created_by=by,
        created_at=now,
        ready_at=None if is_counted else now,
    )
    if is_counted:
        wake(DRAIN)
    return proposal


def _is_shared(connection: Connection, name: str, wanted: Settings) -> bool:
    """Whether another object of the same customers gets something from it."""
    pairing = pairings[f"{connection.service}.{name}"]
    former = choices.of(connection, name)
    return bool(beside.nouns(connection, pairing, former, wanted))


def confirm(proposal: Proposal, *, yes: bool, by: User, now: datetime) -> Run | None:
    """Save the settings and begin what follows from them; a run when there is anything.

    ``Invalid`` while it is being counted, or when a yes is needed and was not given.
    ``Stale`` when somebody else has changed the settings meanwhile: then it is counted
    again, on what they are now.
    """
    with transaction.atomic():
        held = (
            Proposal.objects.select_for_update(of=("self",))
            .select_related("connection")
            .get(pk=proposal.pk)
        )
        rows = Connection.objects.select_for_update(no_key=True)
        connection = rows.get(pk=held.connection_id)
        _require_ready(held)
        is_stale = _version(connection, held.name) != held.base_version
        if is_stale:
            _again(held)
        else:
            run = _confirm(connection, held, yes=yes, by=by, now=now)
    if is_stale:
        raise Stale(
            _(
                "Somebody has changed these settings meanwhile. The preview is being"
                " counted again."
            )
        )
    return run


@transaction.atomic
def discard(proposal: Proposal) -> None:
    """Forget what was wanted, unless it has been confirmed."""
    Proposal.objects.filter(pk=proposal.pk, state__in=OPEN).update(
        state=ProposalState.DISCARDED
    )


def open_one(connection: Connection, name: str) -> Proposal | None:
    """The proposal of an object that is being counted or looked at."""
    rows = Proposal.objects.filter(connection=connection, name=name, state__in=OPEN)
    return rows.order_by("-id").first()


def _confirm(
    connection: Connection, proposal: Proposal, *, yes: bool, by: User, now: datetime
) -> Run | None:
    if proposal.needs_yes and not yes:
        sentence = _("This changes a great many records. Say that you want that.")
        raise Invalid({"yes": [sentence]})
    former = choices.of(connection, proposal.name)
    wanted = unpacked(proposal.values, choices.defaults(connection, proposal.name))
    if errors := check_settings(connection, wanted, now=now):
        raise Invalid(errors)
    choices.save(connection, wanted, by=by, now=now)
    run = changing.begin(
        connection,
        former=former,
        wanted=wanted,
        promised=_promised(proposal),
        by=by,
        now=now,
    )
    proposal.state, proposal.run = ProposalState.CONFIRMED, run
    proposal.save(update_fields=["state", "run"])
    return run


def _promised(proposal: Proposal) -> dict[str, int]:
    """How many records and objects the preview said would be touched."""
    counted = tallying.unpacked(proposal.counts)
    return {side: counted.touched(side) for side in tallying.SIDES}


def _require_ready(proposal: Proposal) -> None:
    if proposal.state == ProposalState.COUNTING:
        raise Invalid({"": [_("Wait until the preview has been counted.")]})
    if proposal.state != ProposalState.READY:
        raise Invalid({"": [_("This change has been decided upon already.")]})


def _again(proposal: Proposal) -> None:
    proposal.base_version = _version(proposal.connection, proposal.name)
    proposal.state = ProposalState.COUNTING
    proposal.cursor, proposal.counts, proposal.examples = {}, {}, {}
    proposal.needs_yes, proposal.ready_at = False, None
    proposal.save()
    wake(DRAIN)


def _version(connection: Connection, name: str) -> int:
    rows = ObjectSetting.objects.filter(connection=connection, name=name)
    return rows.values_list("version", flat=True).first() or 0
