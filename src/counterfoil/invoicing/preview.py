"""A document as QuickBooks prints it, and where it is found there."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from counterfoil.connections import links
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.core.errors import CounterfoilError, Gone, Invalid, NeedsReconnect
from counterfoil.crm.models import Expense, Payment, PostingState
from counterfoil.crm.refs import Ref
from counterfoil.invoicing.kinds import Made
from counterfoil.posting.documents import stream
from counterfoil.posting.ports import books
from counterfoil.workspaces.access import Access

Printed = Made | Payment | Expense


def pdf(*, access: Access, made: Printed, now: datetime) -> bytes:
    """The PDF, read from the books at this moment.

    Raises ``Invalid`` with a sentence when there is none to be had. Speaks to the
    network: never call it inside a transaction.
    """
    connection, remote_id = _place(made)
    try:
        return (
            books[connection.service].open(connection).pdf(made.object_type, remote_id)
        )
    except Gone:
        message = _("It was deleted in QuickBooks, so there is no preview.")
        raise Invalid({"": [message]}) from None
    except NeedsReconnect:
        sentence = _(
            "QuickBooks no longer accepts the connection to %(company)s. Reconnect it in "
            "the settings."
        )
        raise Invalid({"": [sentence % {"company": connection.name}]}) from None
    except CounterfoilError as error:
        sentence = _("QuickBooks did not give the preview: %(reason)s")
        raise Invalid({"": [sentence % {"reason": error}]}) from None


def page_address(*, access: Access, made: Printed) -> str:
    """Where a person opens it in QuickBooks, or ``""`` when it is not there."""
    try:
        connection, remote_id = _place(made)
    except Invalid:
        return ""
    if connection.service not in books:
        return ""
    return (
        books[connection.service]
        .open(connection)
        .page_address(made.object_type, remote_id)
    )


def _place(made: Printed) -> tuple[Connection, str]:
    connection = made.connection
    if made.posting_state == PostingState.PENDING:
        message = _("It is being sent to QuickBooks. The preview follows in a moment.")
        raise Invalid({"": [message]})
    remote_id = (
        links.remote_for(connection, stream(made.object_type), Ref.of(made))
        if connection
        else None
    )
    if connection is None or remote_id is None or made.deleted_remotely:
        message = _("It is not in QuickBooks, so there is no preview.")
        raise Invalid({"": [message]})
    if connection.state == ConnectionState.DISCONNECTED:
        sentence = _("%(company)s is disconnected. Connect it to see the preview.")
        raise Invalid({"": [sentence % {"company": connection.name}]})
    return connection, remote_id
