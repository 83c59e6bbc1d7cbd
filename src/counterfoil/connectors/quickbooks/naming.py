"""Says who has a name that was refused as taken, where that is known without a call."""

from __future__ import annotations

from django.utils.translation import gettext as _

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection
from counterfoil.core.errors import Rejected

NAME_TAKEN = "6240"
# Customers, vendors and employees share names.
NAME_HOLDERS = ("customers", "vendors", "employees")


def explained(
    connection: Connection, error: Rejected, stream: str, name: str
) -> Rejected:
    """The refusal, in words that name the holder."""
    if error.code != NAME_TAKEN:
        return error
    if stream == "items":
        error.message = _(
            "A product in QuickBooks already has this name. Choose it, or use"
            " another name."
        )
        return error
    for holder in NAME_HOLDERS:
        if name and mirror.by_name(connection, holder, name) is not None:
            error.message = _taken_by(holder) % {"name": name}
            break
    return error


def _taken_by(stream: str) -> str:
    sentences = {
        "customers": _(
            "A customer in QuickBooks is already called %(name)s. Choose that customer,"
            " or use another name."
        ),
        "vendors": _(
            "A vendor in QuickBooks is already called %(name)s. Customers and vendors"
            " share names there: use another name."
        ),
        "employees": _(
            "An employee in QuickBooks is already called %(name)s. Customers and"
            " employees share names there: use another name."
        ),
    }
    return sentences[stream]
