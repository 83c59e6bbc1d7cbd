"""Reports on the cash basis balance to the cent, whatever is paid at once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from qbo_simulator import reports
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company

Body = dict[str, Any]


def allow_deposits(us: Company, now: datetime) -> None:
    with us.store.write():
        work = Work(us.store, KINDS, us.realm, now)
        held = work.fetch("Preferences", 1) or {}
        held["SalesFormsPrefs"]["AllowDeposit"] = True
        work.rewrite("Preferences", held)


def cash_totals(us: Company, now: datetime) -> list[Decimal]:
    asked = {"accounting_method": "Cash", "date_macro": "This Fiscal Year"}
    report = reports.run(us, "TrialBalance", asked, now=now)
    last = report["Rows"]["Row"][-1]["Summary"]["ColData"]
    return [Decimal(cell["value"]) for cell in last[1:]]


def test_an_invoice_with_a_deposit_balances_before_and_after_it_is_paid(
    us: Company, now: datetime
) -> None:
    allow_deposits(us, now)
    us.create("Customer", {"DisplayName": "Ada"}, now=now)
    lines = [
        {
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"TaxCodeRef": {"value": code}},
        }
        for amount, code in ((1.67, "NON"), (1.97, "TAX"), (0.18, "NON"))
    ]
    body = {"CustomerRef": {"value": "1"}, "Line": lines, "Deposit": 1}
    invoice = us.create("Invoice", body, now=now)
    assert cash_totals(us, now) == [1, 1]

    link = [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
    for amount in (1, Decimal("0.51"), invoice["Balance"] - Decimal("1.51")):
        line = {"Amount": amount, "LinkedTxn": link}
        paid = {"CustomerRef": {"value": "1"}, "TotalAmt": amount, "Line": [line]}
        us.create("Payment", paid, now=now)
        debit, credit = cash_totals(us, now)
        assert debit == credit
    assert cash_totals(us, now) == [invoice["TotalAmt"]] * 2
