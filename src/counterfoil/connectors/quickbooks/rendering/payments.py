"""Payments: over one invoice or several, with credits used up, or over nothing yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from django.utils.translation import gettext as _

from counterfoil.connectors.quickbooks.fields import Wire
from counterfoil.connectors.quickbooks.rendering.parts import (
    NOTE_MAX,
    Document,
    Setup,
    currency_of,
    day,
    decimal,
    marked,
    needed,
    positive,
    put_currency,
    put_reference,
    put_references,
)
from counterfoil.core.errors import Rejected
from counterfoil.core.money import rounded
from counterfoil.posting.ports import Expectation

LINKED: Mapping[str, str] = {"invoice": "Invoice", "credit_memo": "CreditMemo"}
PLACES = {
    "deposit_account_id": "DepositToAccountRef",
    "payment_method_id": "PaymentMethodRef",
}
ZERO = Decimal(0)


def payment(document: Document, marker: str, setup: Setup) -> tuple[Wire, Expectation]:
    """The lines are always said: what is left out QuickBooks may apply by itself."""
    customer = needed(
        document, "customer_id", _("Choose a customer."), field="customer"
    )
    amount = rounded(decimal(document, "amount") or ZERO, currency_of(document))
    applied = cast("Sequence[Document]", document.get("applied") or ())
    _check(amount, applied, currency_of(document))
    body: Wire = {
        "CustomerRef": {"value": customer},
        "TxnDate": day(document, "paid_on"),
        "TotalAmt": amount,
    }
    note = put_reference(body, document)
    body["PrivateNote"] = marked(marker, note, NOTE_MAX)
    put_references(body, document, PLACES)
    put_currency(body, document, setup)
    body["Line"] = [_line(each, currency_of(document)) for each in applied]
    currency = currency_of(document)
    return body, Expectation(customer_id=customer, total=amount, currency=currency)


def _check(amount: Decimal, applied: Sequence[Document], currency: str) -> None:
    """What QuickBooks would refuse in words that nobody understands."""
    sums = dict.fromkeys(LINKED, ZERO)
    for each in applied:
        kind = str(each.get("kind") or "")
        if kind not in LINKED:
            raise Rejected(
                _("A payment pays invoices and uses up credit memos only."),
                field="applied",
            )
        sums[kind] += positive(each, "amount", currency)
    owed, credit = sums["invoice"], sums["credit_memo"]
    if amount < 0 or (amount == 0 and not credit):
        raise Rejected(_("The amount must be greater than zero."), field="amount")
    if owed > amount + credit:
        raise Rejected(
            _("More is applied to invoices than was paid. Lower what is applied."),
            field="applied",
        )
    if credit > owed:
        raise Rejected(
            _("More credit is used than the invoices come to. Use less of it."),
            field="applied",
        )


def _line(each: Document, currency: str) -> Wire:
    sentence = _("Choose what the payment pays.")
    remote_id = needed(each, "id", sentence, field="applied")
    kind = LINKED[str(each["kind"])]
    return {
        "Amount": positive(each, "amount", currency),
        "LinkedTxn": [{"TxnId": remote_id, "TxnType": kind}],
    }
