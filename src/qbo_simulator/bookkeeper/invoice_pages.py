"""The invoice pages: list, one invoice, its editor, and every act on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from qbo_simulator import pdf
from qbo_simulator.bookkeeper.desk import GoneError, Room, Visit, back_to
from qbo_simulator.bookkeeper.reading import (
    Body,
    LineRow,
    UnreadableError,
    amount_in,
    as_number,
    date_in,
    held_items,
    is_voided,
    kept_lines,
    line_body,
    problem_of,
    quoted,
    shown_rows,
    stage_of,
    typed_rows,
)
from qbo_simulator.faults import Fault

if TYPE_CHECKING:
    from qbo_simulator.bookkeeper.desk import Desk

STAGES = {
    "": ("All", ""),
    "open": ("Open", "Balance > '0'"),
    "overdue": ("Overdue", "Balance > '0' and DueDate < '{today}'"),
    "paid": ("Paid", "Balance = '0' and TotalAmt > '0'"),
    "zero": ("Voided or zero", "TotalAmt = '0'"),
}
SPARE_ROWS = 3


def conditions(room: Room, search: str, stage: str) -> str:
    """Write the where clause of the invoice list; raises UnreadableError never."""
    parts = []
    if stage in STAGES and stage:
        parts.append(STAGES[stage][1].format(today=room.today.isoformat()))
    if search:
        like = quoted(f"%{search}%")
        names = room.rows(
            "Customer", f"where FullyQualifiedName like {like} maxresults 200"
        )
        ids = ", ".join(quoted(str(row["Id"])) for row in names)
        by_number = room.count("Invoice", f"where DocNumber like {like}")
        if ids and not by_number:
            parts.append(f"CustomerRef in ({ids})")
        else:
            parts.append(f"DocNumber like {like}")
    return f"where {' and '.join(parts)}" if parts else ""


class InvoicePages:
    """Views about invoices."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def index(self, visit: Visit) -> Response:
        """List invoices, newest first, by search and stage."""
        room = visit.room
        search, stage = visit.asked("q"), visit.asked("stage")
        where = conditions(room, search, stage)
        rows, total = room.listed(
            "Invoice", f"{where} orderby TxnDate desc", visit.page_number
        )
        return visit.show(
            "invoices.html",
            "invoices",
            rows=[(row, stage_of(row, room.today)) for row in rows],
            total=total,
            number=visit.page_number,
            stages=[(key, label) for key, (label, _where) in STAGES.items()],
            search=search,
            stage=stage,
        )

    def show(self, visit: Visit, error: Exception | None = None) -> Response:
        """Show one invoice with its payments, its ledger entries and its acts."""
        room = visit.room
        invoice = room.read("Invoice", visit.number)
        payments = [
            room.read("Payment", link["TxnId"])
            for link in invoice.get("LinkedTxn", [])
            if link.get("TxnType") == "Payment"
        ]
        return visit.show(
            "invoice.html",
            "invoices",
            problem=problem_of(error) if error else None,
            invoice=invoice,
            stage=stage_of(invoice, room.today),
            is_voided=is_voided(invoice),
            payments=payments,
            entries=room.company.ledger_of("Invoice", visit.number),
            methods=room.rows("PaymentMethod"),
            tax_names={row["Id"]: row["Name"] for row in room.rows("TaxCode")},
            typed={name: values[-1] for name, values in visit.form.items()},
        )

    def _editor(
        self,
        visit: Visit,
        *,
        invoice: Body | None,
        rows: Sequence[LineRow],
        typed: Mapping[str, str],
        error: Exception | None = None,
    ) -> Response:
        room = visit.room
        blank = [LineRow()] * SPARE_ROWS
        return visit.show(
            "invoice_edit.html",
            "invoices",
            problem=problem_of(error) if error else None,
            invoice=invoice,
            rows=[*rows, *blank],
            kept=kept_lines(invoice or {}),
            typed=typed,
            customers=room.rows("Customer", "maxresults 300"),
            items=room.rows("Item", "maxresults 300"),
            terms=room.rows("Term"),
            tax_codes=room.rows("TaxCode"),
            manual_us=room.country in ("US", "USA"),
        )

    def new(self, visit: Visit) -> Response:
        """Show the editor for a new invoice."""
        typed = {"txn_date": visit.room.today.isoformat()}
        if visit.asked("customer"):
            customer = visit.room.read("Customer", visit.asked("customer"))
            typed["customer"] = customer["FullyQualifiedName"]
        return self._editor(visit, invoice=None, rows=[], typed=typed)

    def edit(self, visit: Visit) -> Response:
        """Show the editor for an invoice."""
        invoice = visit.room.read("Invoice", visit.number)
        tax = invoice.get("TxnTaxDetail", {}).get("TxnTaxCodeRef", {})
        typed = {
            "customer": full_name_of(visit.room, invoice),
            "doc_number": str(invoice.get("DocNumber", "")),
            "txn_date": str(invoice.get("TxnDate", "")),
            "due_date": str(invoice.get("DueDate", "")),
            "term": str(invoice.get("SalesTermRef", {}).get("value", "")),
            "email": str(invoice.get("BillEmail", {}).get("Address", "")),
            "memo": str(invoice.get("CustomerMemo", {}).get("value", "")),
            "note": str(invoice.get("PrivateNote", "")),
            "tax_code": str(tax.get("value", "")),
            "mode": str(invoice.get("GlobalTaxCalculation", "")),
            "sync_token": invoice["SyncToken"],
        }
        return self._editor(
            visit, invoice=invoice, rows=shown_rows(invoice), typed=typed
        )

    def create(self, visit: Visit) -> Response:
        """Create the invoice that was typed."""
        return self._keep(visit, None)

    def save(self, visit: Visit) -> Response:
        """Save the invoice that was edited."""
        return self._keep(visit, visit.room.read("Invoice", visit.number))

    def _keep(self, visit: Visit, invoice: Body | None) -> Response:
        typed = {name: values[-1] for name, values in visit.form.items()}
        rows = [row for row in typed_rows(visit.form) if not row.is_blank]
        if typed.get("decision") == "more":
            return self._editor(visit, invoice=invoice, rows=rows, typed=typed)
        room = visit.room
        try:
            body = self._body(visit, rows, invoice)
            if invoice is None:
                kept = room.company.create("Invoice", body, now=room.now)
                return back_to(room.path("invoices", kept["Id"]), "created")
            head = {"Id": invoice["Id"], "SyncToken": typed.get("sync_token", "")}
            body = {**body, **head, "sparse": True}
            room.company.update("Invoice", body, now=room.now)
        except (Fault, UnreadableError) as error:
            return self._editor(
                visit, invoice=invoice, rows=rows, typed=typed, error=error
            )
        return back_to(room.path("invoices", visit.number), "saved")

    def _body(
        self, visit: Visit, rows: Sequence[LineRow], invoice: Body | None
    ) -> Body:
        """Write what was typed as a body of the API; an emptied field is sent empty."""
        room = visit.room
        customer = self._customer(visit, invoice)
        held = held_items(invoice or {})
        lines = [
            line_body(row, item=self._item(room, row, number, held), number=number)
            for number, row in enumerate(rows, 1)
        ]
        body: Body = {
            "CustomerRef": {"value": customer},
            "Line": [*lines, *kept_lines(invoice or {})],
        }
        fields: dict[str, Any] = {
            "DocNumber": visit.typed("doc_number"),
            "TxnDate": date_in(visit.typed("txn_date"), label="The date"),
            "DueDate": date_in(visit.typed("due_date"), label="The due date"),
            "SalesTermRef": _ref(visit.typed("term")),
            "BillEmail": self._email(visit, customer, is_new=invoice is None),
            "CustomerMemo": _ref(visit.typed("memo")),
            "PrivateNote": visit.typed("note"),
            "GlobalTaxCalculation": visit.typed("mode"),
        }
        clearable = {"CustomerMemo", "PrivateNote", "BillEmail"} if invoice else set()
        for name, value in fields.items():
            if value:
                body[name] = value
            elif name in clearable:
                body[name] = {} if name in {"CustomerMemo", "BillEmail"} else ""
        if visit.typed("tax_code"):
            body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": visit.typed("tax_code")}}
        return body

    def _email(self, visit: Visit, customer: str, *, is_new: bool) -> Body | None:
        """Read the address to send to; on a new form it is copied from the customer."""
        address = visit.typed("email")
        if not address and is_new:
            held = visit.room.read("Customer", customer).get("PrimaryEmailAddr", {})
            address = str(held.get("Address", ""))
        return {"Address": address} if address else None

    def _customer(self, visit: Visit, invoice: Body | None) -> str:
        """Find the id of the customer that was typed; an unchanged one stays."""
        room, name = visit.room, visit.typed("customer")
        if invoice and name == full_name_of(room, invoice).strip():
            return str(invoice["CustomerRef"]["value"])
        found = room.named("Customer", name)
        if found is None:
            raise UnreadableError(
                f"There is no active customer named {name or '(blank)'}. "
                "Choose one of the list."
            )
        return found

    def _item(
        self, room: Room, row: LineRow, number: int, held: Mapping[str, str]
    ) -> str | None:
        """Find the id of the item that was typed; one the invoice holds stays."""
        name = row.item.strip()
        if not name:
            return None
        found = held.get(name) or room.named("Item", name)
        if found is None:
            raise UnreadableError(
                f"Line {number}: there is no active product or service named {row.item}."
            )
        return found

    def act(self, visit: Visit) -> Response:
        """Send, void or delete an invoice."""
        room, number = visit.room, visit.number
        decision = visit.request.path_params["act"]
        try:
            if decision == "send":
                room.company.send(
                    "Invoice", number, now=room.now, to=visit.typed("to") or None
                )
                return back_to(room.path("invoices", number), "sent")
            invoice = room.read("Invoice", number)
            head = {"Id": number, "SyncToken": invoice["SyncToken"]}
            if decision == "void":
                room.company.void("Invoice", head, now=room.now)
                return back_to(room.path("invoices", number), "voided")
            if decision == "delete":
                room.company.delete("Invoice", head, now=room.now)
                return back_to(room.path("invoices"), "deleted")
        except Fault as fault:
            return self.show(visit, fault)
        raise GoneError("There is no such act.")

    def pay(self, visit: Visit) -> Response:
        """Receive a payment of a part or the whole of one invoice."""
        room = visit.room
        invoice = room.read("Invoice", visit.number)
        try:
            amount = amount_in(visit.typed("amount"), label="The amount")
            balance = as_number(invoice["Balance"])
            amount = balance if amount is None else amount
            link = {"TxnId": visit.number, "TxnType": "Invoice"}
            body: Body = {
                "CustomerRef": {"value": invoice["CustomerRef"]["value"]},
                "TotalAmt": amount,
                "Line": [{"Amount": min(amount, balance), "LinkedTxn": [link]}],
                **payment_head(visit),
            }
            room.company.create("Payment", body, now=room.now)
        except (Fault, UnreadableError) as error:
            return self.show(visit, error)
        return back_to(room.path("invoices", visit.number), "paid")

    def printed(self, visit: Visit) -> Response:
        """Answer the printed form."""
        room = visit.room
        invoice = room.read("Invoice", visit.number)
        company = room.rows("CompanyInfo")[0]
        return Response(
            pdf.render(company, "Invoice", invoice), media_type="application/pdf"
        )


def full_name_of(room: Room, invoice: Body) -> str:
    """The full name of an invoice's customer, which tells sub-customers apart."""
    customer = room.read("Customer", invoice["CustomerRef"]["value"])
    return str(customer["FullyQualifiedName"])


def _ref(value: str) -> Body | None:
    return {"value": value} if value else None


def payment_head(visit: Visit) -> Body:
    """Read date, method and reference of a payment form."""
    fields: dict[str, Any] = {
        "TxnDate": date_in(visit.typed("date"), label="The date"),
        "PaymentMethodRef": _ref(visit.typed("method")),
        "PaymentRefNum": visit.typed("reference"),
    }
    return {name: value for name, value in fields.items() if value}
