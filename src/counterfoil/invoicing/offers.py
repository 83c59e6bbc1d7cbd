"""What may be done with a document's record now, and why not: for buttons and refusals.

Reads only what is kept here. Whoever acts reads the document itself first, so that an
offer that has become outdated does no harm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.connections import links
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.crm.models import PaymentAllocation, PostingState
from counterfoil.crm.refs import Ref
from counterfoil.crm.stages import is_sent
from counterfoil.invoicing.content import day
from counterfoil.invoicing.wording import shown_day, shown_time
from counterfoil.posting import acts, documents
from counterfoil.posting.act_state import Deed
from counterfoil.posting.models import Act
from counterfoil.posting.state import State
from counterfoil.workspaces.access import Access, Permission

SENDABLE = frozenset(
    {"invoice", "estimate", "sales_receipt", "credit_memo", "refund_receipt"}
)
VOIDABLE = frozenset({"invoice", "sales_receipt", "payment"})
DELETABLE = VOIDABLE | SENDABLE | {"expense"}
PERMISSIONS = {
    Deed.SEND: Permission.SEND_DOCUMENTS,
    Deed.VOID: Permission.VOID_DOCUMENTS,
    Deed.DELETE: Permission.VOID_DOCUMENTS,
}
NOT_THERE = (PostingState.PENDING, PostingState.REJECTED, PostingState.CANCELLED)
BUSY = (State.INTENDED, State.SENDING, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Offer:
    """One button: ``is_shown`` to this person at all; pressed only without a ``why``.

    ``warning`` is what to say before it is confirmed. ``needs``: what the refusal asks
    for (``email``, ``reason``), when the person can give it at once.
    """

    action: str
    is_shown: bool
    why: str = ""
    warning: str = ""
    needs: str = ""

    @property
    def may(self) -> bool:
        return self.is_shown and not self.why


@dataclass(frozen=True, slots=True)
class Offers:
    """All that a page needs to know of acting upon one record's document.

    ``waiting`` is an e-mail that is to go out later; ``under_way`` what is being done;
    ``doubtful`` what nobody knows the end of, for a person to decide. ``is_there``: the
    books have it, as far as is known here.
    """

    send: Offer
    void: Offer
    delete: Offer
    recipient: str
    waiting: Act | None
    under_way: Act | None
    doubtful: Act | None
    is_there: bool = False

    def of(self, deed: Deed) -> Offer:
        return {Deed.SEND: self.send, Deed.VOID: self.void}.get(deed, self.delete)


def offers(access: Access, record: Any, asked: Sequence[Act] | None = None) -> Offers:
    """What ``access`` may do with the document of ``record`` now.

    ``asked`` is all that was asked for it, newest first, where it has been read already.
    """
    ref = Ref.of(record)
    asked = acts.of_record(ref) if asked is None else asked
    return offers_of_many(access, [record], {ref: asked})[ref]


def offers_of_many(
    access: Access, documents: Sequence[Any], asked: Mapping[Ref, Sequence[Act]]
) -> dict[Ref, Offers]:
    """The same for many at once, in as many queries as for one."""
    there = _there(documents)
    # What the books do not have is neither voided nor deleted, paid or not.
    paid = _paid([each for each in documents if Ref.of(each) in there])
    found = {}
    for record in documents:
        ref = Ref.of(record)
        found[ref] = _offered(
            access, record, asked.get(ref, ()), (ref in there, ref in paid)
        )
    return found


def _offered(
    access: Access, record: Any, asked: Sequence[Act], known: tuple[bool, bool]
) -> Offers:
    sends = [act for act in asked if act.action == Deed.SEND]
    waiting = _first(sends, State.INTENDED)
    if waiting is not None and waiting.not_before is None and not _waits(record):
        waiting = None
    under_way = next(
        (act for act in asked if act.state in BUSY and act != waiting), None
    )
    doubtful = _first(asked, State.ESCALATED)
    held = _Held(record, waiting, under_way, doubtful, *known)
    return Offers(
        send=_send(access, held),
        void=_void(access, held),
        delete=_delete(access, held),
        recipient=str(getattr(record, "recipient", "")),
        waiting=waiting,
        under_way=under_way,
        doubtful=doubtful,
        is_there=held.is_there and not record.deleted_remotely,
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """A record, and what was asked for it."""

    record: Any
    waiting: Act | None
    under_way: Act | None
    doubtful: Act | None
    is_there: bool
    is_paid: bool

    @property
    def company(self) -> str:
        connection = self.record.connection
        return connection.name if connection else "QuickBooks"


def _send(access: Access, held: _Held) -> Offer:
    record = held.record
    may = access.may(PERMISSIONS[Deed.SEND]) and record.object_type in SENDABLE
    if not may:
        return Offer(Deed.SEND, is_shown=False, why=_cannot_be_sent(record))
    why = next(_all_hindrances(held), "") or next(_send_hindrances(held), "")
    if why:
        return Offer(Deed.SEND, is_shown=True, why=why)
    if is_sent(record.email_status, record.sent_at):
        return Offer(Deed.SEND, is_shown=True, why=sent_already(record), needs="reason")
    needs = "" if record.recipient.strip() else "email"
    why = _("It has no e-mail address. Enter one.") if needs else ""
    warning = ""
    if _waits(record):
        sentence = _("It is on its way to %(company)s, and is sent once it is there.")
        warning = sentence % {"company": held.company}
    return Offer(Deed.SEND, is_shown=True, why=why, warning=warning, needs=needs)


def _void(access: Access, held: _Held) -> Offer:
    record = held.record
    if not access.may(PERMISSIONS[Deed.VOID]) or record.object_type not in VOIDABLE:
        why = _("QuickBooks cannot void this kind of document. Delete it instead.")
        return Offer(Deed.VOID, is_shown=False, why=why)
    hindrances = (
        *_all_hindrances(held),
        *_unmade(held),
        *_settled(held),
        *([_("It is void already.")] if record.voided else []),
    )
    warning = next(_void_warnings(held), "")
    return Offer(Deed.VOID, is_shown=True, why=_one(hindrances), warning=warning)


def _delete(access: Access, held: _Held) -> Offer:
    record = held.record
    if not access.may(PERMISSIONS[Deed.DELETE]) or record.object_type not in DELETABLE:
        why = _("This cannot be deleted in QuickBooks from here.")
        return Offer(Deed.DELETE, is_shown=False, why=why)
    hindrances = (
        *_all_hindrances(held),
        *_unmade(held),
        *_settled(held),
        *_applied(held),
    )
    warning = _("It vanishes from %(company)s for good.") % {"company": held.company}
    if record.object_type == "payment":
        warning = _("The invoices that it paid are open again.") + " " + warning
    return Offer(Deed.DELETE, is_shown=True, why=_one(hindrances), warning=warning)


def sent_already(record: Any) -> str:
    """That it was sent, to whom and when, as far as that is known."""
    names = {
        "recipient": record.recipient,
        "day": shown_day(record.sent_at.astimezone(record.workspace.zone).date())
        if record.sent_at
        else "",
    }
    if names["recipient"] and names["day"]:
        text = _("It was sent to %(recipient)s on %(day)s.") % names
    elif names["recipient"]:
        text = _("It was sent to %(recipient)s.") % names
    else:
        text = _("It was sent.")
    return text + " " + _("To send it again, say why.")


def _all_hindrances(held: _Held) -> Iterator[str]:
    """What stands in the way of anything being done."""
    record, connection = held.record, held.record.connection
    state, company = record.posting_state, {"company": held.company}
    if connection is None:
        yield _("It is not in QuickBooks.")
        return
    if record.deleted_remotely:
        yield _("It was deleted in %(company)s.") % company
    if connection.state == ConnectionState.DISCONNECTED:
        yield _("%(company)s is disconnected. Connect it first.") % company
    if connection.state == ConnectionState.RECONNECT:
        yield _("%(company)s needs reconnecting. Reconnect it first.") % company
    if state == PostingState.REJECTED:
        sentence = _("%(company)s refused it. Correct it and send it again.")
        yield sentence % company
    if state == PostingState.CANCELLED:
        yield _("It was cancelled before it was in %(company)s.") % company
    if held.under_way is not None:
        yield _under_way(held.under_way)


def _send_hindrances(held: _Held) -> Iterator[str]:
    record = held.record
    if record.voided:
        yield _("It is void, so there is nothing to send.")
    if record.posting_state == PostingState.ATTENTION:
        yield _("It needs a decision first: %(why)s") % {"why": record.posting_message}
    if held.doubtful is not None and held.doubtful.action == Deed.SEND:
        yield held.doubtful.message
    if held.waiting is not None and held.waiting.not_before is not None:
        local = held.waiting.not_before.astimezone(record.workspace.zone)
        sentence = _("It is to be sent on %(day)s at %(time)s. Cancel that first.")
        yield sentence % {"day": shown_day(local.date()), "time": shown_time(local)}
    elif held.waiting is not None:
        yield _("It is to be sent as soon as it is in QuickBooks.")


def _unmade(held: _Held) -> Iterator[str]:
    record = held.record
    if _waits(record):
        sentence = _("It is on its way to %(company)s. Wait until it is there.")
        yield sentence % {"company": held.company}
    elif record.connection is not None and not held.is_there:
        yield _("It is not in %(company)s.") % {"company": held.company}


def _settled(held: _Held) -> Iterator[str]:
    """What went to the bank, or belongs to a closed year, stays as it is."""
    record = held.record
    if getattr(record, "deposit_remote_id", ""):
        on = getattr(record, "deposited_on", None)
        if on:
            sentence = _("It was deposited on %(day)s. Change that deposit first.")
            yield sentence % {"day": shown_day(on)}
        else:
            yield _("It was deposited. Change that deposit in QuickBooks first.")
    facts = record.connection.facts if record.connection else {}
    closed = day(str(facts.get("closed_on") or ""))
    dated = dated_on(record)
    if closed is not None and dated is not None and dated <= closed:
        sentence = _("The books of %(company)s are closed up to %(day)s.")
        yield sentence % {"company": held.company, "day": shown_day(closed)}


def dated_on(record: Any) -> date | None:
    """The day that the document is booked on."""
    for name in ("issued_on", "paid_on", "spent_on"):
        if hasattr(record, name):
            found: date | None = getattr(record, name)
            return found
    return None


def _applied(held: _Held) -> Iterator[str]:
    record = held.record
    if held.is_paid:
        yield _("Payments are applied to it. Void it, or take them off it first.")
    if record.object_type == "credit_memo" and record.remaining != record.total:
        yield _("It has been used for invoices. Take it off them first.")


def _void_warnings(held: _Held) -> Iterator[str]:
    if held.is_paid:
        yield _(
            "It was paid. The payment stays in QuickBooks as an amount of the customer"
            " that is not applied to anything."
        )
    if held.record.object_type == "payment":
        yield _("The invoices that it paid are open again.")


def _there(made: Sequence[Any]) -> set[Ref]:
    """Those that the books have, as far as is known here."""
    groups: dict[tuple[Connection, str], list[int]] = defaultdict(list)
    for each in made:
        if each.connection is not None and each.posting_state not in NOT_THERE:
            groups[each.connection, each.object_type].append(each.pk)
    return {
        Ref(noun, pk)
        for (connection, noun), ids in groups.items()
        for pk in links.remotes_for(connection, documents.stream(noun), noun, ids)
    }


def _paid(made: Sequence[Any]) -> set[Ref]:
    """The invoices that payments are applied to."""
    ids = [each.pk for each in made if each.object_type == "invoice"]
    if not ids:
        return set()
    parts = PaymentAllocation.objects.filter(
        invoice__in=ids, payment__voided=False, payment__deleted_remotely=False
    )
    found = parts.values_list("invoice_id", flat=True)
    return {Ref("invoice", pk) for pk in found}


def _waits(record: Any) -> bool:
    return bool(record.posting_state == PostingState.PENDING)


def _cannot_be_sent(record: Any) -> str:
    if record.object_type in SENDABLE:
        return ""
    return _("QuickBooks does not e-mail this kind of document from here.")


def _under_way(act: Act) -> str:
    sentences = {
        Deed.SEND: _("It is being sent. Wait for the answer."),
        Deed.VOID: _("It is being voided. Wait for the answer."),
        Deed.DELETE: _("It is being deleted. Wait for the answer."),
    }
    return sentences[Deed(act.action)]


def _first(asked: Sequence[Act], state: State) -> Act | None:
    return next((act for act in asked if act.state == state), None)


def _one(hindrances: tuple[str, ...]) -> str:
    return hindrances[0] if hindrances else ""
