"""What a customer, vendor or account brings along: its opening balance.

QuickBooks keeps it as a transaction like any other against Opening Balance Equity: an
invoice to the customer, a bill from the vendor, a journal entry for the account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import entering
from qbo_simulator.books.fields import Day, amount_of
from qbo_simulator.faults import Fault
from qbo_simulator.wire import money

if TYPE_CHECKING:
    from decimal import Decimal

    from qbo_simulator.books.kind import Body, Draft
    from qbo_simulator.books.work import Work

DESCRIPTION = "Opening Balance"
BALANCED = (
    "Bank",
    "Other Current Asset",
    "Fixed Asset",
    "Other Asset",
    "Equity",
    "Credit Card",
    "Long Term Liability",
    "Other Current Liability",
)


def check(draft: Draft) -> None:
    """Refuse an opening balance that can be none; on an update it is left unread."""
    draft.new.pop("OpenBalanceDate", None)
    if draft.old is None and _amount(draft) < 0:
        raise Fault(2290, "Negative Amount", "Negative Amount : Balance", "Balance")
    if draft.old is None and draft.sent.get("OpenBalanceDate"):
        Day().clean("OpenBalanceDate", draft.sent["OpenBalanceDate"])


def invoice(work: Work, draft: Draft) -> None:
    """The invoice that a new customer's opening balance is."""
    amount = _amount(draft)
    if not amount:
        return
    line: Body = {
        "Amount": money(amount),
        "Description": DESCRIPTION,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {},
    }
    if work.country == "US":
        line["SalesItemLineDetail"] = {"TaxCodeRef": {"value": "NON"}}
    body: Body = {
        "CustomerRef": {"value": draft.new["Id"]},
        "CurrencyRef": {"value": work.currency_of(draft.new)},
        "Line": [line],
        **_dated(work, draft),
    }
    if work.country != "US":
        body["GlobalTaxCalculation"] = "NotApplicable"
    served = entering.enter(work, "Invoice", body)
    entered = served["Line"][0]["SalesItemLineDetail"]
    entered["ItemAccountRef"] = _equity(work)
    work.reword(work.kinds["Invoice"], served)
    work.repost("Invoice", served)


def bill(work: Work, draft: Draft) -> None:
    """The bill that a new vendor's opening balance is."""
    amount = _amount(draft)
    if not amount:
        return
    detail = {"AccountRef": _equity(work)}
    line = {
        "Amount": money(amount),
        "Description": DESCRIPTION,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
    }
    body: Body = {
        "VendorRef": {"value": draft.new["Id"]},
        "CurrencyRef": {"value": work.currency_of(draft.new)},
        "Line": [line],
        **_dated(work, draft),
    }
    if work.country != "US":
        body["GlobalTaxCalculation"] = "NotApplicable"
    entering.enter(work, "Bill", body)


def journal_entry(work: Work, draft: Draft, amount: Decimal, on: str) -> None:
    """The journal entry that a new account's opening balance is."""
    if draft.new["AccountType"] not in BALANCED:
        raise faults.business("This account type doesn't support opening balances.")
    is_asset = draft.new["Classification"] == "Asset"
    pair = {"account": {"value": draft.new["Id"]}, "equity": _equity(work)}
    debit, credit = ("account", "equity") if is_asset else ("equity", "account")
    sides = {"Debit": pair[debit], "Credit": pair[credit]}
    lines = [
        {
            "Amount": money(abs(amount)),
            "Description": DESCRIPTION,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {
                "PostingType": side if amount > 0 else OTHER[side],
                "AccountRef": account,
            },
        }
        for side, account in sides.items()
    ]
    body = {
        "TxnDate": on,
        "CurrencyRef": {"value": work.currency_of(draft.new)},
        "Line": lines,
    }
    entering.enter(work, "JournalEntry", body)


OTHER = {"Debit": "Credit", "Credit": "Debit"}


def _amount(draft: Draft) -> Decimal:
    return amount_of("Balance", draft.sent.get("Balance"))


def _equity(work: Work) -> Body:
    account = work.account("OpeningBalanceEquity")
    held = work.fetch("Account", account) or {}
    return {"value": str(account), "name": held.get("Name", "")}


def _dated(work: Work, draft: Draft) -> Body:
    on = draft.sent.get("OpenBalanceDate")
    day = Day().clean("OpenBalanceDate", on) if on else work.today
    return {"TxnDate": day, "DueDate": day}
