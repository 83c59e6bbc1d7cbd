"""The editor of what is bought: bill, expense, vendor credit, purchase order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.responses import Response

from qbo_simulator.bookkeeper import heads
from qbo_simulator.bookkeeper.desk import Room, Visit
from qbo_simulator.bookkeeper.form_editor import FormEditor
from qbo_simulator.bookkeeper.heads import Head
from qbo_simulator.bookkeeper.reading import (
    Body,
    LineRow,
    UnreadableError,
    amount_in,
    line_body,
    problem_of,
)
from qbo_simulator.bookkeeper.sales_editor import SPARE_ROWS, source_of

ACCOUNT = "AccountBasedExpenseLineDetail"
ITEM = "ItemBasedExpenseLineDetail"
PAYEES = ("Vendor", "Customer", "Employee")
COMMON = (heads.NUMBER, heads.DATE, heads.NOTE, heads.MODE, heads.RATE, heads.PLACE)
OWN: Mapping[str, tuple[Head, ...]] = {
    "Bill": (heads.TERM, heads.DUE),
    "VendorCredit": (),
    "PurchaseOrder": (heads.DUE,),
    "Purchase": (
        Head("paid_by", "PaymentType", "The way of payment"),
        Head("paid_from", "AccountRef", "The account", "ref"),
        heads.METHOD,
    ),
}
PAID_FROM = ("Bank", "Credit Card", "Other Current Asset")
UNTOUCHED = ("CustomerRef", "BillableStatus", "MarkupInfo", "ClassRef", "TaxAmount")


class ExpenseEditor(FormEditor):
    """Views that make and change one kind of purchase form."""

    common = COMMON
    own = OWN

    def new(self, visit: Visit) -> Response:
        """Show the editor for a new form, blank or copied from an order."""
        room = visit.room
        typed = {"txn_date": room.today.isoformat()}
        rows: list[LineRow] = []
        source = visit.asked("from")
        if source:
            origin = source_of(room, source)
            typed["source"] = source
            typed["party"] = _party_name(room, origin.get("VendorRef"))
            rows = [replace(row, id="") for row in expense_rows(origin)]
        elif visit.asked("vendor"):
            typed["party"] = room.read("Vendor", visit.asked("vendor"))["DisplayName"]
        return self._editor(visit, None, rows, typed)

    def edit(self, visit: Visit) -> Response:
        """Show the editor for a form."""
        room = visit.room
        form = room.read(self.paper.entity, visit.number)
        typed = {
            **heads.shown(self.heads, form),
            "party": _party_name(room, form.get(self.paper.party)),
            "sync_token": form["SyncToken"],
        }
        return self._editor(visit, form, expense_rows(form), typed)

    def _editor(
        self,
        visit: Visit,
        form: Body | None,
        rows: Sequence[LineRow],
        typed: Mapping[str, str],
        error: Exception | None = None,
    ) -> Response:
        room = visit.room
        return visit.show(
            "expense_edit.html",
            self.paper.slug,
            problem=problem_of(error) if error else None,
            paper=self.paper,
            form=form,
            has={head.name for head in self.heads},
            rows=[*rows, *[LineRow()] * SPARE_ROWS],
            typed=typed,
            vendors=room.names("Vendor"),
            things=[*room.names("Account"), *room.names("Item")],
            paid_from=heads.accounts(room, *PAID_FROM),
            **heads.choices(room),
        )

    def _body(self, visit: Visit, rows: Sequence[LineRow], form: Body | None) -> Body:
        room, party = visit.room, self._party(visit, form)
        old = {str(line.get("Id")): line for line in (form or {}).get("Line", [])}
        held = held_things(form or {})
        lines = []
        for number, row in enumerate(rows, 1):
            kind, thing = _thing(room, row, number, held)
            line = expense_line(row, kind, thing, number)
            lines.append(_with_untouched(line, old.get(row.id, {})))
        body: Body = {
            "Line": lines,
            **heads.read(self.heads, visit, clearing=form is not None),
        }
        if party:
            body[self.paper.party] = party
        if form is None and self.paper.entity == "PurchaseOrder" and party:
            body |= _payable(room, party)
        kind, _, number_ = visit.typed("source").partition(":")
        if form is None and kind == "PurchaseOrder":
            body["LinkedTxn"] = [{"TxnId": number_, "TxnType": kind}]
        return body

    def _party(self, visit: Visit, form: Body | None) -> Body | None:
        room, name = visit.room, visit.typed("party")
        held = (form or {}).get(self.paper.party)
        if self.paper.party == "VendorRef":
            return {"value": heads.chosen(room, "Vendor", name, held)}
        if not name:
            return None
        if held and name == _party_name(room, held):
            return {"value": held["value"], "type": held.get("type", "Vendor")}
        for entity in PAYEES:
            found = room.named(entity, name)
            if found:
                return {"value": found, "type": entity}
        raise UnreadableError(
            f"There is no active name {name}. Choose one of the list."
        )


def _payable(room: Room, vendor: Body) -> Body:
    """The account an order will be owed on, which it has to name."""
    currency = room.read("Vendor", vendor["value"]).get("CurrencyRef", {}).get("value")
    for account in heads.accounts(room, "Accounts Payable"):
        if account.get("CurrencyRef", {}).get("value") == currency:
            return {"APAccountRef": {"value": account["Id"]}}
    return {}


def _party_name(room: Room, ref: Body | None) -> str:
    if not ref:
        return ""
    return heads.full_name_of(room, str(ref.get("type", "Vendor")), ref).strip()


def expense_rows(form: Body) -> list[LineRow]:
    """Lay the lines of a purchase form out as rows of its editor."""
    rows = []
    for line in form.get("Line", []):
        kind = str(line.get("DetailType"))
        detail = line.get(kind) or {}
        ref = detail.get("AccountRef") or detail.get("ItemRef") or {}
        rows.append(
            LineRow(
                id=str(line.get("Id", "")),
                item=str(ref.get("name", "")),
                description=str(line.get("Description", "")),
                quantity=str(detail.get("Qty", "")),
                rate=str(detail.get("UnitPrice", "")),
                amount=str(detail.get("TaxInclusiveAmt", line.get("Amount", ""))),
                tax=str(detail.get("TaxCodeRef", {}).get("value", "")),
                tracked=str(detail.get("ClassRef", {}).get("value", "")),
            )
        )
    return rows


def held_things(form: Body) -> dict[str, tuple[str, str]]:
    """The accounts and items on a form by the names its editor shows them under."""
    found = {}
    for line in form.get("Line", []):
        for kind, name in ((ACCOUNT, "AccountRef"), (ITEM, "ItemRef")):
            ref = line.get(kind, {}).get(name)
            if ref:
                found[str(ref.get("name", "")).strip()] = (kind, str(ref["value"]))
    return found


def _thing(
    room: Room, row: LineRow, number: int, held: Mapping[str, tuple[str, str]]
) -> tuple[str, str | None]:
    """Find the account or else the item that was typed, and which of them it is."""
    name = row.item.strip()
    if not name:
        return ACCOUNT, None
    if name in held:
        return held[name]
    for kind, entity in ((ACCOUNT, "Account"), (ITEM, "Item")):
        found = room.named(entity, name)
        if found:
            return kind, found
    raise UnreadableError(
        f"Line {number}: there is no active account, product or service named {name}."
    )


def expense_line(row: LineRow, kind: str, thing: str | None, number: int) -> Body:
    """Write one typed row as a line of the API."""
    if thing is None and row.amount.strip():
        raise UnreadableError(f"Line {number} has an amount but no account or product.")
    if thing is None or kind == ITEM:
        line = line_body(row, item=thing, number=number)
        sold = line.pop("SalesItemLineDetail", None)
        return line if sold is None else {**line, "DetailType": ITEM, ITEM: sold}
    amount = amount_in(row.amount, label=f"The amount of line {number}")
    if amount is None:
        raise UnreadableError(f"Line {number} has no amount.")
    detail = {"AccountRef": {"value": thing}, **row.refs()}
    line = {"Id": row.id} if row.id else {}
    if row.description.strip():
        line["Description"] = row.description.strip()
    return {**line, "Amount": amount, "DetailType": ACCOUNT, ACCOUNT: detail}


def _with_untouched(line: Body, old: Body) -> Body:
    """Keep of a line what the editor does not show: for whom it was, and its order."""
    if "LinkedTxn" in old:
        line["LinkedTxn"] = old["LinkedTxn"]
    kind = line["DetailType"]
    for name in UNTOUCHED:
        if name in old.get(kind, {}) and kind in line:
            line[kind].setdefault(name, old[kind][name])
    return line
