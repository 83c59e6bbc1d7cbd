"""What a form of settings starts from: the change that is being looked at, or none."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from counterfoil.connections.models import Connection
from counterfoil.sync.engine.settings import Settings, unpacked
from counterfoil.sync.models import Proposal
from counterfoil.sync.previews.proposing import open_one as open_proposal
from counterfoil.sync.settings import choices
from counterfoil.web.sync import frame
from counterfoil.web.sync.objects import Synced, one_of
from counterfoil.workspaces.access import Access


@dataclass(frozen=True)
class Draft:
    """One object's settings: ``wanted`` is what a form shows, ``current`` is in force."""

    access: Access
    connection: Connection
    about: Synced
    wanted: Settings
    current: Settings
    proposal: Proposal | None


def open_one(access: Access, connection_id: int, name: str) -> Draft:
    """What an address names: the open proposal's settings, else those in force."""
    connection = frame.one(access, connection_id)
    about = one_of(connection, name)
    # Whoever judges by the settings later on asks for all of them: read once.
    prefetch_related_objects([connection], "object_settings")
    current = choices.all_of(connection)[name]
    proposal = open_proposal(connection, name)
    wanted = current
    if proposal is not None:
        wanted = unpacked(proposal.values, choices.defaults(connection, name))
    return Draft(access, connection, about, wanted, current, proposal)
