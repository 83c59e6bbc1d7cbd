"""The objects of sync as pages call them: contacts, products, invoices and the rest."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from counterfoil.connections.models import Connection
from counterfoil.connections.wording import stream_label
from counterfoil.crm.catalogue import object_types
from counterfoil.sync.documents.kinds import kinds
from counterfoil.sync.ports import Pairing, pairings_of
from counterfoil.sync.settings import choices

ICONS = {
    "contact": "users",
    "company": "building-2",
    "product": "package",
    "invoice": "receipt",
    "estimate": "calculator",
    "sales_receipt": "shopping-bag",
    "credit_memo": "ticket-percent",
    "refund_receipt": "undo-2",
    "payment": "hand-coins",
}


@dataclass(frozen=True)
class Synced:
    """One object of sync; documents have no pairing, they come in only."""

    name: str
    label: str
    theirs: str
    stream: str
    object_type: str
    icon: str
    pairing: Pairing | None = None

    @property
    def slug(self) -> str:
        """Its noun's name in addresses."""
        return object_types[self.object_type].slug

    @property
    def is_document(self) -> bool:
        return self.pairing is None


def synced(connection: Connection) -> dict[str, Synced]:
    """All objects of a connection's service by name, in the order of the pages."""
    found = {each.name: _paired(each) for each in pairings_of(connection.service)}
    return found | {name: _document(name) for name in choices.DOCUMENTS}


def one_of(connection: Connection, name: str) -> Synced:
    """The object that an address names, or 404."""
    found = synced(connection).get(name)
    if found is None:
        raise Http404
    return found


def label_of(connection: Connection, name: str) -> str:
    """What people call the object; an unknown one by its own name."""
    found = synced(connection).get(name)
    return found.label if found else name


def _paired(pairing: Pairing) -> Synced:
    return Synced(
        pairing.name,
        str(pairing.label),
        stream_label(pairing.stream),
        pairing.stream,
        pairing.object_type,
        ICONS.get(pairing.object_type, "box"),
        pairing,
    )


def _document(name: str) -> Synced:
    object_type = kinds[name].object_type
    return Synced(
        name,
        str(object_types[object_type].label[1]),
        stream_label(name),
        name,
        object_type,
        ICONS.get(object_type, "box"),
    )
