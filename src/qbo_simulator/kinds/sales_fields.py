"""The fields of the five sales forms, declared once and in the order of an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from qbo_simulator.books.fields import (
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
)
from qbo_simulator.books.kind import words
from qbo_simulator.forms.documents import TRANSACTION


@dataclass(frozen=True, slots=True)
class CardPayment(Record):
    """What is known of a payment by credit card; the number is kept masked."""

    def clean(self, name: str, value: Any) -> Any:
        cleaned = Record.clean(self, name, value)
        info = cleaned.get("CreditChargeInfo") if isinstance(cleaned, dict) else None
        if not isinstance(info, dict) or not info.get("Number"):
            return cleaned
        number = str(info["Number"])
        masked = "x" * max(len(number) - 4, 0) + number[-4:]
        return {**cleaned, "CreditChargeInfo": {**info, "Number": masked}}


TAX_DETAIL = {"TxnTaxCodeRef": Ref(named=False), "TotalTax": Amount()}
ALL = (
    Field("CustomField", Lines()),
    Field("AutoDocNumber", Flag()),
    Field("DocNumber", Text(21), column="doc_number"),
    Field("TxnDate", Day(), column="txn_date"),
    Field("DepartmentRef", Ref()),
    Field("CurrencyRef", Ref(), keep=True),
    Field("ExchangeRate", Number(), keep=True),
    Field("PrivateNote", Text(4000)),
    Field("TxnStatus", Text(30)),
    Field("LinkedTxn", Lines(), keep=True),
    Field("Line", Lines()),
    Field("TxnTaxDetail", Record(parts=TAX_DETAIL)),
    Field("CustomerRef", Ref(target="Customer"), column="party"),
    Field("CustomerMemo", Ref()),
    Field("BillAddr", Address()),
    Field("ShipAddr", Address()),
    Field("ShipFromAddr", Address()),
    Field("ClassRef", Ref()),
    Field("ProjectRef", Ref()),
    Field("SalesTermRef", Ref(target="Term")),
    Field("DueDate", Day()),
    Field("ShipMethodRef", Ref()),
    Field("ShipDate", Day()),
    Field("TrackingNum", Text(31)),
    Field(
        "GlobalTaxCalculation",
        Choice(("TaxExcluded", "TaxInclusive", "NotApplicable")),
    ),
    Field("TotalAmt", Amount(), read_only=True),
    Field("HomeTotalAmt", Amount(), read_only=True),
    Field("ApplyTaxAfterDiscount", Flag()),
    Field("PrintStatus", Choice(("NotSet", "NeedToPrint", "PrintComplete"))),
    Field("EmailStatus", Choice(("NotSet", "NeedToSend", "EmailSent"))),
    Field("BillEmail", Email()),
    Field("BillEmailCc", Email(limit=200)),
    Field("BillEmailBcc", Email(limit=200)),
    Field("ARAccountRef", Ref(target="Account")),
    Field("Balance", Amount(), read_only=True),
    Field("HomeBalance", Amount(), read_only=True),
    Field("PaymentMethodRef", Ref(target="PaymentMethod")),
    Field("PaymentRefNum", Text(21)),
    Field("PaymentType", Choice(("Cash", "Check", "CreditCard", "Expense", "Other"))),
    Field("CheckPayment", Record()),
    Field("CreditCardPayment", CardPayment()),
    Field("DepositToAccountRef", Ref(target="Account")),
    Field("DeliveryInfo", Record(), read_only=True),
    Field("RecurDataRef", Ref(), read_only=True),
    Field("Deposit", Amount()),
    Field("RemainingCredit", Amount(), read_only=True),
    Field("ExpirationDate", Day()),
    Field("AcceptedBy", Text(100)),
    Field("AcceptedDate", Day()),
)
COMMON = words("""CustomField AutoDocNumber DocNumber TxnDate DepartmentRef CurrencyRef ExchangeRate
    PrivateNote Line TxnTaxDetail CustomerRef CustomerMemo BillAddr ShipAddr ShipFromAddr
    ClassRef ProjectRef ShipMethodRef ShipDate TrackingNum GlobalTaxCalculation TotalAmt
    HomeTotalAmt ApplyTaxAfterDiscount PrintStatus BillEmail BillEmailCc BillEmailBcc
    DeliveryInfo RecurDataRef""")
FILTERS = words("DocNumber TxnDate CustomerRef ProjectRef TotalAmt")
ORDERS = words("DocNumber TxnDate")
TOLERATED = (
    TRANSACTION
    | {each.name for each in ALL}
    | words("""FreeFormAddress RemitToRef SalesRepRef PONumber FOB
        ShippingTaxIncludedInTotalTax TemplateRef FinanceCharge DiscountRate DiscountAmt
        GovtTxnRefIdentifier TaxExemptionRef LessCIS""")
)


def form_fields(
    own: str, *changed: Field, filters: str = "", orders: str = ""
) -> tuple[Field, ...]:
    """The fields of a sales form: the common ones and its own, in the served order.

    `changed` are declared otherwise than for the other forms; `filters` and `orders`
    may stand in WHERE and ORDERBY beside what may so on all.
    """
    names, filtered = COMMON | words(own), FILTERS | words(filters)
    ordered = ORDERS | words(orders)
    other = {field.name: field for field in changed}
    return tuple(
        replace(
            other.get(field.name, field),
            filterable=field.name in filtered,
            sortable=field.name in ordered,
        )
        for field in ALL
        if field.name in names
    )
