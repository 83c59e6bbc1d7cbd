"""Invoices: what they are made of, what they post, how they are voided."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator import applications, faults, ledger
from qbo_simulator.documents import (
    TRANSACTION,
    check_books_open,
    check_currency,
    check_private_note,
    document_number,
    due_date,
    fill_custom_fields,
    note_voided,
)
from qbo_simulator.fields import (
    Address,
    Amount,
    Choice,
    Day,
    Email,
    Field,
    Flag,
    Lines,
    Number,
    Record,
    Ref,
    Text,
    amount_of,
    both,
)
from qbo_simulator.kinds.base import Body, Draft, Kind, number_of, words
from qbo_simulator.kinds.names import number_addresses
from qbo_simulator.lines import Sheet
from qbo_simulator.sales_tax import assess
from qbo_simulator.tax_codes import tax_postings
from qbo_simulator.wire import as_decimal, from_cents, money, to_cents

if TYPE_CHECKING:
    from qbo_simulator.work import Work

ONLINE = (
    "AllowIPNPayment",
    "AllowOnlinePayment",
    "AllowOnlineCreditCardPayment",
    "AllowOnlineACHPayment",
)
TAX_DETAIL = {"TxnTaxCodeRef": Ref(named=False), "TotalTax": Amount()}


class Invoice(Kind):
    """What a customer owes and why."""

    entity = "Invoice"
    list_name = "Invoice"
    sequence = "transactions"
    operations = frozenset({"create", "update", "void", "delete", "send", "pdf"})
    is_name_list = False
    counts_rows = True
    default_order = "updated"
    head = tuple(Field(name, Flag()) for name in ONLINE)
    tail = (
        Field("CustomField", Lines()),
        both("DocNumber", Text(21), column="doc_number"),
        both("TxnDate", Day(), column="txn_date"),
        Field("DepartmentRef", Ref()),
        Field("CurrencyRef", Ref(), keep=True),
        Field("ExchangeRate", Number(), keep=True),
        Field("PrivateNote", Text(4000)),
        Field("LinkedTxn", Lines(), keep=True),
        Field("Line", Lines()),
        Field("TxnTaxDetail", Record(parts=TAX_DETAIL)),
        Field("CustomerRef", Ref(target="Customer"), filterable=True, column="party"),
        Field("CustomerMemo", Ref()),
        Field("BillAddr", Address()),
        Field("ShipAddr", Address()),
        Field("ShipFromAddr", Address()),
        Field("ClassRef", Ref()),
        Field("ProjectRef", Ref(), filterable=True),
        Field("SalesTermRef", Ref(target="Term"), filterable=True),
        both("DueDate", Day()),
        Field("ShipMethodRef", Ref()),
        Field("ShipDate", Day()),
        Field("TrackingNum", Text(31)),
        Field(
            "GlobalTaxCalculation",
            Choice(("TaxExcluded", "TaxInclusive", "NotApplicable")),
        ),
        both("TotalAmt", Amount(), read_only=True),
        Field("ApplyTaxAfterDiscount", Flag()),
        Field("PrintStatus", Choice(("NotSet", "NeedToPrint", "PrintComplete"))),
        Field("EmailStatus", Choice(("NotSet", "NeedToSend", "EmailSent"))),
        Field("BillEmail", Email()),
        Field("BillEmailCc", Email(limit=200)),
        Field("BillEmailBcc", Email(limit=200)),
        both("Balance", Amount(), read_only=True),
        Field("DeliveryInfo", Record(), read_only=True),
        Field("Deposit", Amount(), read_only=True),
    )
    tolerated = TRANSACTION | words("""FreeFormAddress AutoDocNumber RemitToRef SalesRepRef PONumber FOB HomeTotalAmt
        ShippingTaxIncludedInTotalTax TemplateRef ARAccountRef HomeBalance
        FinanceCharge PaymentMethodRef PaymentRefNum PaymentType CheckPayment
        CreditCardPayment DepositToAccountRef DiscountRate DiscountAmt
        GovtTxnRefIdentifier TaxExemptionRef AllowOnlinePayPalPayment
        EInvoiceStatus ECloudStatusTimeStamp CfdiUse Exportation GlobalInfo
        invoiceStatus callToAction invoiceStatusLog InvoiceEx LessCIS InvoiceLink
        PaymentDetailsMessage ConvenienceFeeDetail EnabledSurchargeInfo
        InvoiceLinkSecurityCode InvoiceLinkExpiryDate AutoPayEligible
        SchedulePayEligible ScheduledPaymentId GratuityEnabled FinancingProductType
        SubscriptionPaymentsSetting""")

    def label(self, body: Body) -> str:
        return str(body.get("DocNumber", ""))

    def columns(self, body: Body) -> dict[str, Any]:
        return {
            "doc_number": body.get("DocNumber"),
            "txn_date": body.get("TxnDate"),
            "party": number_of(body.get("CustomerRef")),
        }

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        if not new.get("CustomerRef"):
            raise faults.required("CustomerRef")
        if not new.get("Line"):
            raise faults.required("Line")
        if amount_of("Deposit", draft.sent.get("Deposit")):
            raise faults.not_supported("a deposit on an invoice", "Deposit")
        customer = work.fetch("Customer", number_of(new["CustomerRef"]) or 0) or {}
        check_currency(work, draft, customer)
        check_private_note(draft)
        new.setdefault("TxnDate", work.today)
        check_books_open(work, new["TxnDate"], (draft.old or {}).get("TxnDate"))
        self._compose(work, draft, customer)
        due_date(work, draft, customer)
        self._fill(work, draft, customer)
        document_number(work, draft, self.entity)
        self._check_payments(work, draft)
        self._check_links(new)
        draft.new["Id"] = str(draft.id)
        self.show_links(work, new)

    def show_links(self, work: Work, body: Body) -> None:
        links = applications.links_to(work, self.entity, int(body["Id"]))
        applied = from_cents(sum(link.cents for link in links))
        body["Balance"] = money(as_decimal(body["TotalAmt"]) - applied)
        others = [
            each for each in body["LinkedTxn"] if each.get("TxnType") != "Payment"
        ]
        paid = [{"TxnId": str(link.txn), "TxnType": link.kind} for link in links]
        body["LinkedTxn"] = [*paid, *others]

    def _check_links(self, new: Body) -> None:
        for link in new["LinkedTxn"]:
            if link.get("TxnType") != "Payment":
                told = f"{link.get('TxnType')} {link.get('TxnId')}"
                raise faults.business(
                    f"The entity {told} that you are trying to link does not exist. "
                    f"{told}"
                )

    def _compose(self, work: Work, draft: Draft, customer: Body) -> None:
        new = draft.new
        sheet = Sheet(work, customer, (draft.old or {}).get("Line", []))
        sheet.read(new["Line"])
        if not sheet.items:
            raise faults.required("Line")
        outcome = assess(work, draft, sheet, sheet.settle_discount())
        total = sheet.subtotal - outcome.discount + outcome.tax
        if total < 0:
            raise faults.business("Transaction amount must be 0 or greater.")
        new["TotalAmt"] = money(total)
        new["Line"] = sheet.served()

    def _fill(self, work: Work, draft: Draft, customer: Body) -> None:
        new = draft.new
        for name in ONLINE:
            new.setdefault(name, False)
        new["AllowIPNPayment"] = new["AllowOnlinePayment"] = False
        fill_custom_fields(work, new)
        for name, value in (
            ("LinkedTxn", []),
            ("ApplyTaxAfterDiscount", work.country != "US"),
            ("PrintStatus", "NeedToPrint"),
            ("EmailStatus", "NotSet"),
        ):
            new.setdefault(name, value)
        if draft.old is None:
            for name in ("BillAddr", "ShipAddr"):
                if name not in new and name in customer:
                    new[name] = customer[name]
        if any(
            new.get(name) != customer.get(name) for name in ("BillAddr", "ShipAddr")
        ):
            number_addresses(work, draft)
        if new["EmailStatus"] == "NeedToSend" and "BillEmail" not in new:
            raise faults.Fault(
                6420, "Email address is required", "BillEmail is required", "BillEmail"
            )

    def _check_payments(self, work: Work, draft: Draft) -> None:
        if draft.old is None or not applications.applied(work, "Invoice", draft.id):
            return
        before = draft.old["CustomerRef"]["value"]
        if draft.new["CustomerRef"]["value"] != before:
            raise faults.business(
                "You can't change the customer of a transaction that has payments."
            )
        most = to_cents(as_decimal(draft.new["TotalAmt"]))
        applications.trim(work, self.entity, draft.id, most)

    def entries(self, work: Work, body: Body) -> list[ledger.Entry]:
        return entries(work, body)

    def settle(self, work: Work, draft: Draft) -> None:
        work.post(self, draft, self.entries(work, draft.new))

    def annul(self, work: Work, draft: Draft) -> None:
        new = draft.new
        check_books_open(work, new["TxnDate"])
        applications.release(work, self.entity, draft.id)
        for line in new["Line"]:
            if "Amount" in line:
                line["Amount"] = 0
            detail = line.get("SalesItemLineDetail", {})
            for name in ("Qty", "TaxInclusiveAmt"):
                if name in detail:
                    detail[name] = 0
        new["TxnTaxDetail"] = {"TotalTax": 0}
        new["TotalAmt"] = new["Balance"] = 0
        new["LinkedTxn"] = []
        note_voided(new)

    def withdraw(self, work: Work, draft: Draft) -> None:
        check_books_open(work, (draft.old or {})["TxnDate"])
        if applications.applied(work, "Invoice", draft.id):
            raise faults.business(
                "This transaction is linked to others. Unlink them before deleting it."
            )
        work.post(self, draft, [])


def entries(work: Work, body: Body) -> list[ledger.Entry]:
    """What an invoice posts: receivable against income, discount and tax."""
    currency = work.currency_of(body)
    party = number_of(body["CustomerRef"])
    total = to_cents(as_decimal(body["TotalAmt"]))
    found = [ledger.Entry(work.receivable(currency), total, currency, party)]
    for line in body["Line"]:
        cents = to_cents(as_decimal(line.get("Amount")))
        if "SalesItemLineDetail" in line:
            detail = line["SalesItemLineDetail"]
            account = number_of(detail["ItemAccountRef"])
            found.append(
                ledger.Entry(
                    account or 0,
                    -cents,
                    currency,
                    item=number_of(detail["ItemRef"]),
                    quantity=Decimal(detail["Qty"]) if "Qty" in detail else None,
                    tracking_class=number_of(
                        detail.get("ClassRef") or body.get("ClassRef")
                    ),
                    department=number_of(body.get("DepartmentRef")),
                    memo=line.get("Description"),
                )
            )
        elif "DiscountLineDetail" in line:
            account = number_of(line["DiscountLineDetail"]["DiscountAccountRef"])
            found.append(ledger.Entry(account or 0, cents, currency))
    found += [
        ledger.Entry(account, -to_cents(amount), currency)
        for account, amount in tax_postings(work, body).items()
    ]
    return found
