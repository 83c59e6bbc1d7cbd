"""Estimates: offers that an invoice closes; nothing is posted for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import applications
from qbo_simulator.books.fields import Choice, Field, Lines
from qbo_simulator.kinds.sales_fields import form_fields
from qbo_simulator.kinds.sales_forms import SalesForm
from qbo_simulator.wire import as_decimal, to_cents

if TYPE_CHECKING:
    from qbo_simulator.books.kind import Body, Draft
    from qbo_simulator.books.work import Work

STATES = ("Pending", "Accepted", "Closed", "Rejected", "Converted")


class Estimate(SalesForm):
    """What a customer is offered and at which price."""

    entity = "Estimate"
    list_name = "Estimate"
    operations = frozenset({"create", "update", "delete", "send", "pdf"})
    sign = 0
    tail = form_fields(
        """TxnStatus LinkedTxn SalesTermRef DueDate EmailStatus ExpirationDate
        AcceptedBy AcceptedDate""",
        Field("TxnStatus", Choice(STATES)),
        Field("LinkedTxn", Lines(), read_only=True),
        filters="DueDate",
        orders="DueDate",
    )

    def complete(self, work: Work, draft: Draft, customer: Body) -> None:
        draft.new.setdefault("TxnStatus", "Pending")
        if draft.old is not None and "TxnStatus" not in draft.sent:
            draft.new["TxnStatus"] = draft.old["TxnStatus"]

    def show_links(self, work: Work, body: Body) -> None:
        """Show the invoices made of it, which close it; without them it is open again."""
        links = applications.links_to(work, self.entity, int(body["Id"]))
        was_linked = bool(body.pop("LinkedTxn", None))
        if links:
            body["LinkedTxn"] = [
                {"TxnId": str(link.txn), "TxnType": link.kind} for link in links
            ]
        if links and self._is_used_up(work, body, sum(each.cents for each in links)):
            body["TxnStatus"] = "Closed"
        elif was_linked and body["TxnStatus"] == "Closed":
            accepted = "AcceptedDate" in body or "AcceptedBy" in body
            body["TxnStatus"] = "Accepted" if accepted or links else "Pending"

    def _is_used_up(self, work: Work, body: Body, invoiced: int) -> bool:
        """Whether nothing of it is left to invoice; one invoice does, but in parts."""
        if not work.preference("SalesFormsPrefs", "UsingProgressInvoicing"):
            return True
        return invoiced >= to_cents(as_decimal(body["TotalAmt"]))

    def withdraw(self, work: Work, draft: Draft) -> None:
        super().withdraw(work, draft)
        if applications.links_to(work, self.entity, draft.id):
            raise faults.business(
                "This transaction is linked to others. Unlink them before deleting it."
            )
