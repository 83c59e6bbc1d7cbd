"""Charges to customers for what was bought on their behalf: made by billable lines."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.books import applications, currencies
from qbo_simulator.books.fields import (
    Amount,
    Day,
    Field,
    Flag,
    Lines,
    Number,
    Ref,
    Text,
    both,
)
from qbo_simulator.books.kind import Body, Transaction, number_of, words
from qbo_simulator.faults import Fault
from qbo_simulator.forms.expense_lines import ITEM, detail_of
from qbo_simulator.wire import as_decimal, money, round_cents, stamp

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

BILLING = ("Bill", "Purchase")
BILLABLE = ("Billable", "HasBeenBilled")


class ReimburseCharge(Transaction):
    """What a customer is to pay back; read only through the API."""

    entity = "ReimburseCharge"
    list_name = "ReimburseCharge"
    operations = frozenset()
    party_in = "CustomerRef"
    head = (
        Field("CustomerRef", Ref(target="Customer"), filterable=True, column="party"),
        Field("HasBeenInvoiced", Flag(), filterable=True),
        both("Amount", Amount()),
    )
    tail = (
        both("TxnDate", Day(), column="txn_date"),
        Field("CurrencyRef", Ref()),
        Field("ExchangeRate", Number()),
        Field("PrivateNote", Text(4000)),
        Field("LinkedTxn", Lines()),
        Field("Line", Lines()),
    )
    tolerated = words("HomeTotalAmt")

    def show_links(self, work: Work, body: Body) -> None:
        links = [
            {"TxnId": str(link.txn), "TxnType": link.kind}
            for link in applications.links_to(work, self.entity, int(body["Id"]))
        ]
        body["HasBeenInvoiced"] = bool(links)
        body["LinkedTxn"] = links
        for line in body["Line"]:
            line.pop("LinkedTxn", None)
        if links:
            body["Line"] = [_linked(line, links) for line in body["Line"]]
        _mark_source(work, body)


def _linked(line: Body, links: list[Body]) -> Body:
    first: Body = {name: line[name] for name in ("Id", "LineNum") if name in line}
    return {**first, "LinkedTxn": links, **line}


def follow(work: Work, kind: str, body: Body) -> None:
    """Have the charges of a bill or an expense be those its billable lines ask for."""
    if kind not in BILLING:
        return
    standing = _charges(work, kind, int(body["Id"]))
    for line in body.get("Line", []):
        detail = detail_of(line)
        if detail is None or "CustomerRef" not in detail:
            continue
        if detail.get("BillableStatus") not in BILLABLE:
            continue
        _charge(work, kind, body, line, standing.pop(line["Id"], None))
    for charge in standing.values():
        _withdraw(work, charge)


def _charges(work: Work, kind: str, txn: int) -> dict[str, int]:
    """The charges of a transaction, by the id of the line that made them."""
    rows = work.db.execute(
        "SELECT id, doc_number FROM entity WHERE realm = ? AND deleted = 0 "
        "AND kind = 'ReimburseCharge' AND doc_number GLOB ?",
        (work.realm, f"{kind}:{txn}:*"),
    )
    return {str(row[1]).rpartition(":")[2]: int(row[0]) for row in rows}


def _charge(
    work: Work, source: str, body: Body, line: Body, standing: int | None
) -> None:
    kind = work.kinds["ReimburseCharge"]
    before = work.fetch(kind.entity, standing) if standing else None
    wanted = _composed(work, body, line)
    if before is not None and _is_same(before, wanted):
        _mark_source(work, before)
        return
    number = standing or work.next_number(kind.sequence)
    at = stamp(work.now)
    head: Body = {
        "Id": str(number),
        "SyncToken": "0" if before is None else str(int(before["SyncToken"]) + 1),
        "MetaData": {
            "CreateTime": before["MetaData"]["CreateTime"] if before else at,
            "LastUpdatedTime": at,
        },
    }
    work.put(kind, kind.served({**wanted, **head, "HasBeenInvoiced": False}))
    work.db.execute(
        "UPDATE entity SET doc_number = ? WHERE realm = ? AND kind = ? AND id = ?",
        (f"{source}:{body['Id']}:{line['Id']}", work.realm, kind.entity, number),
    )
    served = work.fetch(kind.entity, number) or {}
    kind.show_links(work, served)
    work.reword(kind, kind.served(served))
    work.tell(kind.entity, head["Id"], "Update" if before else "Create")


def _is_same(before: Body, wanted: Body) -> bool:
    linked = ("Line", "LinkedTxn") if before["HasBeenInvoiced"] else ()
    return all(
        before.get(name) == each for name, each in wanted.items() if name not in linked
    )


def _composed(work: Work, body: Body, line: Body) -> Body:
    detail = detail_of(line) or {}
    base = as_decimal(line.get("Amount"))
    percent = Decimal(detail.get("MarkupInfo", {}).get("Percent", 0))
    markup = round_cents(base * percent / 100)
    shared: Body = {"ItemAccountRef": _account(work, line)}
    if "TaxCodeRef" in detail:
        shared["TaxCodeRef"] = detail["TaxCodeRef"]
    if percent:
        shared["MarkupInfo"] = {"Percent": detail["MarkupInfo"]["Percent"]}
    bought: Body = {
        name: detail[name] for name in ("ItemRef", "UnitPrice", "Qty") if name in detail
    }
    lines = [_line(1, line.get("Description"), base, {**bought, **shared})]
    if markup:
        lines.append(_line(2, f"{percent:f}% markup", markup, shared))
    currency = work.currency_of(body)
    found: Body = {
        "CustomerRef": detail["CustomerRef"],
        "Amount": money(base + markup),
        "TxnDate": body["TxnDate"],
        "CurrencyRef": {
            "value": currency,
            "name": currencies.currency_name(currency),
        },
        "LinkedTxn": [],
        "Line": lines,
    }
    if "ExchangeRate" in body:
        found["ExchangeRate"] = body["ExchangeRate"]
    return found


def _line(number: int, description: str | None, amount: Decimal, detail: Body) -> Body:
    told = {} if description is None else {"Description": description}
    return {
        "Id": str(number),
        "LineNum": number,
        **told,
        "Amount": money(amount),
        "DetailType": "ReimburseLineDetail",
        "ReimburseLineDetail": detail,
    }


def _account(work: Work, line: Body) -> Body:
    """Where the charge will be booked: the item's income, or where it was bought on."""
    detail = detail_of(line) or {}
    if ITEM not in line:
        return dict(detail["AccountRef"])
    item = work.fetch("Item", number_of(detail["ItemRef"]) or 0) or {}
    held = item.get("IncomeAccountRef") or item.get("ExpenseAccountRef") or {}
    return dict(held)


def _withdraw(work: Work, charge: int) -> None:
    """Take back a charge; 6400 if an invoice stands on it."""
    kind = work.kinds["ReimburseCharge"]
    links = applications.links_to(work, kind.entity, charge)
    if links:
        raise Fault(
            6400,
            "Deleting linkedPurchase results in invalid Invoice",
            "The purchase can't be deleted since it would invalidate a linked invoice. "
            f"Invoice {links[0].txn}",
        )
    body = work.fetch(kind.entity, charge) or {}
    gone = {**kind.farewell(body), "MetaData": {"LastUpdatedTime": stamp(work.now)}}
    work.put(kind, gone, deleted=True)
    work.tell(kind.entity, body["Id"], "Delete")


def _mark_source(work: Work, charge: Body) -> None:
    """Have the line that made a charge say whether it has been billed."""
    row = work.db.execute(
        "SELECT doc_number FROM entity "
        "WHERE realm = ? AND kind = 'ReimburseCharge' AND id = ?",
        (work.realm, int(charge["Id"])),
    ).fetchone()
    entity, number, line_id = str(row[0]).split(":")
    body = work.fetch(entity, int(number))
    if body is None:
        return
    status = "HasBeenBilled" if charge["HasBeenInvoiced"] else "Billable"
    for line in body["Line"]:
        detail = detail_of(line)
        if line.get("Id") == line_id and detail is not None:
            detail["BillableStatus"] = status
    work.reword(work.kinds[entity], body)
