"""The forms of banking: a deposit, a transfer, a journal entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from qbo_simulator.bookkeeper import heads
from qbo_simulator.bookkeeper.desk import Room, Visit, back_to
from qbo_simulator.bookkeeper.heads import Head
from qbo_simulator.bookkeeper.papers import BY_ENTITY
from qbo_simulator.bookkeeper.reading import (
    Body,
    UnreadableError,
    amount_in,
    at,
    problem_of,
)
from qbo_simulator.bookkeeper.showing import Row, row_of
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.faults import Fault
from qbo_simulator.forms import undeposited
from qbo_simulator.wire import from_cents

if TYPE_CHECKING:
    from qbo_simulator.bookkeeper.papers import Paper

DEPOSIT_TO = ("Bank", "Other Current Asset")
PLAIN_ROWS = 3
JOURNAL_ROWS = 6
DEPOSIT = (heads.DATE, heads.DEPOSIT_TO, heads.NOTE, heads.RATE, heads.PLACE)
TRANSFER = (
    heads.DATE,
    Head("from_account", "FromAccountRef", "The account it comes from", "ref"),
    Head("to_account", "ToAccountRef", "The account it goes to", "ref"),
    Head("amount", "Amount", "The amount", "number"),
    heads.NOTE,
)
JOURNAL = (heads.NUMBER, heads.DATE, heads.NOTE, heads.RATE)
CURRENCY = Head("currency", "CurrencyRef", "The currency", "ref")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One transaction that waits to be deposited."""

    row: Row
    amount: Decimal
    key: str


def waiting(room: Room) -> list[Waiting]:
    """List what lies in Undeposited Funds, the oldest first."""
    with room.company.store.read():
        work = Work(
            room.company.store, KINDS, room.realm, room.now, room.company.switches
        )
        found = []
        for held in undeposited.waiting(work):
            paper, body = BY_ENTITY.get(held.kind), work.fetch(held.kind, held.txn)
            if paper and body:
                amount = from_cents(held.cents)
                key = f"{held.kind}:{held.txn}"
                found.append(Waiting(row_of(paper, body, room), amount, key))
    return sorted(found, key=lambda each: str(each.row.body.get("TxnDate", "")))


@dataclass(frozen=True, slots=True)
class PlainRow:
    """One row of accounts and amounts, as typed."""

    id: str = ""
    account: str = ""
    text: str = ""
    debit: str = ""
    credit: str = ""
    name: str = ""
    tracked: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into it."""
        return not any(
            part.strip() for part in (self.account, self.text, self.debit, self.credit)
        )


def plain_rows(visit: Visit) -> list[PlainRow]:
    """Read the rows that were typed, blank ones left out."""
    names = ("id", "account", "text", "debit", "credit", "name", "tracked")
    columns = {name: visit.form.get(f"row_{name}", []) for name in names}
    count = max(map(len, columns.values()))
    rows = [
        PlainRow(
            **{
                name: values[index] if index < len(values) else ""
                for name, values in columns.items()
            }
        )
        for index in range(count)
    ]
    return [row for row in rows if not row.is_blank]


def account_named(room: Room, name: str, number: int, held: Body | None = None) -> str:
    """Find the id of the account of a row; raises UnreadableError."""
    if held and name.strip() == str(held.get("name", "")).strip():
        return str(held["value"])
    found = room.named("Account", name)
    if found is None:
        raise UnreadableError(
            f"Line {number}: there is no active account named {name or '(blank)'}."
        )
    return found


class DepositPages:
    """The form that brings money to the bank."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    def new(self, visit: Visit, error: Exception | None = None) -> Response:
        """Show what waits and the bank accounts to bring it to."""
        room = visit.room
        return visit.show(
            "deposit_new.html",
            self.paper.slug,
            problem=problem_of(error) if error else None,
            paper=self.paper,
            waiting=waiting(room),
            chosen=set(visit.form.get("take", [])),
            rows=[*plain_rows(visit), *[PlainRow()] * PLAIN_ROWS]
            if visit.form
            else [PlainRow()] * PLAIN_ROWS,
            banks=heads.accounts(room, *DEPOSIT_TO),
            accounts=room.names("Account"),
            typed=visit.all_typed or {"txn_date": room.today.isoformat()},
            **heads.choices(room),
        )

    def create(self, visit: Visit) -> Response:
        """Make the deposit."""
        room = visit.room
        if visit.typed("decision") == "more":
            return self.new(visit)
        try:
            body = _slip(visit)
            kept = room.company.create("Deposit", heads.rated(room, body), now=room.now)
        except (Fault, UnreadableError) as error:
            return self.new(visit, error)
        return back_to(room.path(self.paper.slug, kept["Id"]), "created")


def _slip(visit: Visit) -> Body:
    room = visit.room
    amounts = {each.key: each.amount for each in waiting(room)}
    lines = [_taken(key, amounts) for key in visit.form.get("take", [])]
    for number, row in enumerate(plain_rows(visit), 1):
        lines.append(_direct(room, row, number))
    if not lines:
        raise UnreadableError("Choose what is deposited, or write a line.")
    return {"Line": lines, **heads.read(DEPOSIT, visit, clearing=False)}


def _taken(key: str, amounts: dict[str, Decimal]) -> Body:
    if key not in amounts:
        raise UnreadableError(
            "Something that was chosen has been deposited in the meantime."
        )
    kind, _, number = key.partition(":")
    link = {"TxnId": number, "TxnType": kind, "TxnLineId": "0"}
    return {"Amount": amounts[key], "LinkedTxn": [link]}


def _direct(room: Room, row: PlainRow, number: int) -> Body:
    amount = amount_in(row.credit, label=f"The amount of line {number}")
    if amount is None:
        raise UnreadableError(f"Line {number} has no amount.")
    detail: Body = {"AccountRef": {"value": account_named(room, row.account, number)}}
    line: Body = {"Amount": amount, "DetailType": "DepositLineDetail"}
    if row.text.strip():
        line["Description"] = row.text.strip()
    return {**line, "DepositLineDetail": detail}


class TransferPages:
    """The form that moves money between accounts."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    def new(self, visit: Visit) -> Response:
        """Show the form for a new transfer."""
        return self._form(visit, None, {"txn_date": visit.room.today.isoformat()})

    def edit(self, visit: Visit) -> Response:
        """Show the form of a transfer."""
        body = visit.room.read("Transfer", visit.number)
        typed = {**heads.shown(TRANSFER, body), "sync_token": body["SyncToken"]}
        return self._form(visit, body, typed)

    def create(self, visit: Visit) -> Response:
        """Make the transfer."""
        return self._keep(visit, None)

    def save(self, visit: Visit) -> Response:
        """Save the transfer."""
        return self._keep(visit, visit.room.read("Transfer", visit.number))

    def _form(
        self,
        visit: Visit,
        form: Body | None,
        typed: dict[str, str],
        error: Exception | None = None,
    ) -> Response:
        return visit.show(
            "transfer_edit.html",
            self.paper.slug,
            problem=problem_of(error) if error else None,
            paper=self.paper,
            form=form,
            typed=typed,
            accounts=heads.accounts(visit.room),
        )

    def _keep(self, visit: Visit, form: Body | None) -> Response:
        try:
            body = heads.read(TRANSFER, visit, clearing=form is not None)
            return keep(visit, self.paper, body, form)
        except (Fault, UnreadableError) as error:
            return self._form(visit, form, visit.all_typed, error)


class JournalPages:
    """The form of debits and credits."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    def new(self, visit: Visit) -> Response:
        """Show the form for a new journal entry."""
        return self._form(visit, None, [], {"txn_date": visit.room.today.isoformat()})

    def edit(self, visit: Visit) -> Response:
        """Show the form of a journal entry."""
        body = visit.room.read("JournalEntry", visit.number)
        typed = {
            **heads.shown((*JOURNAL, CURRENCY), body),
            "sync_token": body["SyncToken"],
        }
        return self._form(visit, body, journal_rows(body), typed)

    def create(self, visit: Visit) -> Response:
        """Make the journal entry."""
        return self._keep(visit, None)

    def save(self, visit: Visit) -> Response:
        """Save the journal entry."""
        return self._keep(visit, visit.room.read("JournalEntry", visit.number))

    def _form(
        self,
        visit: Visit,
        form: Body | None,
        rows: Sequence[PlainRow],
        typed: dict[str, str],
        error: Exception | None = None,
    ) -> Response:
        room = visit.room
        spare = max(2, JOURNAL_ROWS - len(rows))
        return visit.show(
            "journal_edit.html",
            self.paper.slug,
            problem=problem_of(error) if error else None,
            paper=self.paper,
            form=form,
            rows=[*rows, *[PlainRow()] * spare],
            typed=typed,
            accounts=room.names("Account"),
            names=[*room.names("Customer"), *room.names("Vendor")],
            currencies=room.rows("CompanyCurrency") if room.has_currencies else [],
            **heads.choices(room),
        )

    def _keep(self, visit: Visit, form: Body | None) -> Response:
        rows = plain_rows(visit)
        if visit.typed("decision") == "more":
            return self._form(visit, form, rows, visit.all_typed)
        fields = JOURNAL if form else (*JOURNAL, CURRENCY)
        try:
            body = {
                **heads.read(fields, visit, clearing=form is not None),
                "Line": journal_lines(visit.room, rows, form or {}),
            }
            return keep(visit, self.paper, body, form)
        except (Fault, UnreadableError) as error:
            return self._form(visit, form, rows, visit.all_typed, error)


def keep(visit: Visit, paper: Paper, body: Body, form: Body | None) -> Response:
    """Create or save a transaction; raises Fault."""
    room = visit.room
    if form is None:
        kept = room.company.create(paper.entity, heads.rated(room, body), now=room.now)
        return back_to(room.path(paper.slug, kept["Id"]), "created")
    head = {"Id": form["Id"], "SyncToken": visit.typed("sync_token"), "sparse": True}
    room.company.update(paper.entity, {**body, **head}, now=room.now)
    return back_to(room.path(paper.slug, visit.number), "saved")


def journal_rows(body: Body) -> list[PlainRow]:
    """Lay the lines of a journal entry out as rows of its form."""
    rows = []
    for line in body.get("Line", []):
        detail = line.get("JournalEntryLineDetail", {})
        amount = str(line.get("Amount", ""))
        is_debit = detail.get("PostingType") == "Debit"
        rows.append(
            PlainRow(
                id=str(line.get("Id", "")),
                account=str(detail.get("AccountRef", {}).get("name", "")),
                text=str(line.get("Description", "")),
                debit=amount if is_debit else "",
                credit="" if is_debit else amount,
                name=str(at(detail, "Entity.EntityRef.name") or ""),
                tracked=str(at(detail, "ClassRef.value") or ""),
            )
        )
    return rows


def journal_lines(room: Room, rows: Sequence[PlainRow], form: Body) -> list[Body]:
    """Write the rows of a journal entry as lines of the API; raises UnreadableError."""
    old = {str(line.get("Id")): line for line in form.get("Line", [])}
    lines = []
    for number, row in enumerate(rows, 1):
        before = old.get(row.id, {}) if row.id else {}
        debit = amount_in(row.debit, label=f"The debit of line {number}")
        credit = amount_in(row.credit, label=f"The credit of line {number}")
        if (debit is None) == (credit is None):
            raise UnreadableError(
                f"Line {number} needs a debit or a credit, one of them."
            )
        kept = dict(before.get("JournalEntryLineDetail", {}))
        account = account_named(room, row.account, number, kept.get("AccountRef"))
        detail = {
            **kept,
            "PostingType": "Credit" if debit is None else "Debit",
            "AccountRef": {"value": account},
            **_named(room, row, kept, number),
        }
        if row.tracked:
            detail["ClassRef"] = {"value": row.tracked}
        line: dict[str, Any] = {
            "Amount": credit if debit is None else debit,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": detail,
        }
        if row.id:
            line["Id"] = row.id
        if row.text.strip():
            line["Description"] = row.text.strip()
        lines.append(line)
    return lines


def _named(room: Room, row: PlainRow, kept: Body, number: int) -> Body:
    """Write whose balance a line moves; raises UnreadableError."""
    name = row.name.strip()
    if not name or name == at(kept, "Entity.EntityRef.name"):
        return {}
    for type_ in ("Customer", "Vendor", "Employee"):
        found = room.named(type_, name)
        if found:
            return {"Entity": {"Type": type_, "EntityRef": {"value": found}}}
    raise UnreadableError(f"Line {number}: there is no active name {name}.")
