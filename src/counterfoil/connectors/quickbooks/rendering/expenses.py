"""Expenses: what was paid, from which account, to whom, and what for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from counterfoil.connectors.quickbooks.fields import Wire
from counterfoil.connectors.quickbooks.rendering.lines import class_of, is_gross
from counterfoil.connectors.quickbooks.rendering.parts import (
    NOTE_MAX,
    TEXT_MAX,
    Document,
    Setup,
    currency_of,
    day,
    decimal,
    lines_of,
    marked,
    needed,
    number,
    positive,
    put,
    put_currency,
    put_in,
    put_reference,
    tax_calculation,
    text,
)
from counterfoil.core.errors import Rejected
from counterfoil.core.money import rounded
from counterfoil.posting.ports import Expectation

WAYS: Mapping[str, str] = {
    "cash": "Cash",
    "check": "Check",
    "credit_card": "CreditCard",
}
DETAIL = "AccountBasedExpenseLineDetail"


def expense(document: Document, marker: str, setup: Setup) -> tuple[Wire, Expectation]:
    """The answer is not asked for the vendor: what was paid to nobody is one too."""
    way = WAYS.get(str(document.get("payment_type") or "cash"))
    if way is None:
        raise Rejected(_("Choose how the expense was paid."), field="payment_type")
    sentence = _("Choose the account that the expense was paid from.")
    account = needed(document, "account_id", sentence, field="account")
    body: Wire = {
        "PaymentType": way,
        "AccountRef": {"value": account},
        "TxnDate": day(document, "spent_on"),
    }
    note = put_reference(body, document)
    body["PrivateNote"] = marked(marker, note, NOTE_MAX)
    vendor = text(document, "vendor_id", 40)
    if vendor:
        body["EntityRef"] = {"value": vendor, "type": "Vendor"}
    put(body, "DocNumber", number(document))
    if setup.tracks_departments:
        put_in(body, "DepartmentRef", "value", text(document, "department_id", 40))
    put_currency(body, document, setup)
    body["Line"] = _lines(document, setup)
    body.update(tax_calculation(document, setup))
    return body, Expectation(total=_total(document), currency=currency_of(document))


def _total(document: Document) -> Decimal | None:
    """As expected; what bears no tax comes to its lines."""
    expected = decimal(document, "expected_total")
    if expected is not None or document.get("tax_mode") == "per_line":
        return expected
    currency = currency_of(document)
    amounts = (positive(line, "amount", currency) for line in lines_of(document))
    return sum(amounts, start=Decimal(0))


def _lines(document: Document, setup: Setup) -> list[Wire]:
    lines = lines_of(document)
    if not lines:
        raise Rejected(_("Say what the money was spent on."), field="lines")
    return [_line(line, document, setup) for line in lines]


def _line(line: Document, document: Document, setup: Setup) -> Wire:
    currency = currency_of(document)
    amount = positive(line, "amount", currency)
    sentence = _("Choose the category of the expense.")
    category = needed(line, "account_id", sentence, field="lines.account")
    detail: Wire = {"AccountRef": {"value": category}}
    if is_gross(document):
        detail["TaxInclusiveAmt"] = amount
        net = decimal(line, "net_amount")
        amount = amount if net is None else rounded(net, currency)
    if document.get("tax_mode") == "per_line":
        sentence = _("Choose a tax code for each line.")
        code = needed(line, "tax_code_id", sentence, field="lines.tax_code")
        detail["TaxCodeRef"] = {"value": code}
    customer = text(line, "customer_id", 40)
    if customer:
        detail["CustomerRef"] = {"value": customer}
        detail["BillableStatus"] = "NotBillable"
    if setup.class_tracking:
        put_in(detail, "ClassRef", "value", class_of(line, document))
    body: Wire = {"DetailType": DETAIL, "Amount": amount, DETAIL: detail}
    put(body, "Description", text(line, "description", TEXT_MAX))
    return body
