"""Keeps who a record is in the books, once a person has said it."""

from __future__ import annotations

from counterfoil.connections import links, mirror
from counterfoil.connections.links import NewLink
from counterfoil.connections.models import Connection
from counterfoil.core.errors import Stale
from counterfoil.crm import timeline
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import match
from counterfoil.invoicing.order import Order
from counterfoil.workspaces.models import Workspace

STREAM = "customers"


def record_of(workspace: Workspace, started: Record) -> Record | None:
    """Which of our records the customer is: the company, else the contact."""
    parties = match.parties_of(workspace, started)
    found = [*parties.companies[:1], *parties.contacts[:1]]
    return found[0] if found else None


def unlinked(
    connection: Connection, workspace: Workspace, started: Record
) -> Record | None:
    """The record that will be linked to the customer that is chosen for it, if any."""
    record = record_of(workspace, started)
    if record is None or links.remote_for(connection, STREAM, Ref.of(record)):
        return None
    return record


def remember(order: Order) -> None:
    """Link the record of the customer that was chosen, unless either is linked already.

    The next document finds the customer by the link, whatever is renamed meanwhile.
    """
    content, connection = order.content, order.connection
    if content.creates_customer or not content.customer_id:
        return
    record = unlinked(connection, order.workspace, order.started)
    row = mirror.get(connection, STREAM, content.customer_id)
    if record is None or row is None:
        return
    ref = Ref.of(record)
    if links.records_for(connection, STREAM, [row.remote_id], ref.object_type):
        return
    new = NewLink(STREAM, row.remote_id, *ref, reason="picked", version=row.version)
    try:
        links.make_many(connection, [new], now=order.now)
    except Stale:
        return
    timeline.tell(
        workspace=order.workspace,
        on=[ref],
        kind="linked",
        content={
            "company": connection.name,
            "there": row.name,
            "remote_id": row.remote_id,
        },
        actor=order.actor,
        at=order.now,
    )
