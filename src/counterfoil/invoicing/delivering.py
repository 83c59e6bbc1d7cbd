"""Send a document now or later, void it, delete it: each asked once, by who may."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm.refs import Ref
from counterfoil.events.who import actor_of
from counterfoil.invoicing.offers import PERMISSIONS, Offer, offers
from counterfoil.posting import acts
from counterfoil.posting.act_state import Deed
from counterfoil.posting.models import Act
from counterfoil.workspaces.access import Access
from counterfoil.workspaces.models import Workspace

LONGEST_ADDRESS = 100  # QuickBooks takes no more
FARTHEST = timedelta(days=366)


def moment(workspace: Workspace, day: date, clock: time) -> datetime:
    """What a calendar and a clock in that business say, as an instant.

    A time that the clocks skip is the one an hour later; of one that they show twice it
    is the first.
    """
    local = datetime.combine(day, clock, tzinfo=workspace.zone)
    return local.astimezone(UTC)


@transaction.atomic
def send(
    *,
    access: Access,
    record: Any,
    now: datetime,
    to: str = "",
    at: datetime | None = None,
    again: str = "",
) -> Act:
    """E-mail it through the books, now or ``at`` a moment; ``again`` says why once more.

    Raises ``Invalid`` with a sentence when it cannot be sent, and by field: ``email``,
    ``at``, ``reason``. What is not in the books yet is sent once it is.
    """
    access.require(PERMISSIONS[Deed.SEND])
    locked = _locked(access, record)
    to, again = to.strip(), again.strip()
    problems = {**_wrong_address(to), **_wrong_moment(at, now)}
    if problems:
        raise Invalid(problems)
    offer = offers(access, locked).send
    given = (offer.needs == "email" and to) or (offer.needs == "reason" and again)
    if offer.why and not given:
        raise Invalid({offer.needs: [offer.why]})
    if offer.needs == "reason" and not (to or locked.recipient.strip()):
        raise Invalid({"email": [_("It has no e-mail address. Enter one.")]})
    insisted = again if offer.needs == "reason" else ""
    return _ask(access, locked, Deed.SEND, now, to=to, not_before=at, again=insisted)


@transaction.atomic
def cancel_send(*, access: Access, record: Any, now: datetime) -> Act:
    """Do not send what was to be sent later."""
    access.require(PERMISSIONS[Deed.SEND])
    waiting = offers(access, _locked(access, record)).waiting
    if waiting is None:
        raise Invalid({"": [_("Nothing is waiting to be sent.")]})
    return acts.cancel(act=waiting, actor=actor_of(access), now=now)


@transaction.atomic
def void(*, access: Access, record: Any, now: datetime) -> Act:
    """Void it in the books: it stays there, worth nothing."""
    access.require(PERMISSIONS[Deed.VOID])
    locked = _locked(access, record)
    _require(offers(access, locked).void)
    return _ask(access, locked, Deed.VOID, now)


@transaction.atomic
def delete(*, access: Access, record: Any, now: datetime) -> Act:
    """Delete it in the books; the record here stays and says so."""
    access.require(PERMISSIONS[Deed.DELETE])
    locked = _locked(access, record)
    _require(offers(access, locked).delete)
    return _ask(access, locked, Deed.DELETE, now)


@transaction.atomic
def try_again(
    *, access: Access, record: Any, act_id: UUID, now: datetime, reason: str = ""
) -> Act:
    """A person's word on what was refused, or on what nobody knows the end of."""
    act = _act_of(access, record, act_id)
    return acts.retry(act=act, actor=actor_of(access), now=now, reason=reason.strip())


@transaction.atomic
def was_sent(*, access: Access, record: Any, act_id: UUID, now: datetime) -> Act:
    """The person has looked: the e-mail that nobody knew the end of went out."""
    act = _act_of(access, record, act_id)
    return acts.vouch(act=act, actor=actor_of(access), now=now)


@transaction.atomic
def leave(*, access: Access, record: Any, act_id: UUID, now: datetime) -> Act:
    """Leave it as it is, whatever became of it."""
    act = _act_of(access, record, act_id)
    return acts.cancel(act=act, actor=actor_of(access), now=now)


def _locked(access: Access, record: Any) -> Any:
    """The record of this workspace, so that two people press one after the other."""
    rows = type(record)._default_manager.select_for_update(of=("self",))
    found = (
        rows.select_related("workspace", "connection")
        .filter(workspace=access.workspace, pk=record.pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _act_of(access: Access, record: Any, act_id: UUID) -> Act:
    locked = _locked(access, record)
    act = acts.identified(act_id, workspace=access.workspace)
    if act is None or (act.object_type, act.record_id) != Ref.of(locked):
        raise Http404
    access.require(PERMISSIONS[Deed(act.action)])
    return act


def _ask(access: Access, record: Any, deed: Deed, now: datetime, **how: Any) -> Act:
    """Ask once: pressing twice is one wish, wishing again later is another."""
    ref = Ref.of(record)
    before = sum(act.action == deed for act in acts.of_record(ref))
    return acts.ask(
        workspace=access.workspace,
        connection=record.connection,
        kind=record.object_type,
        action=deed,
        record=ref,
        business_key=[record.object_type, str(record.pk), str(before)],
        actor=actor_of(access),
        now=now,
        **how,
    )


def _require(offer: Offer) -> None:
    if offer.why:
        raise Invalid({"": [offer.why]})


def _wrong_address(to: str) -> dict[str, list[str]]:
    if len(to) > LONGEST_ADDRESS:
        return {"email": [_("Use at most 100 characters.")]}
    try:
        for each in to.split(",") if to else []:
            validate_email(each.strip())
    except ValidationError:
        return {"email": [_("Enter an e-mail address, such as ada@example.com.")]}
    return {}


def _wrong_moment(at: datetime | None, now: datetime) -> dict[str, list[str]]:
    if at is not None and at <= now:
        return {"at": [_("Choose a moment that is still to come.")]}
    if at is not None and at - now > FARTHEST:
        return {"at": [_("Choose a moment within a year.")]}
    return {}
