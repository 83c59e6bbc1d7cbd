"""What has to hold in the books of a company whatever was asked of it."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.wire import decode

SIDES = (
    ("Accounts Receivable", 1, "Invoice", "Balance", "CreditMemo", "RemainingCredit"),
    ("Accounts Payable", -1, "Bill", "Balance", "VendorCredit", "Balance"),
)
SETTLED_BY = {"Invoice": "Payment", "Bill": "BillPayment"}
ALIASES = {
    "BillPaymentCheck": "BillPayment",
    "BillPaymentCreditCard": "BillPayment",
    "Expense": "Purchase",
    "Check": "Purchase",
    "CreditCardCredit": "Purchase",
}
LOOSELY = ("StatementCharge",)
"""What a form may say that it is linked to, though there is no such entity."""
Open = dict[str, Decimal]


def check_books(company: Company) -> None:
    """The ledger is in balance in every currency, and so is what is shown of it."""
    assert sum(company.trial_balance().values()) == 0
    with company.store.read() as db:
        off = db.execute(
            "SELECT kind, txn, currency, SUM(cents), SUM(home) FROM posting"
            " WHERE realm = ? AND stands = 1 GROUP BY kind, txn"
            " HAVING SUM(home) <> 0 OR (SUM(cents) <> 0 AND COUNT(DISTINCT currency) = 1)",
            (company.realm,),
        ).fetchall()
        kept = db.execute(
            "SELECT account, SUM(cents) FROM posting WHERE realm = ? AND stands = 1"
            " GROUP BY account HAVING SUM(cents) <> 0",
            (company.realm,),
        ).fetchall()
        told = db.execute(
            "SELECT account, SUM(cents) FROM account_balance WHERE realm = ? AND party = 0"
            " GROUP BY account HAVING SUM(cents) <> 0",
            (company.realm,),
        ).fetchall()
    assert [tuple(row) for row in off] == []
    assert sorted(map(tuple, kept)) == sorted(map(tuple, told))


def check_open_balances(company: Company) -> None:
    """What is owed by the ledger is what is open by the forms, in every currency."""
    with company.store.read() as db:
        for type_, sign, form, balance, credit, left in SIDES:
            owed = _owed(db, company.realm, type_, sign)
            open_: Open = defaultdict(Decimal)
            for kind, name, way in ((form, balance, 1), (credit, left, -1)):
                for body in _bodies(company, kind):
                    amount = Decimal(str(body[name]))
                    assert 0 <= amount <= Decimal(str(body["TotalAmt"])), body
                    open_[_currency(body)] += way * amount
            for body in _bodies(company, SETTLED_BY[form]):
                open_[_currency(body)] -= _unsettled(body, form, credit)
            _add_others(db, company.realm, type_, sign, open_)
            assert {c: a for c, a in owed.items() if a} == {
                c: a for c, a in open_.items() if a
            }, type_


def check_parties(company: Company) -> None:
    """Customers and vendors show what the ledger says that is owed."""
    for kind, (type_, sign, *_) in zip(("Customer", "Vendor"), SIDES, strict=True):
        with company.store.read() as db:
            owed = _owed(db, company.realm, type_, sign)
        shown: Open = defaultdict(Decimal)
        for body in _bodies(company, kind):
            shown[_currency(body)] += Decimal(str(body["Balance"]))
        assert {c: a for c, a in owed.items() if a} == {
            c: a for c, a in shown.items() if a
        }, kind


def check_links(company: Company) -> None:
    """Whatever is linked to is still there, and stock is what moved."""
    with company.store.read() as db:
        rows = db.execute(
            "SELECT kind, id, body FROM entity WHERE realm = ? AND deleted = 0",
            (company.realm,),
        ).fetchall()
        moved = db.execute(
            "SELECT item, quantity FROM stock_move WHERE realm = ?", (company.realm,)
        ).fetchall()
    known = {(str(row[0]), str(row[1])) for row in rows}
    stock: dict[str, Decimal] = defaultdict(Decimal)
    for item, quantity in moved:
        stock[str(item)] += Decimal(quantity)
    for kind, number, text in rows:
        body = decode(text)
        for link in (*body.get("LinkedTxn", ()), *_linked(body.get("Line", ()))):
            if "TxnId" in link and link.get("TxnType") not in LOOSELY:
                target = ALIASES.get(link["TxnType"], link["TxnType"])
                assert (target, link["TxnId"]) in known, (kind, number, link)
        if kind == "Item" and "QtyOnHand" in body:
            assert Decimal(str(body["QtyOnHand"])) == stock[str(number)], number


def check_names(company: Company) -> None:
    """What stands below another is named after it; no two active names are the same."""
    for kind in ("Customer", "Account", "Class", "Department", "Item"):
        rows = _bodies(company, kind)
        full = {row["Id"]: row["FullyQualifiedName"] for row in rows}
        taken = [each["FullyQualifiedName"] for each in rows if each["Active"]]
        assert len(taken) == len(set(taken)), (kind, sorted(taken))
        for row in rows:
            above = row.get("ParentRef", {}).get("value")
            name = row.get("DisplayName") or row.get("Name")
            if above is not None:
                assert row["FullyQualifiedName"] == f"{full[above]}:{name}", row


def _linked(lines: Any) -> Iterator[dict[str, Any]]:
    for line in lines:
        yield from line.get("LinkedTxn", ())


def _bodies(company: Company, kind: str) -> list[dict[str, Any]]:
    named = KINDS[kind].is_name_list
    active = " where Active in (true, false)" if named else ""
    found = company.query(f"select * from {kind}{active} maxresults 1000")  # noqa: S608
    return list(found.get(kind, []))


def _currency(body: dict[str, Any]) -> str:
    return str(body["CurrencyRef"]["value"])


def _unsettled(body: dict[str, Any], form: str, credit: str) -> Decimal:
    """What of a payment went to no form and took from no credit."""
    left = Decimal(str(body["TotalAmt"]))
    for line in body["Line"]:
        kind = line["LinkedTxn"][0]["TxnType"]
        way = {form: -1, credit: 1}.get(kind, 0)
        left += way * Decimal(str(line["Amount"]))
    return left


def _owed(db: sqlite3.Connection, realm: str, type_: str, sign: int) -> Open:
    return _posted(db, realm, type_, sign, "1")


def _add_others(
    db: sqlite3.Connection, realm: str, type_: str, sign: int, open_: Open
) -> None:
    """Journal entries, deposits and the like post there too."""
    forms = "'Invoice','CreditMemo','Payment','Bill','VendorCredit','BillPayment'"
    for currency, amount in _posted(
        db, realm, type_, sign, f"p.kind NOT IN ({forms})"
    ).items():
        open_[currency] += amount


def _posted(
    db: sqlite3.Connection, realm: str, type_: str, sign: int, which: str
) -> Open:
    rows = db.execute(
        "SELECT p.currency, SUM(p.cents) FROM posting p JOIN entity a"  # noqa: S608
        " ON a.realm = p.realm AND a.kind = 'Account' AND a.id = p.account"
        " WHERE p.realm = ? AND p.stands = 1 AND"
        f" json_extract(a.body, '$.AccountType') = ? AND {which} GROUP BY p.currency",
        (realm, type_),
    )
    return {str(row[0]): sign * Decimal(row[1]) / 100 for row in rows}
