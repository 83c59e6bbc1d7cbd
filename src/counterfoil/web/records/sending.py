"""E-mail many documents at once: who will get theirs, who will not, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import delivering
from counterfoil.invoicing.offers import SENDABLE, offers_of_many
from counterfoil.posting import acts
from counterfoil.workspaces.access import Access

__all__ = ["SENDABLE", "Kept", "Plan", "plan", "send"]


@dataclass(frozen=True)
class Goes:
    """A document that is e-mailed, to whom, and what to know of it."""

    record: Record
    recipient: str
    warning: str


@dataclass(frozen=True)
class Kept:
    """A document that is not e-mailed, and why not."""

    record: Record
    why: str


@dataclass(frozen=True)
class Plan:
    """What would become of each."""

    going: Sequence[Goes]
    staying: Sequence[Kept]


def plan(access: Access, records: Sequence[Record]) -> Plan:
    """Who will and who will not get theirs; nothing is asked for yet."""
    refs = [Ref.of(record) for record in records]
    asked = acts.open_of(access.workspace, refs)
    offered = offers_of_many(access, records, asked)
    going, staying = [], []
    for record, ref in zip(records, refs, strict=True):
        found = offered[ref]
        offer = found.send
        if offer.may:
            going.append(Goes(record, found.recipient, offer.warning))
        else:
            staying.append(Kept(record, _alone(offer.needs, offer.why)))
    return Plan(going, staying)


def send(access: Access, records: Sequence[Record], now: datetime) -> list[Kept]:
    """Ask for each e-mail by itself; those that could not be asked for, and why."""
    staying = []
    for record in records:
        try:
            delivering.send(access=access, record=record, now=now)
        except Invalid as error:
            staying.append(
                Kept(record, _alone(next(iter(error.errors), ""), str(error)))
            )
    return staying


def _alone(needs: str, why: str) -> str:
    """Why it stays, and where what is missing can be said."""
    if needs == "email":
        return _("It has no e-mail address. Send it from its own page.")
    if needs == "reason":
        return _("It was sent already. Send it again from its own page.")
    return why
