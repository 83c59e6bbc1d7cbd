"""Quotes: their status on a day, publishing, taking back and signing."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm import line_items, queries
from counterfoil.crm.models import Quote, QuoteStatus
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace


def effective_status(quote: Quote, today: date) -> QuoteStatus:
    """A published quote is expired from the day after its expiration date.

    ``today`` is the day in the workspace's zone: ``workspace.today(now)``. A signed
    quote stays signed.
    """
    status = QuoteStatus(quote.status)
    is_over = quote.expires_on is not None and quote.expires_on < today
    if status is QuoteStatus.PUBLISHED and is_over:
        return QuoteStatus.EXPIRED
    return status


def publish(
    *, workspace: Workspace, quote_id: int, actor: Actor, now: datetime
) -> Quote:
    """Offer a draft to the customer; it needs a line and a date that is not past."""
    quote = _get(workspace, quote_id)
    if quote.status != QuoteStatus.DRAFT:
        raise Invalid({"status": [_("Only a draft can be published.")]})
    if quote.expires_on is not None and quote.expires_on < workspace.today(now):
        raise Invalid(
            {"expires_on": [_("Choose an expiration date that is not past.")]}
        )
    if not line_items.of(workspace, Ref.of(quote)):
        raise Invalid({"": [_("Add a line item before publishing the quote.")]})
    return _write(workspace, quote, {"status": QuoteStatus.PUBLISHED}, actor, now)


def take_back(
    *, workspace: Workspace, quote_id: int, actor: Actor, now: datetime
) -> Quote:
    """Make a published (or expired) quote a draft again, so that it can be changed."""
    quote = _get(workspace, quote_id)
    if quote.status not in {QuoteStatus.PUBLISHED, QuoteStatus.EXPIRED}:
        raise Invalid({"status": [_("Only a published quote can be taken back.")]})
    return _write(workspace, quote, {"status": QuoteStatus.DRAFT}, actor, now)


def sign(
    *, workspace: Workspace, quote_id: int, signed_by: str, actor: Actor, now: datetime
) -> Quote:
    """Record the customer's signature under a published, unexpired quote."""
    quote = _get(workspace, quote_id)
    status = effective_status(quote, workspace.today(now))
    if status is not QuoteStatus.PUBLISHED:
        raise Invalid(
            {"status": [_("Only a published, unexpired quote can be signed.")]}
        )
    if not signed_by.strip():
        raise Invalid({"signed_by": [_("Say who signed the quote.")]})
    values = {
        "status": QuoteStatus.SIGNED,
        "signed_by": signed_by,
        "signed_at": now,
    }
    return _write(workspace, quote, values, actor, now)


def _get(workspace: Workspace, quote_id: int) -> Quote:
    quote = queries.get(workspace, "quote", quote_id)
    if not isinstance(quote, Quote):
        raise TypeError("the catalogue's quote is not a quote")
    return quote


def _write(
    workspace: Workspace,
    quote: Quote,
    values: dict[str, object],
    actor: Actor,
    now: datetime,
) -> Quote:
    [written] = write(
        workspace=workspace,
        changes=[Change("quote", values, quote.pk, expected_version=quote.version)],
        actor=actor,
        origin=Origin.system(),
        now=now,
    )
    return _get(workspace, written.record.pk)
