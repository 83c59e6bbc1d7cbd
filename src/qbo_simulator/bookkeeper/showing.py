"""Reads a transaction for its page: stage, lines, sums, and what it hangs together with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qbo_simulator.bookkeeper.papers import BY_ENTITY, Paper
from qbo_simulator.bookkeeper.reading import (
    Body,
    Stage,
    as_number,
    is_voided,
    stage_of,
)
from qbo_simulator.books import applications
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.wire import decode, encode, from_cents

if TYPE_CHECKING:
    from qbo_simulator.bookkeeper.desk import Room

MOST_FOUND = 500
MOST_DEALINGS = 50
NAMES = "'Customer', 'Vendor', 'Employee'"


@dataclass(frozen=True, slots=True)
class Row:
    """One transaction in a list."""

    paper: Paper
    body: Body
    number: str
    party: str
    stage: Stage | None
    amount: Decimal | None
    currency: str


def row_of(paper: Paper, body: Body, room: Room) -> Row:
    """Lay a transaction out as a row of a list."""
    party = body.get(paper.party, {}) if paper.party else {}
    return Row(
        paper,
        body,
        title_of(paper, body),
        str(party.get("name", "")),
        stage_for(paper, body, room.today),
        amount_of(paper, body),
        str(body.get("CurrencyRef", {}).get("value") or room.currency),
    )


def title_of(paper: Paper, body: Body) -> str:
    """What a transaction is called: its number, or else its kind and id."""
    number = body.get("DocNumber") or body.get("PaymentRefNum")
    if number:
        return str(number)
    return "No number" if paper.editor == "sales" else f"{paper.label} {body['Id']}"


def amount_of(paper: Paper, body: Body) -> Decimal | None:
    """The amount in the last column; a journal entry has that of its debits."""
    if paper.entity == "JournalEntry":
        return sum(
            (
                as_number(line.get("Amount"))
                for line in body.get("Line", [])
                if line.get("JournalEntryLineDetail", {}).get("PostingType") == "Debit"
            ),
            Decimal(0),
        )
    return as_number(body.get(paper.total)) if paper.total else None


def stage_for(paper: Paper, body: Body, today: date) -> Stage | None:
    """Say how far a transaction of any kind is; None if there is nothing to say."""
    if is_voided({"TotalAmt": body.get("Amount"), **body}):
        return Stage("Voided", "voided")
    if paper.entity == "Invoice":
        return stage_of(body, today)
    if paper.has_balance:
        return _balance_stage(paper, body, today)
    return _other_stage(body)


def _other_stage(body: Body) -> Stage | None:
    links = body.get("LinkedTxn", [])
    if any(link.get("TxnType") == "Deposit" for link in links):
        return Stage("Deposited", "good")
    status = str(body.get("TxnStatus") or body.get("POStatus") or "")
    if status:
        return Stage(status, {"Open": "info", "Accepted": "good"}.get(status, ""))
    if as_number(body.get("UnappliedAmt")):
        return Stage("Not all applied", "warn")
    return None


def _balance_stage(paper: Paper, body: Body, today: date) -> Stage:
    left, total = as_number(body.get("Balance")), as_number(body.get("TotalAmt"))
    if not left:
        return Stage("Paid" if paper.due else "Used up", "good")
    if paper.due and str(body.get(paper.due, "9999")) < today.isoformat():
        return Stage("Overdue", "bad")
    if left < total:
        return Stage("Partially paid" if paper.due else "Partially used", "warn")
    return Stage("Open", "info")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is shown; `side` is Debit or Credit in a journal."""

    title: str = ""
    text: str = ""
    tracked: str = ""
    quantity: Any = ""
    rate: Any = ""
    tax: str = ""
    amount: Decimal | None = None
    side: str = ""
    link: tuple[str, str] | None = None
    within: bool = False


TITLES = ("ItemRef", "GroupItemRef", "AccountRef", "ItemAccountRef")
SUMS = ("SubTotalLineDetail", "DiscountLineDetail")


def lines_of(body: Body, taxes: Mapping[str, str]) -> list[Line]:
    """Lay the lines of a transaction out, those of bundles beneath their bundle."""
    found = []
    for line in body.get("Line", []):
        if line.get("DetailType") in SUMS:
            continue
        found.append(_line(line, taxes))
        inner = line.get("GroupLineDetail", {}).get("Line", [])
        found += [_line(each, taxes, within=True) for each in inner]
    return found


def _line(line: Body, taxes: Mapping[str, str], *, within: bool = False) -> Line:
    detail = line.get(str(line.get("DetailType"))) or {}
    refs = [detail[name] for name in TITLES if isinstance(detail.get(name), dict)]
    links = line.get("LinkedTxn") or []
    code = str((detail.get("TaxCodeRef") or {}).get("value", ""))
    names = (detail.get("ClassRef"), detail.get("CustomerRef"), detail.get("Entity"))
    return Line(
        title=str(refs[0].get("name") or refs[0].get("value", "")) if refs else "",
        text=str(line.get("Description", "")),
        tracked=", ".join(_name(ref) for ref in names if ref),
        quantity=detail.get("Qty", detail.get("Quantity", detail.get("QtyDiff", ""))),
        rate=detail.get("UnitPrice", ""),
        tax={"TAX": "Taxable", "NON": "Not taxable"}.get(code) or taxes.get(code, code),
        amount=as_number(line["Amount"]) if "Amount" in line else None,
        side=str(detail.get("PostingType", "")),
        link=(links[0]["TxnType"], str(links[0]["TxnId"])) if links else None,
        within=within,
    )


def _name(ref: Body) -> str:
    inner = ref.get("EntityRef", ref)
    return str(inner.get("name") or inner.get("value", ""))


LEFT = (
    ("Deposit", "Deposit"),
    ("UnappliedAmt", "Not applied"),
)


def sums_of(body: Body) -> list[tuple[str, Any, bool]]:
    """List what stands beneath the lines: subtotal, discount, tax, total, balance."""
    found = _sums_before_tax(body)
    tax = body.get("TxnTaxDetail", {}).get("TotalTax")
    if tax:
        found.append(("Tax", tax, False))
    has_balance = body.get("Balance") is not None and "TotalAmt" in body
    for name in ("TotalAmt", "Amount"):
        if name in body:
            found.append(("Total", body[name], not has_balance))
    found += [
        (label, body[name], False) for name, label in LEFT if as_number(body.get(name))
    ]
    if has_balance:
        label = "Left of it" if "RemainingCredit" in body else "Balance due"
        found.append((label, body["Balance"], True))
    return found


def _sums_before_tax(body: Body) -> list[tuple[str, Any, bool]]:
    found: list[tuple[str, Any, bool]] = []
    for line in body.get("Line", []):
        if line.get("DetailType") == "SubTotalLineDetail":
            found.append(("Subtotal", line.get("Amount"), False))
        elif line.get("DetailType") == "DiscountLineDetail":
            found.append(("Discount", -as_number(line.get("Amount")), False))
    return found


@dataclass(frozen=True, slots=True)
class Tie:
    """Another transaction this one is linked with, and the amount of the link."""

    paper: Paper
    body: Body
    title: str
    amount: Decimal


def ties_of(room: Room, entity: str, number: str) -> list[Tie]:
    """List the links of a transaction, those it makes and those made to it."""
    company = room.company
    with company.store.read():
        work = Work(company.store, KINDS, room.realm, room.now, company.switches)
        links = [
            *applications.links_of(work, entity, int(number)),
            *applications.links_to(work, entity, int(number)),
        ]
        found = []
        for link in links:
            paper, body = BY_ENTITY.get(link.kind), work.fetch(link.kind, link.txn)
            if paper is None or body is None:
                continue
            cents = from_cents(link.cents)
            found.append(Tie(paper, body, title_of(paper, body), cents))
    return found


FACTS = (
    ("SalesTermRef", "Terms", "Term"),
    ("DepositToAccountRef", "Goes to", "Account"),
    ("AccountRef", "Paid from", "Account"),
    ("FromAccountRef", "From", "Account"),
    ("ToAccountRef", "To", "Account"),
    ("PaymentMethodRef", "Method", "PaymentMethod"),
    ("ClassRef", "Class", "Class"),
    ("DepartmentRef", "Department", "Department"),
    ("EmployeeRef", "Employee", "Employee"),
    ("ItemRef", "Service", "Item"),
)
"""The references at the head of a transaction that its page tells, by name."""


def facts_of(room: Room, body: Body) -> list[tuple[str, str]]:
    """List what the head of a transaction refers to, labels and names."""
    found = []
    for name, label, entity in FACTS:
        ref = body.get(name)
        if not isinstance(ref, dict) or "value" not in ref:
            continue
        held = ref.get("name") or room.read(entity, ref["value"]).get("Name")
        found.append((label, str(held or ref["value"])))
    return found


def dealings_of(room: Room, party: str, number: str) -> list[Row]:
    """List the newest transactions with a name; none where the list has no dealings."""
    if not party:
        return []
    kinds = ", ".join(f"'{entity}'" for entity in BY_ENTITY)
    with room.company.store.read() as db:
        rows = db.execute(
            "SELECT kind, CAST(body AS BLOB) FROM entity WHERE realm = ? AND "  # noqa: S608
            f"kind IN ({kinds}) AND party = ? AND deleted = 0 "
            "ORDER BY txn_date DESC, id DESC LIMIT ?",
            (room.realm, int(number), MOST_DEALINGS),
        ).fetchall()
    return [row_of(BY_ENTITY[row[0]], decode(row[1]), room) for row in rows]


def open_ones(room: Room, entity: str, parties: Sequence[str]) -> list[Body]:
    """List the transactions of a kind that have a balance left, the oldest first."""
    marks = ", ".join("?" * len(parties))
    with room.company.store.read() as db:
        rows = db.execute(
            "SELECT CAST(body AS BLOB) FROM entity WHERE realm = ? AND kind = ? "  # noqa: S608
            f"AND deleted = 0 AND balance > 0 AND party IN ({marks}) "
            "ORDER BY txn_date, id LIMIT ?",
            (room.realm, entity, *map(int, parties), MOST_FOUND),
        ).fetchall()
    return [decode(row[0]) for row in rows]


def found_ids(room: Room, entity: str, search: str, status: str = "") -> list[str]:
    """Find the newest transactions of a kind by number or name, and by status."""
    with room.company.store.read() as db:
        rows = db.execute(
            "SELECT id FROM entity WHERE realm = :realm AND kind = :kind AND "  # noqa: S608
            "deleted = 0 AND (:search = '' OR doc_number LIKE :like OR "
            "json_extract(body, '$.PaymentRefNum') LIKE :like OR party IN "
            "(SELECT id FROM entity WHERE realm = :realm AND "
            f"kind IN ({NAMES}) AND full_name LIKE :like)) AND "
            "(:status = '' OR json_extract(body, '$.TxnStatus') = :status) "
            "ORDER BY txn_date DESC, id DESC LIMIT :most",
            {
                "realm": room.realm,
                "kind": entity,
                "search": search,
                "like": f"%{search}%",
                "status": status,
                "most": MOST_FOUND,
            },
        ).fetchall()
    return [str(row[0]) for row in rows]


def paper_of(room: Room, number: int) -> Paper | None:
    """Say which kind of transaction an id is of; ids are one sequence for all of them."""
    kinds = ", ".join(f"'{entity}'" for entity in BY_ENTITY)
    with room.company.store.read() as db:
        row = db.execute(
            f"SELECT kind FROM entity WHERE realm = ? AND kind IN ({kinds}) "  # noqa: S608
            "AND id = ? AND deleted = 0",
            (room.realm, number),
        ).fetchone()
    return BY_ENTITY[row[0]] if row else None


def as_json(entity: Body) -> str:
    """Lay an entity out as it is served."""
    plain = json.loads(encode(entity))
    return json.dumps(plain, indent=2, ensure_ascii=False)
