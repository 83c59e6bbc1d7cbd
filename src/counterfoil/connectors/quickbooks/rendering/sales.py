"""The five forms of a sale: what they share, and what each has of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from django.utils.translation import gettext as _

from counterfoil.connectors.quickbooks.fields import Wire
from counterfoil.connectors.quickbooks.rendering import lines
from counterfoil.connectors.quickbooks.rendering.parts import (
    MEMO_MAX,
    NOTE_MAX,
    PER_DOCUMENT,
    Document,
    Setup,
    currency_of,
    day,
    decimal,
    email,
    lines_of,
    marked,
    needed,
    number,
    put,
    put_currency,
    put_in,
    put_reference,
    put_references,
    tax_calculation,
    text,
)
from counterfoil.posting.ports import Expectation

Rendered = tuple[Wire, Expectation]
Own = Callable[[Wire, Document], None]

MONEY = {
    "deposit_account_id": "DepositToAccountRef",
    "payment_method_id": "PaymentMethodRef",
}


def invoice(document: Document, marker: str, setup: Setup) -> Rendered:
    return _form(document, marker, setup, _owed)


def estimate(document: Document, marker: str, setup: Setup) -> Rendered:
    return _form(document, marker, setup, _offered)


def credit_memo(document: Document, marker: str, setup: Setup) -> Rendered:
    return _form(document, marker, setup, _unsent)


def sales_receipt(document: Document, marker: str, setup: Setup) -> Rendered:
    return _form(document, marker, setup, _paid, is_paid=True)


def refund_receipt(document: Document, marker: str, setup: Setup) -> Rendered:
    sentence = _("Choose the account that the money is refunded from.")
    needed(document, "deposit_account_id", sentence, field="deposit_account")
    return _form(document, marker, setup, _moved, is_paid=True)


def _form(
    document: Document, marker: str, setup: Setup, own: Own, *, is_paid: bool = False
) -> Rendered:
    customer = needed(
        document, "customer_id", _("Choose a customer."), field="customer"
    )
    body: Wire = {
        "CustomerRef": {"value": customer},
        "TxnDate": day(document, "issued_on"),
    }
    note = text(document, "note", NOTE_MAX)
    if is_paid:
        note = put_reference(body, document)
    own(body, document)
    body["PrivateNote"] = marked(marker, note, NOTE_MAX)
    put(body, "DocNumber", number(document))
    put_in(body, "BillEmail", "Address", email(document))
    put_in(body, "CustomerMemo", "value", text(document, "message", MEMO_MAX))
    put(body, "ShipDate", text(document, "ship_date", 10))
    _put_places(body, document, setup)
    put_currency(body, document, setup)
    body["Line"] = lines.rendered(document, setup)
    body.update(_tax(document, setup))
    is_theirs = document.get("tax_mode") == "us_automated"
    return body, Expectation(
        customer_id=customer,
        total=None if is_theirs else decimal(document, "expected_total"),
        currency=currency_of(document),
    )


def _put_places(body: Wire, document: Document, setup: Setup) -> None:
    """Class and location, where the company counts by them."""
    if setup.class_tracking == PER_DOCUMENT:
        put_in(body, "ClassRef", "value", text(document, "class_id", 40))
    if setup.tracks_departments:
        put_in(body, "DepartmentRef", "value", text(document, "department_id", 40))


def _unsent(body: Wire, document: Document) -> None:
    """Nothing is e-mailed unless it is asked for."""
    body["EmailStatus"] = "NotSet"


def _owed(body: Wire, document: Document) -> None:
    _unsent(body, document)
    put(body, "DueDate", text(document, "due_on", 10))
    put_references(body, document, {"terms_id": "SalesTermRef"})
    estimates = cast("Sequence[object]", document.get("estimate_ids") or ())
    links = [{"TxnId": str(each), "TxnType": "Estimate"} for each in estimates]
    if links:
        body["LinkedTxn"] = links


def _offered(body: Wire, document: Document) -> None:
    _unsent(body, document)
    put(body, "ExpirationDate", text(document, "expires_on", 10))


def _paid(body: Wire, document: Document) -> None:
    _unsent(body, document)
    _moved(body, document)


def _moved(body: Wire, document: Document) -> None:
    put_references(body, document, MONEY)


def _tax(document: Document, setup: Setup) -> Wire:
    mode = str(document.get("tax_mode") or "none")
    body: Wire = {}
    if any(line.get("kind") == "discount" for line in lines_of(document)):
        after = document.get("tax_after_discount")
        body["ApplyTaxAfterDiscount"] = (
            mode == "per_line" if after is None else bool(after)
        )
    if mode == "us_manual":
        code = text(document, "tax_code_id", 40)
        if code:
            body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": code}}
    body.update(tax_calculation(document, setup))
    return body


FORMS: Mapping[str, Callable[[Document, str, Setup], Rendered]] = {
    "invoice": invoice,
    "estimate": estimate,
    "sales_receipt": sales_receipt,
    "credit_memo": credit_memo,
    "refund_receipt": refund_receipt,
}
