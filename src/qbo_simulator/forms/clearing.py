"""Settlements: at which rate they clear, and how they are taken back.

What settles a foreign transaction clears it at the rate it came in with. So what a payment posts depends on the rate of what it pays and on the payments before
it: when one of them changes, those that follow are posted anew.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.books import applications
from qbo_simulator.books.applications import Link
from qbo_simulator.wire import from_cents, to_cents

if TYPE_CHECKING:
    from collections.abc import Callable

    from qbo_simulator.books.kind import Body
    from qbo_simulator.books.work import Work


def home_part(work: Work, link: Link, paid: Body, payment: int) -> int:
    """The cents at home that a link clears of `paid`; the parts of all links add up."""
    rate = Decimal(paid.get("ExchangeRate", 1))
    earlier = sum(
        other.cents
        for other in applications.links_to(work, link.kind, link.txn)
        if other.kind in applications.SETTLING and other.txn < payment
    )
    upto = to_cents(from_cents(earlier + link.cents) * rate)
    return upto - to_cents(from_cents(earlier) * rate)


def repost_payments(work: Work, kind: str, txn: int, *, besides: int = 0) -> None:
    """Post anew, `besides` one, what settles a foreign transaction that has changed."""
    if work.currency_of(work.fetch(kind, txn) or {}) == work.home_currency:
        return
    for source in applications.links_to(work, kind, txn):
        if source.kind not in applications.SETTLING or source.txn == besides:
            continue
        body = work.fetch(source.kind, source.txn)
        if body is not None:
            work.repost(source.kind, body)


def loosen(
    work: Work,
    most: Link,
    payments: str,
    balanced: Callable[[Work, int, list[Link]], list[Link]],
) -> None:
    """Take back what settles a transaction beyond the cents of `most`, newest first.

    Only payments of the kind `payments` give way; `balanced` has the links that are
    left of one give back what the lost ones made possible.
    """
    target = (most.kind, most.txn)
    over = applications.applied(work, *target) - most.cents
    for source in applications.links_to(work, *target):
        if over <= 0:
            return
        if source.kind != payments:
            continue
        before = applications.links_of(work, payments, source.txn)
        taken = min(over, source.cents)
        over -= taken
        lessened = applications.lessened(
            before, taken, lambda each: (each.kind, each.txn) == target
        )
        after = balanced(work, source.txn, lessened)
        applications.replace(work, payments, source.txn, after)
        work.refresh(payments, source.txn)
        _refresh_others(work, source.txn, before, after, besides=target)


def _refresh_others(
    work: Work,
    payment: int,
    before: list[Link],
    after: list[Link],
    *,
    besides: tuple[str, int],
) -> None:
    """Show and post anew what a payment no longer settles as it did."""
    left = {(each.kind, each.txn): each.cents for each in after}
    for link in before:
        target = (link.kind, link.txn)
        if target != besides and left.get(target) != link.cents:
            work.refresh(*target)
            repost_payments(work, *target, besides=payment)
