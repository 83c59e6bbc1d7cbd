"""Tells whether what the books hold is the document that was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counterfoil.posting.ports import Expectation, Receipt


class Match(Enum):
    """OURS: all agrees. DIFFERENT: ours by its marker, not by its content. FOREIGN: no."""

    OURS = "ours"
    DIFFERENT = "different"
    FOREIGN = "foreign"


def judge(receipt: Receipt, *, marker: str, expected: Expectation) -> Match:
    """Compare a document with what was sent.

    Without a marker only a name list's entry can be ours: names are unique there, so an
    entry of exactly that name is the one.
    """
    if receipt.marker and receipt.marker != marker:
        return Match.FOREIGN
    differences = differing(receipt, expected=expected)
    if receipt.marker:
        return Match.DIFFERENT if differences else Match.OURS
    if not expected.name or "name" in differences:
        return Match.FOREIGN
    return Match.DIFFERENT if differences else Match.OURS


def differing(receipt: Receipt, *, expected: Expectation) -> list[str]:
    """Names of what does not agree; what is not expected is not compared."""
    actual = receipt.expectation
    names = []
    if expected.customer_id and expected.customer_id != actual.customer_id:
        names.append("customer_id")
    if expected.total is not None and expected.total != actual.total:
        names.append("total")
    if expected.currency and actual.currency and expected.currency != actual.currency:
        names.append("currency")
    if expected.name and _plain(expected.name) != _plain(actual.name):
        names.append("name")
    return names


def earliest_first(receipts: Sequence[Receipt]) -> list[Receipt]:
    """One receipt per document, the one created first in front."""
    by_id = {receipt.remote_id: receipt for receipt in receipts}

    def age(receipt: Receipt) -> tuple[bool, float, int, str]:
        created = receipt.created_at
        return (
            created is None,
            created.timestamp() if created else 0.0,
            len(receipt.remote_id),
            receipt.remote_id,
        )

    return sorted(by_id.values(), key=age)


def packed(expected: Expectation) -> dict[str, Any]:
    """As JSON."""
    values = asdict(expected)
    if expected.total is not None:
        values["total"] = str(expected.total)
    return values


def total_of(packed_expectation: Mapping[str, Any]) -> Decimal | None:
    """The total inside a packed expectation."""
    total = packed_expectation.get("total")
    return None if total is None else Decimal(str(total))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
