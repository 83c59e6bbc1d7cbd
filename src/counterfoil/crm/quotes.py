"""Quotes: their status on a day, publishing, taking back and signing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm import line_items, queries
from counterfoil.crm.models import Quote, QuoteStatus
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace

# What a date decides; drafts and signed quotes do not expire.
BY_DATE = frozenset({QuoteStatus.PUBLISHED, QuoteStatus.EXPIRED})
# No zone is further from UTC, either way.
EARLIEST_ZONE = timedelta(hours=14)
BATCH = 500


def effective_status(quote: Quote, today: date) -> QuoteStatus:
    """A published quote is expired from the day after its expiration date.

    One that is given a later date is published again. ``today`` is the day in the
    workspace's zone: ``workspace.today(now)``. A signed quote stays signed.
    """
    status = QuoteStatus(quote.status)
    if quote.expires_on is None or status not in BY_DATE:
        return status
    return QuoteStatus.EXPIRED if quote.expires_on < today else QuoteStatus.PUBLISHED


def follow_dates(now: datetime) -> int:
    """Store what lists and filters read: the status that each quote's date gives it.

    Workspace by workspace, as each one's day begins; returns how many changed.
    """
    newest_day = (now + EARLIEST_ZONE).date()
    candidates = Quote.objects.filter(
        Q(status=QuoteStatus.PUBLISHED, expires_on__lt=newest_day)
        | Q(status=QuoteStatus.EXPIRED, expires_on__gte=(now - EARLIEST_ZONE).date())
    )
    ids = candidates.values_list("workspace_id", flat=True).distinct()
    return sum(
        _follow_dates_in(workspace, candidates, now)
        for workspace in Workspace.objects.filter(pk__in=ids)
    )


def _follow_dates_in(
    workspace: Workspace, candidates: QuerySet[Quote], now: datetime
) -> int:
    today, changed, last = workspace.today(now), 0, 0
    rows = candidates.filter(workspace=workspace).order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        changes = [
            Change("quote", {"status": status}, record_id=quote.pk)
            for quote in batch
            if (status := effective_status(quote, today)) != quote.status
        ]
        write(
            workspace=workspace,
            changes=changes,
            actor=Actor.system(),
            origin=Origin.system(),
            now=now,
        )
        changed += len(changes)
    return changed


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
