"""What a document can be made from: quotes, line items, or nothing yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count
from django.utils.translation import gettext as _, ngettext

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm import associations, line_items
from counterfoil.crm.models import (
    Deal,
    LineItem,
    Payment,
    Quote,
    QuoteStatus,
    Record,
)
from counterfoil.crm.quotes import effective_status
from counterfoil.crm.refs import Ref
from counterfoil.invoicing.content import UNKNOWN, DraftLine, plain
from counterfoil.invoicing.totals import TaxMode
from counterfoil.invoicing.wording import shown_day
from counterfoil.workspaces.models import Workspace

SCRATCH = "scratch"
OWN_LINES = "lines"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to start from; with a ``reason`` it is shown, but cannot be chosen."""

    key: str
    title: str
    detail: str
    reason: str = ""
    record: Record | None = None
    currency: str = ""

    @property
    def is_offered(self) -> bool:
        return not self.reason

    @property
    def quote(self) -> Quote | None:
        return self.record if isinstance(self.record, Quote) else None


def why_not(quote: Quote, *, today: date, has_lines: bool) -> str:
    """Why nothing can be made from a quote, or ``""``."""
    status = effective_status(quote, today)
    if status is QuoteStatus.DRAFT:
        return _("It is a draft: publish the quote first.")
    if status is QuoteStatus.EXPIRED:
        if quote.expires_on is None:
            return _("It has expired. Publish it again with a later date.")
        sentence = _("It expired on %(day)s. Publish it again with a later date.")
        return sentence % {"day": shown_day(quote.expires_on)}
    return "" if has_lines else _("It has no line items.")


def put_away(record: Record) -> str:
    """Why nothing new is made from what is in no list any more, or ``""``."""
    if record.archived_at is None:
        return ""
    sentence = _("“%(record)s” is archived. Restore it first.")
    return sentence % {"record": record}


def offers(workspace: Workspace, started: Record, *, now: datetime) -> list[Offer]:
    """All there is to start from, the quotes first, an empty document last."""
    today = workspace.today(now)
    quotes = quotes_of(workspace, started)
    counts = _line_counts(workspace, [started, *quotes])
    found = [_of_quote(quote, counts[Ref.of(quote)], today) for quote in quotes]
    if isinstance(started, Deal | Payment):
        found.append(_of_own_lines(started, counts[Ref.of(started)]))
    found.append(
        Offer(
            SCRATCH,
            _("From scratch"),
            _("Start empty and add products from QuickBooks."),
            currency=started.currency
            if isinstance(started, Deal | Quote | Payment)
            else "",
        )
    )
    reason = put_away(started)
    return [replace(each, reason=reason) for each in found] if reason else found


def offer(
    workspace: Workspace, started: Record, key: str, *, now: datetime
) -> Offer | None:
    """One of them by its key."""
    found = offers(workspace, started, now=now)
    return next((each for each in found if each.key == key), None)


def preselected(offers: Sequence[Offer]) -> str:
    """The key of what the document is certainly made from: the only quote that will do.

    Without any quote, the first of the rest. Where one has to choose, ``""``.
    """
    quotes = [each for each in offers if each.quote is not None]
    candidates = [each.key for each in quotes or offers if each.is_offered]
    if quotes and len(candidates) != 1:
        return ""
    return candidates[0] if candidates else ""


def quotes_of(workspace: Workspace, started: Record) -> list[Quote]:
    """The quote itself, or those of the deal, contact or company, newest first."""
    if isinstance(started, Quote):
        return [started]
    found = associations.of(workspace, Ref.of(started), "quote")
    quotes = [quote for quote in found if isinstance(quote, Quote)]
    return sorted(quotes, key=lambda quote: quote.pk, reverse=True)


def lines_of(workspace: Workspace, record: Record) -> list[LineItem]:
    """The line items of a deal, quote or payment, in order."""
    return list(line_items.of(workspace, Ref.of(record)))


def _line_counts(workspace: Workspace, records: Sequence[Record]) -> Counter[Ref]:
    """How many line items each has, in one query."""
    refs = [Ref.of(record) for record in records]
    parents = LineItem.objects.filter(
        workspace=workspace,
        parent_type__in={ref.object_type for ref in refs},
        parent_id__in={ref.record_id for ref in refs},
        archived_at=None,
    ).values_list("parent_type", "parent_id")
    counted = parents.annotate(count=Count("id")).order_by()
    return Counter({Ref(kind, pk): count for kind, pk, count in counted})


def _of_quote(quote: Quote, count: int, today: date) -> Offer:
    parts = [effective_status(quote, today).label, count_of(count)]
    return Offer(
        key=f"quote-{quote.pk}",
        title=" ".join(part for part in (quote.number, quote.name) if part),
        detail=" · ".join(map(str, parts)),
        reason=why_not(quote, today=today, has_lines=bool(count)),
        record=quote,
        currency=quote.currency,
    )


def _of_own_lines(holder: Deal | Payment, count: int) -> Offer:
    if isinstance(holder, Deal):
        title = _("The deal's line items")
        none = _(
            "This deal has no line items. Add some to the deal, or start another way."
        )
    else:
        title = _("The payment's line items")
        none = _(
            "This payment has no line items. Add some to it, or start another way."
        )
    return Offer(
        key=OWN_LINES,
        title=title,
        detail=count_of(count),
        reason="" if count else none,
        record=holder,
        currency=holder.currency,
    )


def count_of(count: int) -> str:
    """How many line items, in words."""
    return ngettext("%(count)s line item", "%(count)s line items", count) % {
        "count": count
    }


def draft_lines(connection: Connection, items: Sequence[LineItem]) -> list[DraftLine]:
    """Lines of the draft from line items; their products are not matched yet."""
    codes, classes = _named(connection, items)
    return [
        _draft_line(
            item,
            tax_code_id=_called(item.tax_code, codes),
            class_id=_called(item.class_name, classes),
        )
        for item in items
    ]


def _named(
    connection: Connection, items: Sequence[LineItem]
) -> tuple[list[RemoteObject] | None, list[RemoteObject] | None]:
    """The company's tax codes and classes; ``None`` where its lines have no such."""
    if not any(item.tax_code or item.class_name for item in items):
        return None, None
    lists = mirror.lists(connection, ("tax_codes", "classes"))
    has_codes = connection.facts.get("tax_mode") == TaxMode.PER_LINE.value
    has_classes = connection.facts.get("class_tracking") == "line"
    return (
        lists["tax_codes"] if has_codes else None,
        lists["classes"] if has_classes else None,
    )


def _called(name: str, rows: Sequence[RemoteObject] | None) -> str:
    """The id of what is called so, however it is written, its parents before it or not.

    What is not there, or there twice, is ``UNKNOWN``: a person has to choose.
    """
    wanted = _spelt(name)
    if rows is None or not wanted:
        return ""
    full = [row for row in rows if _spelt(_full_name(row)) == wanted]
    found = full or [row for row in rows if _spelt(row.name) == wanted]
    return found[0].remote_id if len(found) == 1 else UNKNOWN


def _full_name(row: RemoteObject) -> str:
    return str(row.content.get("full_name") or row.name)


def _spelt(name: str) -> str:
    return " ".join(name.casefold().split())


def _draft_line(item: LineItem, *, tax_code_id: str, class_id: str) -> DraftLine:
    return DraftLine(
        key="",
        product_id=item.product_id,
        name=item.name,
        sku=item.sku,
        description=item.description,
        quantity=plain(item.quantity),
        unit_price=plain(item.unit_price),
        discount_percent=plain(item.discount_percent) if item.discount_percent else "",
        discount_amount=plain(item.discount_amount) if item.discount_amount else "",
        taxable=item.taxable,
        tax_code_id=tax_code_id,
        service_on=item.service_date.isoformat() if item.service_date else "",
        class_id=class_id,
    )
