"""The editor of the five sales forms: invoice, estimate, receipt, credit memo, refund."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from qbo_simulator.bookkeeper import heads, sales_lines
from qbo_simulator.bookkeeper.desk import GoneError, Room, Visit
from qbo_simulator.bookkeeper.form_editor import FormEditor
from qbo_simulator.bookkeeper.heads import Head
from qbo_simulator.bookkeeper.papers import BY_ENTITY
from qbo_simulator.bookkeeper.reading import (
    Body,
    LineRow,
    kept_lines,
    problem_of,
    shown_rows,
)

SPARE_ROWS = 3
COMMON = (
    heads.NUMBER,
    heads.DATE,
    Head("email", "BillEmail", "The e-mail address", "email", clears=True),
    Head("memo", "CustomerMemo", "The message", "ref", clears=True),
    heads.NOTE,
    heads.MODE,
    heads.RATE,
    heads.PLACE,
    heads.TRACKED,
)
OWN: Mapping[str, tuple[Head, ...]] = {
    "Invoice": (
        heads.TERM,
        heads.DUE,
        Head("deposit", "Deposit", "The deposit", "number", clears=True),
    ),
    "Estimate": (
        Head("status", "TxnStatus", "The status"),
        Head("expiration", "ExpirationDate", "The last day", "date"),
    ),
    "SalesReceipt": (heads.METHOD, heads.REFERENCE, heads.DEPOSIT_TO),
    "CreditMemo": (),
    "RefundReceipt": (heads.METHOD, heads.REFERENCE, heads.DEPOSIT_TO),
}
LINKED = {("Estimate", "Invoice")}
"""Which forms stay linked with what they were copied from."""
BANKS = ("Bank", "Other Current Asset")


class SalesEditor(FormEditor):
    """Views that make and change one kind of sales form."""

    common = COMMON
    own = OWN

    def new(self, visit: Visit) -> Response:
        """Show the editor for a new form, blank or copied from another one."""
        room = visit.room
        typed = {"txn_date": room.today.isoformat()}
        rows: list[LineRow] = []
        source = visit.asked("from")
        if source:
            origin = source_of(room, source)
            rows = sales_lines.copied_rows(room, origin)
            typed |= sales_lines.copied_head(room, origin)
            typed["source"] = source
        elif visit.asked("customer"):
            customer = room.read("Customer", visit.asked("customer"))
            typed["customer"] = customer["FullyQualifiedName"]
        return self._editor(visit, None, rows, typed)

    def edit(self, visit: Visit) -> Response:
        """Show the editor for a form."""
        room = visit.room
        form = room.read(self.paper.entity, visit.number)
        tax = form.get("TxnTaxDetail", {}).get("TxnTaxCodeRef", {})
        customer = form.get("CustomerRef")
        typed = {
            **heads.shown(self.heads, form),
            **sales_lines.shown_extras(form),
            "customer": heads.full_name_of(room, "Customer", customer)
            if customer
            else "",
            "tax_code": str(tax.get("value", "")),
            "sync_token": form["SyncToken"],
        }
        return self._editor(visit, form, shown_rows(form), typed)

    def _editor(
        self,
        visit: Visit,
        form: Body | None,
        rows: Sequence[LineRow],
        typed: Mapping[str, str],
        error: Exception | None = None,
    ) -> Response:
        room = visit.room
        prefs = room.preference("SalesFormsPrefs") or {}
        return visit.show(
            "sales_edit.html",
            self.paper.slug,
            problem=problem_of(error) if error else None,
            paper=self.paper,
            form=form,
            has={head.name for head in self.heads},
            rows=[*rows, *[LineRow()] * SPARE_ROWS],
            kept=kept_lines(form or {}),
            typed=typed,
            prefs=prefs,
            customers=room.names("Customer"),
            items=room.names("Item"),
            banks=heads.accounts(room, *BANKS),
            **heads.choices(room),
        )

    def _body(self, visit: Visit, rows: Sequence[LineRow], form: Body | None) -> Body:
        """Write what was typed as a body of the API; an emptied field is sent empty."""
        room = visit.room
        held = (form or {}).get("CustomerRef")
        customer = heads.chosen(room, "Customer", visit.typed("customer"), held)
        body: Body = {
            "CustomerRef": {"value": customer},
            "Line": sales_lines.written(visit, rows, form or {}),
            **heads.read(self.heads, visit, clearing=form is not None),
        }
        if form is None and "BillEmail" not in body:
            address = room.read("Customer", customer).get("PrimaryEmailAddr", {})
            if address.get("Address"):
                body["BillEmail"] = {"Address": address["Address"]}
        if visit.typed("tax_code"):
            body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": visit.typed("tax_code")}}
        body |= self._link(visit) if form is None else {}
        return body

    def _link(self, visit: Visit) -> dict[str, Any]:
        kind, _, number = visit.typed("source").partition(":")
        if (kind, self.paper.entity) not in LINKED:
            return {}
        return {"LinkedTxn": [{"TxnId": number, "TxnType": kind}]}


def source_of(room: Room, source: str) -> Body:
    """Read the transaction that a new one is copied from (`Estimate:12`)."""
    kind, _, number = source.partition(":")
    if kind not in BY_ENTITY:
        raise GoneError(f"There is no {kind or 'transaction'} to copy from.")
    return room.read(kind, number)
