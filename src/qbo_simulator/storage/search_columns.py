"""The columns of a row beside its kind's own, by which a query may look it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Body

COLUMNS = {"PrimaryEmailAddr": "email", "Balance": "balance"}


def found_by(body: Body) -> dict[str, Any]:
    """An e-mail address and an open balance, where an entity has them."""
    address, balance = body.get("PrimaryEmailAddr"), body.get("Balance")
    return {
        "email": address.get("Address") if isinstance(address, dict) else None,
        "balance": None if balance is None else float(balance),
    }
