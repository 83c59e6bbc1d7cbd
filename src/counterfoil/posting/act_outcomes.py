"""What follows from the outcome of an act, in the transaction that records it.

Every function here must run inside a transaction and raises ``LeaseLost`` (undoing all)
when another worker owns the act by now.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from counterfoil.core.errors import Rejected
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import publish
from counterfoil.posting import standing
from counterfoil.posting.act_state import Case, Deed
from counterfoil.posting.models import Act
from counterfoil.posting.ports import Receipt
from counterfoil.posting.state import Standing, State, resolved

SENT, VOIDED, REMOVED = "document_sent", "document_voided", "document_removed"
REFUSED, UNCLEAR = "act_refused", "act_unclear"
TOLD = {Deed.SEND: SENT, Deed.VOID: VOIDED, Deed.DELETE: REMOVED}


def tell(
    act: Act, kind: str, now: datetime, extra: Mapping[str, object] | None = None
) -> None:
    """Publish what became of an act, on the record of its document."""
    connection = act.connection
    payload: dict[str, object] = {
        "act": str(act.pk),
        "action": act.action,
        "kind": act.kind,
        "connection": connection.pk,
        "remote_id": act.remote_id,
        "recipient": act.recipient,
        "was_so": act.was_so,
        "message": act.message,
        "field": act.field,
        "code": act.code,
        "intuit_tid": act.correlation_id,
        **(extra or {}),
    }
    publish(
        workspace=act.workspace,
        kind=kind,
        ref=ref_of(act),
        payload=payload,
        actor=Actor.connection(connection.pk, connection.name),
        origin=Origin.connection(connection.pk),
        now=now,
    )


def ref_of(act: Act) -> Ref:
    """The record whose document it is about."""
    return Ref(act.object_type, act.record_id)


def confirm(
    act: Act,
    before: Standing,
    receipt: Receipt | None,
    *,
    now: datetime,
    was_so: bool = False,
) -> None:
    """It has happened, by us or before us; without a receipt the document is gone.

    What was voided or deleted is not sent any more.
    """
    correlation_id = receipt.correlation_id if receipt else ""
    standing.keep(
        act,
        before,
        resolved(before, State.CONFIRMED, now),
        was_so=was_so,
        correlation_id=correlation_id or act.correlation_id,
        message="",
        field="",
        code="",
        detail="",
    )
    deed = Deed(act.action)
    is_removed = deed is Deed.DELETE or receipt is None
    extra: dict[str, object] = {}
    if receipt is not None and not is_removed:
        extra = {"document": dict(receipt.body), "number": receipt.number}
    tell(act, REMOVED if is_removed else TOLD[deed], now, extra)
    if deed is not Deed.SEND:
        _drop_waiting_sends(act, now)


def believe_sent(act: Act, before: Standing, message: str, now: datetime) -> None:
    """A person's word that the e-mail went out, when it was last tried."""
    standing.keep(act, before, resolved(before, State.CONFIRMED, now), message=message)
    sent_at = before.last_byte_at or now
    told = {"sent_at": sent_at.isoformat(), "email": act.recipient}
    tell(act, SENT, now, {"document": told})


def refuse(act: Act, before: Standing, error: Rejected, *, now: datetime) -> None:
    """It cannot be done, as the books or their document say: tell."""
    standing.keep(
        act,
        before,
        resolved(before, State.REJECTED, now),
        message=error.message,
        field=error.field[:100],
        code=error.code[:40],
        detail=error.detail,
        correlation_id=error.correlation_id or act.correlation_id,
    )
    tell(act, REFUSED, now)


def escalate(
    act: Act, before: Standing, after: Standing, now: datetime, message: str = ""
) -> None:
    """Nobody can tell whether it has happened: a person has to look."""
    standing.keep(act, before, after, message=message or in_doubt(act))
    tell(act, UNCLEAR, now)


def doubt_second_mails(rows: QuerySet[Act], now: datetime) -> None:
    """E-mails on purpose of what was sent before: a restore may have forgotten them.

    That the document was sent says nothing of these, so a person has to look.
    """
    waiting = rows.filter(
        action=Deed.SEND,
        state=State.INTENDED,
        is_insisted=True,
        sent_before=None,
    )
    sentence = _(
        "The database was restored from a backup, so nobody knows here whether this"
        " e-mail went out. Look in %(company)s, then send it again or leave it."
    )
    for act in waiting.select_for_update(of=("self",)).order_by("pk"):
        before = standing.of(act)
        after = resolved(before, State.ESCALATED, now)
        escalate(act, before, after, now, sentence % {"company": act.connection.name})


def cancel(act: Act, before: Standing, message: str, now: datetime) -> None:
    """It is not done; whoever is about to do it has lost it."""
    standing.keep(act, before, resolved(before, State.CANCELLED, now), message=message)


def in_doubt(act: Act) -> str:
    """What to ask a person about an act without a clear answer."""
    sentences = {
        Deed.SEND: _(
            "%(company)s did not say whether the e-mail went out. Look there, then send"
            " it again or leave it."
        ),
        Deed.VOID: _(
            "%(company)s did not say whether this was voided. Look there, then try again"
            " or leave it."
        ),
        Deed.DELETE: _(
            "%(company)s did not say whether this was deleted. Look there, then try"
            " again or leave it."
        ),
    }
    return sentences[Deed(act.action)] % {"company": act.connection.name}


def impossible(act: Act, case: Case) -> Rejected:
    """Why a document cannot be sent any more."""
    company = {"company": act.connection.name}
    if case is Case.GONE:
        sentence = _("It was deleted in %(company)s, so it cannot be sent.")
        return Rejected(sentence % company, code="gone")
    sentence = _("It is void in %(company)s, so it cannot be sent.")
    return Rejected(sentence % company, code="voided")


def _drop_waiting_sends(act: Act, now: datetime) -> None:
    sentence = (
        _("It was deleted before it was sent.")
        if act.action == Deed.DELETE
        else _("It was voided before it was sent.")
    )
    waiting = Act.objects.select_for_update(of=("self",)).filter(
        connection=act.connection_id,
        object_type=act.object_type,
        record_id=act.record_id,
        action=Deed.SEND,
        state=State.INTENDED,
    )
    for each in waiting:
        cancel(each, standing.of(each), sentence, now)
