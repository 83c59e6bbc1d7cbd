"""The pages that every kind of transaction has: its list, one of it, and every act on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response

from qbo_simulator.bookkeeper.desk import GoneError, Room, Visit, back_to
from qbo_simulator.bookkeeper.heads import rated
from qbo_simulator.bookkeeper.reading import (
    Body,
    UnreadableError,
    amount_in,
    as_number,
    date_in,
    is_voided,
    problem_of,
    quoted,
)
from qbo_simulator.bookkeeper.showing import (
    Line,
    as_json,
    facts_of,
    found_ids,
    lines_of,
    paper_of,
    row_of,
    stage_for,
    sums_of,
    ties_of,
    title_of,
)
from qbo_simulator.faults import Fault
from qbo_simulator.printing import pdf

if TYPE_CHECKING:
    from qbo_simulator.bookkeeper.papers import Paper

COPIES = {
    "Estimate": (("invoices", "Copy to invoice"),),
    "Invoice": (("credit-memos", "Give a credit"),),
    "SalesReceipt": (("refund-receipts", "Refund it"),),
    "PurchaseOrder": (("bills", "Copy to bill"),),
}
"""What can be made of a transaction: the slug of the new one and the button's words."""


class PaperPages:
    """Views of one kind of transaction."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    def index(self, visit: Visit) -> Response:
        """List the transactions, newest first, by search and stage."""
        room, paper = visit.room, self.paper
        search, stage = visit.asked("q"), visit.asked("stage")
        where = self._conditions(room, search, stage)
        rows: list[Body] = []
        total = 0
        if where is not None:
            rows, total = room.listed(
                paper.entity, f"{where} orderby TxnDate desc", visit.page_number
            )
        return visit.show(
            "papers.html",
            paper.slug,
            paper=paper,
            rows=[row_of(paper, row, room) for row in rows],
            total=total,
            number=visit.page_number,
            search=search,
            stage=stage,
        )

    def _conditions(self, room: Room, search: str, stage: str) -> str | None:
        """Write the where clause of the list; None if nothing can fit."""
        parts = []
        if stage in self.paper.stages:
            parts.append(self.paper.stages[stage][1].format(today=room.today))
        status = stage if stage in self.paper.statuses else ""
        if search or status:
            ids = found_ids(room, self.paper.entity, search, status)
            if not ids:
                return None
            parts.append(f"Id in ({', '.join(map(quoted, ids))})")
        return f"where {' and '.join(parts)}" if parts else ""

    def show(self, visit: Visit, error: Exception | None = None) -> Response:
        """Show one transaction with everything that hangs on it."""
        room, paper = visit.room, self.paper
        body = room.read(paper.entity, visit.number)
        taxes = {str(row["Id"]): str(row["Name"]) for row in room.rows("TaxCode")}
        kind = room.company.kind(paper.entity)
        voided = is_voided({"TotalAmt": body.get("Amount"), **body})
        lines = lines_of(body, taxes)
        ties = ties_of(room, paper.entity, visit.number)
        return visit.show(
            "paper.html",
            paper.slug,
            problem=problem_of(error) if error else None,
            paper=paper,
            body=body,
            title=title_of(paper, body),
            party=body.get(paper.party, {}) if paper.party else {},
            currency=body.get("CurrencyRef", {}).get("value", room.currency),
            stage=stage_for(paper, body, room.today),
            is_voided=voided,
            acts=kind.operations | kind.by_hand,
            copies=() if voided else COPIES.get(paper.entity, ()),
            lines=lines,
            shows=_columns(lines),
            sums=sums_of(body),
            facts=facts_of(room, body),
            ties=ties,
            titles={
                str(tie.body["Id"]): f"{tie.paper.label} {tie.title}" for tie in ties
            },
            entries=room.company.ledger_of(paper.entity, visit.number),
            files=_files(room, paper.entity, visit.number),
            methods=room.rows("PaymentMethod") if paper.entity == "Invoice" else [],
            json=as_json(body),
            typed=visit.all_typed,
        )

    def act(self, visit: Visit) -> Response:
        """Send, void or delete it."""
        room, paper, number = visit.room, self.paper, visit.number
        decision = visit.request.path_params["act"]
        company = room.company
        body = room.read(paper.entity, number)
        token = visit.typed("sync_token") or body["SyncToken"]
        head = {"Id": number, "SyncToken": token}
        try:
            if decision == "send":
                to = visit.typed("to") or None
                company.send(paper.entity, number, now=room.now, to=to)
                return back_to(room.path(paper.slug, number), "sent")
            if decision == "void":
                company.void(paper.entity, head, now=room.now, by_hand=True)
                return back_to(room.path(paper.slug, number), "voided")
            if decision == "delete":
                company.delete(paper.entity, head, now=room.now)
                return back_to(room.path(paper.slug), "deleted")
        except Fault as fault:
            return self.show(visit, fault)
        raise GoneError("There is no such act.")

    def printed(self, visit: Visit) -> Response:
        """Answer the printed form."""
        room, paper = visit.room, self.paper
        if "pdf" not in room.company.kind(paper.entity).operations:
            raise GoneError(f"A {paper.label.lower()} is not printed.")
        body = room.read(paper.entity, visit.number)
        company = room.rows("CompanyInfo")[0]
        page = pdf.render(company, paper.entity, body)
        return Response(page, media_type="application/pdf")

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
            room.company.create("Payment", rated(room, body), now=room.now)
        except (Fault, UnreadableError) as error:
            return self.show(visit, error)
        return back_to(room.path("invoices", visit.number), "paid")


def find(visit: Visit) -> Response:
    """Lead to a transaction of which only the id is known."""
    paper = paper_of(visit.room, int(visit.number))
    if paper is None:
        raise GoneError(f"There is no transaction {visit.number} here.")
    return RedirectResponse(visit.room.path(paper.slug, visit.number), 303)


def payment_head(visit: Visit) -> Body:
    """Read date, method and reference of a payment form."""
    fields: dict[str, Any] = {
        "TxnDate": date_in(visit.typed("date"), label="The date"),
        "PaymentMethodRef": ref(visit.typed("method")),
        "PaymentRefNum": visit.typed("reference"),
        "DepositToAccountRef": ref(visit.typed("deposit_to")),
        "ExchangeRate": amount_in(
            visit.typed("exchange_rate"), label="The exchange rate"
        ),
    }
    return {name: value for name, value in fields.items() if value}


def ref(value: str) -> Body | None:
    """Write a reference, or None for nothing."""
    return {"value": value} if value else None


def _columns(lines: Sequence[Line]) -> frozenset[str]:
    """Name the columns that at least one line has something in."""
    names = ("tracked", "quantity", "rate", "tax", "side")
    return frozenset(
        name
        for name in names
        if any(getattr(line, name) not in ("", None) for line in lines)
    )


def _files(room: Room, entity: str, number: str) -> list[Body]:
    """List the attachments of a transaction."""
    where = f"where AttachableRef.EntityRef.Type = {quoted(entity)}"
    where += f" and AttachableRef.EntityRef.value = {quoted(number)}"
    return room.rows("Attachable", where)
