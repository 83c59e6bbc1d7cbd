"""The payment pages: list, one payment, and receiving one over several invoices."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from starlette.responses import Response

from qbo_simulator import pdf
from qbo_simulator.bookkeeper.desk import GoneError, Visit, back_to
from qbo_simulator.bookkeeper.invoice_pages import payment_head
from qbo_simulator.bookkeeper.reading import (
    Body,
    UnreadableError,
    amount_in,
    is_voided,
    problem_of,
    quoted,
)
from qbo_simulator.faults import Fault

if TYPE_CHECKING:
    from qbo_simulator.bookkeeper.desk import Desk


class PaymentPages:
    """Views about payments."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def index(self, visit: Visit) -> Response:
        """List payments, newest first."""
        rows, total = visit.room.listed(
            "Payment", "orderby TxnDate desc", visit.page_number
        )
        return visit.show(
            "payments.html",
            "payments",
            rows=[(row, is_voided(row)) for row in rows],
            total=total,
            number=visit.page_number,
        )

    def show(self, visit: Visit, error: Exception | None = None) -> Response:
        """Show one payment and what it is applied to."""
        room = visit.room
        payment = room.read("Payment", visit.number)
        applied = [
            (line["Amount"], link["TxnId"], room.read(link["TxnType"], link["TxnId"]))
            for line in payment.get("Line", [])
            for link in line.get("LinkedTxn", [])
            if link["TxnType"] == "Invoice"
        ]
        return visit.show(
            "payment.html",
            "payments",
            problem=problem_of(error) if error else None,
            payment=payment,
            is_voided=is_voided(payment),
            applied=applied,
            entries=room.company.ledger_of("Payment", visit.number),
        )

    def new(self, visit: Visit, error: Exception | None = None) -> Response:
        """Ask for the customer, then for the money and what it pays."""
        room = visit.room
        name = visit.asked("name") or visit.typed("name")
        number = visit.asked("customer") or visit.typed("customer")
        if name and not number:
            number = room.named("Customer", name) or ""
            if not number:
                error = UnreadableError(f"There is no active customer named {name}.")
        invoices: list[Body] = []
        customer: Body | None = None
        if number:
            customer = room.read("Customer", number)
            invoices = room.rows(
                "Invoice",
                f"where CustomerRef = {quoted(number)} and Balance > '0' "
                "orderby DueDate maxresults 200",
            )
        return visit.show(
            "payment_new.html",
            "payments",
            problem=problem_of(error) if error else None,
            customer=customer,
            invoices=invoices,
            methods=room.rows("PaymentMethod"),
            customers=[] if customer else room.rows("Customer", "maxresults 300"),
            typed={name: values[-1] for name, values in visit.form.items()},
            name=name,
        )

    def create(self, visit: Visit) -> Response:
        """Receive the payment that was typed."""
        room = visit.room
        try:
            kept = room.company.create("Payment", self._body(visit), now=room.now)
        except (Fault, UnreadableError) as error:
            return self.new(visit, error)
        return back_to(room.path("payments", kept["Id"]), "paid")

    def _body(self, visit: Visit) -> Body:
        lines: list[Body] = []
        for name in visit.form:
            if not name.startswith("apply_") or not visit.typed(name):
                continue
            amount = amount_in(visit.typed(name), label="The amount of an invoice")
            if amount:
                link = {"TxnId": name.removeprefix("apply_"), "TxnType": "Invoice"}
                lines.append({"Amount": amount, "LinkedTxn": [link]})
        applied = sum((line["Amount"] for line in lines), Decimal(0))
        total = amount_in(visit.typed("total"), label="The amount received")
        total = applied if total is None else total
        if not total:
            raise UnreadableError("Say how much was received, or what is paid.")
        return {
            "CustomerRef": {"value": visit.typed("customer")},
            "TotalAmt": total,
            "Line": lines,
            **payment_head(visit),
        }

    def act(self, visit: Visit) -> Response:
        """Void or delete a payment."""
        room, number = visit.room, visit.number
        decision = visit.request.path_params["act"]
        payment = room.read("Payment", number)
        head = {"Id": number, "SyncToken": payment["SyncToken"]}
        try:
            if decision == "void":
                room.company.void("Payment", head, now=room.now)
                return back_to(room.path("payments", number), "voided")
            if decision == "delete":
                room.company.delete("Payment", head, now=room.now)
                return back_to(room.path("payments"), "deleted")
        except Fault as fault:
            return self.show(visit, fault)
        raise GoneError("There is no such act.")

    def printed(self, visit: Visit) -> Response:
        """Answer the printed receipt."""
        room = visit.room
        payment = room.read("Payment", visit.number)
        company = room.rows("CompanyInfo")[0]
        return Response(
            pdf.render(company, "Payment", payment), media_type="application/pdf"
        )
