"""What the page of a document says of it in QuickBooks, and offers to do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from counterfoil.crm.catalogue import object_types, type_of
from counterfoil.crm.refs import Ref
from counterfoil.crm.stages import is_sent
from counterfoil.invoicing import reopen
from counterfoil.invoicing.deciding import OF_REFUSED
from counterfoil.invoicing.offers import PERMISSIONS, SENDABLE, Offer, Offers, offers
from counterfoil.posting import acts
from counterfoil.posting.act_state import Deed
from counterfoil.posting.models import Act
from counterfoil.posting.state import State
from counterfoil.web import formats
from counterfoil.web.invoicing.panel import version_of, waiting_of
from counterfoil.web.invoicing.papers import NOUNS
from counterfoil.web.invoicing.rows import PRINTED, asked_for
from counterfoil.workspaces.access import Access, Permission

DOCUMENTS = (*NOUNS, "payment")


@dataclass(frozen=True, slots=True)
class Button:
    """One act: ``why`` says what stands in its way."""

    deed: str
    label: str
    icon: str
    why: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """The card of one document: its e-mail, what is under way, what may be asked for."""

    document: Any
    slug: str
    mail: str
    under_way: Sequence[str]
    waiting: Act | None
    doubtful: Act | None
    refused: Act | None
    buttons: Sequence[Button]
    may_decide: bool
    is_barred: bool
    is_printed: bool
    is_there: bool
    may_correct: bool
    stuck: UUID | None
    answers: Sequence[str]
    has_story: bool
    address: str
    version: str
    asked: str
    is_busy: bool


def dossier_of(access: Access, document: Any) -> Dossier:
    """Gather the card."""
    ref = Ref.of(document)
    all_asked = acts.of_record(ref)
    found = offers(access, document, all_asked)
    open_acts = [act for act in all_asked if act.state in acts.OPEN]
    newest = all_asked[0] if all_asked else None
    refused = newest if newest and newest.state == State.REJECTED else None
    decided = found.doubtful or refused
    has_draft, stuck = reopen.ways_on(document)
    may_decide_it = bool(stuck) and access.may(Permission.RESOLVE_POSTINGS)
    return Dossier(
        document=document,
        slug=type_of(document).slug,
        mail=_mail(document),
        under_way=[words for act in open_acts if (words := asked_for(act))],
        waiting=found.waiting,
        doubtful=found.doubtful,
        refused=refused,
        buttons=_buttons(found),
        may_decide=bool(decided and access.may(PERMISSIONS[Deed(decided.action)])),
        is_barred=not any(access.may(each) for each in PERMISSIONS.values()),
        is_printed=found.is_there and document.object_type in PRINTED,
        is_there=found.is_there,
        may_correct=has_draft and access.may(Permission.CREATE_DOCUMENTS),
        stuck=stuck,
        answers=[each.value for each in OF_REFUSED] if may_decide_it else [],
        has_story=bool(document.posting_state or all_asked),
        address=reverse(
            "record", args=[access.workspace.pk, type_of(document).slug, document.pk]
        ),
        version=version_of([document], {ref: all_asked}, _stand(document)),
        asked=waiting_of({ref: open_acts}),
        is_busy=document.posting_state == "pending" or found.under_way is not None,
    )


def _stand(document: Any) -> Sequence[str]:
    connection = document.connection
    return [f"{connection.state}.{connection.name}"] if connection else []


def _buttons(found: Offers) -> list[Button]:
    labels = {
        Deed.SEND: (_("Send"), "send"),
        Deed.VOID: (_("Void"), "ban"),
        Deed.DELETE: (_("Delete"), "trash-2"),
    }
    buttons = []
    for deed, (label, icon) in labels.items():
        offer: Offer = found.of(deed)
        if not offer.is_shown:
            continue
        is_again = deed is Deed.SEND and offer.needs == "reason"
        # What can be given on the form stands in no way.
        why = "" if offer.needs else offer.why
        buttons.append(
            Button(deed.value, _("Send again") if is_again else label, icon, why)
        )
    return buttons


def _mail(document: Any) -> str:
    """Whether the customer has got it by e-mail."""
    if document.object_type not in SENDABLE:
        return ""
    words = {
        "recipient": document.recipient,
        "moment": formats.minute(document.sent_at) if document.sent_at else "",
    }
    if not is_sent(document.email_status, document.sent_at):
        return _("Not sent by e-mail yet.")
    if words["recipient"] and words["moment"]:
        return _("Sent to %(recipient)s, %(moment)s.") % words
    if words["moment"]:
        return _("Sent by e-mail, %(moment)s.") % words
    return _("Sent by e-mail.")


def is_document(object_type: str) -> bool:
    """Whether a noun has such a card."""
    return object_type in DOCUMENTS and object_type in object_types
