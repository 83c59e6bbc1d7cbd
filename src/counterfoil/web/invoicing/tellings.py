"""What a person is told once the books have answered, on the page that is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from counterfoil.crm.catalogue import object_types, type_of
from counterfoil.crm.refs import Ref
from counterfoil.posting import acts
from counterfoil.posting.act_state import Deed
from counterfoil.posting.models import Act
from counterfoil.posting.state import State
from counterfoil.workspaces.models import Workspace

MOST = 20
LONGEST_ID = 36


def name_of(document: Any) -> str:
    """What a sentence calls it: its kind and its number."""
    number = document.number or getattr(document, "reference", "")
    return f"{type_of(document).label[0]} {number}".strip()


def ended(workspace: Workspace, given: str) -> Iterator[tuple[str, str]]:
    """Kind and text of a message for each act of ``given`` that has come to an end."""
    for act in _acts(workspace, given):
        if act.state in {State.CONFIRMED, State.VERIFIED}:
            yield "good", _done(act) % {"document": _named(act)}
        elif act.state in {State.REJECTED, State.ESCALATED}:
            words = {"document": _named(act), "message": act.message}
            yield "bad", _undone(act) % words


def _acts(workspace: Workspace, given: str) -> Iterator[Act]:
    for text in given.split(",")[:MOST]:
        try:
            act_id = UUID(text[:LONGEST_ID])
        except ValueError:
            continue
        act = acts.identified(act_id, workspace=workspace)
        if act is not None and act.state not in {
            State.INTENDED,
            State.SENDING,
            State.UNKNOWN,
        }:
            yield act


def _named(act: Act) -> str:
    ref = Ref(act.object_type, act.record_id)
    rows = object_types[ref.object_type].model._default_manager.all()
    found = rows.filter(workspace=act.workspace_id, pk=ref.record_id).first()
    return name_of(found) if found else str(object_types[ref.object_type].label[0])


def _done(act: Act) -> str:
    return {
        Deed.SEND: _("%(document)s was sent."),
        Deed.VOID: _("%(document)s was voided in QuickBooks."),
        Deed.DELETE: _("%(document)s was deleted in QuickBooks."),
    }[Deed(act.action)]


def _undone(act: Act) -> str:
    if act.state == State.ESCALATED:
        return _("%(document)s: %(message)s")
    return {
        Deed.SEND: _("%(document)s could not be sent: %(message)s"),
        Deed.VOID: _("%(document)s could not be voided: %(message)s"),
        Deed.DELETE: _("%(document)s could not be deleted: %(message)s"),
    }[Deed(act.action)]
