"""Line items: the products in a deal, a quote or a payment, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from counterfoil.core.errors import Invalid
from counterfoil.core.money import Money
from counterfoil.core.pricing import after_discounts
from counterfoil.crm import queries
from counterfoil.crm.catalogue import properties_of
from counterfoil.crm.models import LineItem, Record
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.crm.turns import take_turn
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace

COPIED = (
    "name",
    "sku",
    "description",
    "quantity",
    "unit_price",
    "discount_percent",
    "discount_amount",
    "taxable",
    "tax_code",
    "class_name",
    "service_date",
)


@dataclass(frozen=True)
class Line:
    """What one line shall be: ``values`` by property; an existing one by its id."""

    values: Mapping[str, object]
    line_item_id: int | None = None


def of(workspace: Workspace, ref: Ref) -> list[LineItem]:
    """The line items of a deal, quote or payment, in order."""
    rows = LineItem.objects.filter(
        workspace=workspace,
        parent_type=ref.object_type,
        parent_id=ref.record_id,
        archived_at__isnull=True,
    )
    return list(rows.select_related("product").order_by("position", "id"))


def amount(line: LineItem) -> Money:
    """Quantity times price less the discount, as a document of it will have it."""
    _price, amount_ = after_discounts(
        line.quantity,
        line.unit_price,
        percent=line.discount_percent,
        off=line.discount_amount,
        currency=line.currency,
    )
    return Money(amount_, line.currency)


def total(lines: Iterable[LineItem], currency: str) -> Money:
    """The sum of the lines as they are shown: each rounded by itself."""
    return Money.total((amount(line) for line in lines), currency)


@transaction.atomic
def replace(
    *,
    workspace: Workspace,
    parent: Ref,
    lines: Sequence[Line],
    actor: Actor,
    origin: Origin,
    now: datetime,
) -> list[LineItem]:
    """Make these the line items of a deal, quote or payment; those left out are archived.

    The lines take the currency of what they are in. A quote's total follows. Raises
    :class:`Invalid` with sentences by ``"<index of the line>.<property>"``.
    """
    holder = queries.get(workspace, parent.object_type, parent.record_id)
    take_turn(f"line items|{parent.object_type}|{parent.record_id}")
    existing = {line.pk: line for line in of(workspace, parent)}
    wanted = {line.line_item_id for line in lines if line.line_item_id is not None}
    if strangers := wanted.difference(existing):
        raise LookupError(f"{parent} has no line items {sorted(strangers)}")
    changes = [
        _change(line, parent, position, getattr(holder, "currency", ""))
        for position, line in enumerate(lines)
    ]
    left_out = existing.keys() - wanted
    changes += [Change("line_item", {}, pk, archived=True) for pk in sorted(left_out)]
    try:
        write(workspace=workspace, changes=changes, actor=actor, origin=origin, now=now)
    except Invalid as error:
        raise Invalid(_by_line(error, is_single=len(changes) == 1)) from error
    result = of(workspace, parent)
    if parent.object_type == "quote":
        _set_total(workspace, parent, total(result, holder.currency), actor, now)  # type: ignore[attr-defined]
    return result


def copy(
    *, workspace: Workspace, source: Ref, target: Ref, actor: Actor, now: datetime
) -> None:
    """Make the line items of one record those of another, too."""
    properties = properties_of("line_item", workspace)
    custom = [prop for prop in properties.values() if prop.custom and not prop.unique]

    def copied(item: LineItem) -> Line:
        values = {name: getattr(item, name) for name in COPIED}
        own = {prop.name: prop.of(item) for prop in custom}
        return Line({**values, **own, "product": item.product_id})

    replace(
        workspace=workspace,
        parent=target,
        lines=[copied(item) for item in of(workspace, source)],
        actor=actor,
        origin=Origin.system(),
        now=now,
    )


def follow_currency(parent: Record, *, actor: Actor, now: datetime) -> None:
    """Give the lines the currency of what they are in; a quote's total follows."""
    workspace, ref = parent.workspace, Ref.of(parent)
    currency = getattr(parent, "currency", "")
    changes = [
        Change("line_item", {"currency": currency}, line.pk)
        for line in of(workspace, ref)
        if line.currency != currency
    ]
    if not changes:
        return
    origin = Origin.system()
    write(workspace=workspace, changes=changes, actor=actor, origin=origin, now=now)
    if ref.object_type == "quote":
        _set_total(workspace, ref, total(of(workspace, ref), currency), actor, now)


def _change(line: Line, parent: Ref, position: int, currency: str) -> Change:
    values = {
        **line.values,
        "parent_type": parent.object_type,
        "parent_id": parent.record_id,
        "position": position,
        "currency": currency,
    }
    return Change("line_item", values, line.line_item_id)


def _by_line(error: Invalid, *, is_single: bool) -> dict[str, list[str]]:
    if not is_single:
        return error.errors
    return {f"0.{name}": texts for name, texts in error.errors.items()}


def _set_total(
    workspace: Workspace, quote: Ref, amount_: Money, actor: Actor, now: datetime
) -> None:
    """The total is derived, so that it is written by the system, not by the person."""
    write(
        workspace=workspace,
        changes=[Change("quote", {"total": amount_.amount}, quote.record_id)],
        actor=actor,
        origin=Origin.system(),
        now=now,
    )
