"""Purchase orders: what a vendor is asked for. They post nothing until they are billed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import applications, ledger
from qbo_simulator.books.closing import check_books_open
from qbo_simulator.books.fields import (
    Address,
    Amount,
    Choice,
    Day,
    Email,
    Field,
    Record,
    Ref,
    Text,
    both,
)
from qbo_simulator.books.kind import Body, Draft, words
from qbo_simulator.forms import expense_numbers, ordering
from qbo_simulator.forms.documents import TRANSACTION, fill_custom_fields
from qbo_simulator.kinds.expense_forms import HEADED, ExpenseForm, payable_account
from qbo_simulator.kinds.names import number_addresses

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

USUAL = {"PrintStatus": "NotSet", "EmailStatus": "NotSet", "POStatus": "Open"}
ADDRESSES = ("VendorAddr", "ShipAddr")


class PurchaseOrder(ExpenseForm):
    """What is ordered from a vendor."""

    entity = "PurchaseOrder"
    list_name = "PurchaseOrder"
    operations = frozenset({"create", "update", "delete", "send", "pdf"})
    counts_rows = True
    head = (
        Field("VendorAddr", Address()),
        Field("ShipAddr", Address()),
        Field("POEmail", Email()),
        Field("PrintStatus", Choice(("NotSet", "NeedToPrint", "PrintComplete"))),
        Field("EmailStatus", Choice(("NotSet", "NeedToSend", "EmailSent"))),
        Field("POStatus", Choice(("Open", "Closed")), keep=True),
    )
    tail = (
        *HEADED,
        Field("VendorRef", Ref(target="Vendor"), column="party"),
        Field("APAccountRef", Ref(target="Account"), keep=True),
        Field("TotalAmt", Amount(), read_only=True),
        Field("ClassRef", Ref(target="Class")),
        Field("SalesTermRef", Ref(target="Term", named=False)),
        both("DueDate", Day()),
        Field("ExpectedDate", Day()),
        Field("Memo", Text(4000)),
        Field("ShipTo", Ref(target="Customer")),
        Field("ShipMethodRef", Ref()),
        Field("DeliveryInfo", Record(), read_only=True),
    )
    tolerated = TRANSACTION | words("""ReplyEmail TemplateRef FOB PurchaseOrderEx BillEmail RemitToAddr
        ProjectRef PayerRef ShipDate TrackingNum""")

    def check_required(self, draft: Draft) -> None:
        if not draft.new.get("APAccountRef"):
            raise faults.required("APAccountRef")
        super().check_required(draft)

    def complete(self, work: Work, draft: Draft, party: Body) -> None:
        new = draft.new
        payable_account(work, draft)
        expense_numbers.give_next(work, draft, "order")
        for name, value in USUAL.items():
            new.setdefault(name, value)
        fill_custom_fields(work, new, bought=True)
        if new["EmailStatus"] == "NeedToSend" and "POEmail" not in new:
            raise faults.Fault(
                6420, "Email address is required", "POEmail is required", "POEmail"
            )
        _reopen(draft)
        if draft.old is None:
            _fill_addresses(work, new, party)
        number_addresses(work, draft, ADDRESSES)

    def show_links(self, work: Work, body: Body) -> None:
        links = applications.links_to(work, self.entity, int(body["Id"]))
        sources = [
            (link.kind, source)
            for link in links
            if (source := work.fetch(link.kind, link.txn)) is not None
        ]
        body["LinkedTxn"] = [
            {"TxnId": source["Id"], "TxnType": kind} for kind, source in sources
        ]
        was_received = ordering.is_received(body, ordering.told(body))
        ordering.show_received(body, sources)
        if ordering.is_received(body, ordering.told(body)):
            body["POStatus"] = "Closed"
        elif was_received:
            body["POStatus"] = "Open"

    def settle(self, work: Work, draft: Draft) -> None:
        """An order moves neither money nor goods."""

    def entries(self, work: Work, body: Body) -> list[ledger.Entry]:
        return []

    def withdraw(self, work: Work, draft: Draft) -> None:
        check_books_open(work, (draft.old or {})["TxnDate"])
        if applications.links_to(work, self.entity, draft.id):
            raise faults.business(
                "This transaction is linked to others. Unlink them before deleting it."
            )


def _reopen(draft: Draft) -> None:
    """Open what was closed because all had come; it is closed again if all has."""
    old = draft.old
    if old is None or draft.new["POStatus"] != old["POStatus"]:
        return
    if ordering.is_received(old, ordering.told(old)):
        draft.new["POStatus"] = "Open"


def _fill_addresses(work: Work, new: Body, vendor: Body) -> None:
    """Where the order goes, and where the goods are to come to: the company itself."""
    if "VendorAddr" not in new and "BillAddr" in vendor:
        name = str(vendor.get("PrintOnCheckName") or vendor["DisplayName"])
        new["VendorAddr"] = flat(name, vendor["BillAddr"])
    company = work.fetch("CompanyInfo", 1) or {}
    if "ShipAddr" not in new and "CompanyAddr" in company:
        new["ShipAddr"] = flat(str(company["CompanyName"]), company["CompanyAddr"])


def flat(name: str, address: Body) -> Body:
    """An address as forms show it: a name, the street, and the town on one line."""
    streets = [address[f"Line{n}"] for n in range(1, 4) if f"Line{n}" in address]
    region = address.get("CountrySubDivisionCode")
    town = ", ".join(part for part in (address.get("City"), region) if part)
    last = "  ".join(part for part in (town, address.get("PostalCode")) if part)
    last = " ".join(part for part in (last, address.get("Country")) if part)
    lines = [name, *streets, last] if last else [name, *streets]
    return {f"Line{n}": text[:500] for n, text in enumerate(lines[:5], start=1)}
