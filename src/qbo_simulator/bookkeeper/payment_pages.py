"""The forms that settle what is owed: a customer's payment, a payment to a vendor.

Both spread one amount over several open transactions and use up credits on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from qbo_simulator.bookkeeper import heads
from qbo_simulator.bookkeeper.banking_pages import keep
from qbo_simulator.bookkeeper.desk import Room, Visit
from qbo_simulator.bookkeeper.heads import Head
from qbo_simulator.bookkeeper.papers import BY_ENTITY, Paper
from qbo_simulator.bookkeeper.reading import (
    Body,
    UnreadableError,
    amount_in,
    as_number,
    at,
    problem_of,
)
from qbo_simulator.bookkeeper.showing import Row, open_ones, row_of
from qbo_simulator.faults import Fault

DATE = Head("date", "TxnDate", "The date", "date")


@dataclass(frozen=True, slots=True)
class Way:
    """How one kind of payment settles: who pays, what is owed, what is a credit."""

    party: str
    owed: str
    credit: str
    accounts: tuple[str, ...]
    heads: tuple[Head, ...]


WAYS: Mapping[str, Way] = {
    "Payment": Way(
        "Customer",
        "Invoice",
        "CreditMemo",
        ("Bank", "Other Current Asset"),
        (
            DATE,
            heads.METHOD,
            heads.REFERENCE,
            heads.DEPOSIT_TO,
            heads.RATE,
            heads.NOTE,
        ),
    ),
    "BillPayment": Way(
        "Vendor",
        "Bill",
        "VendorCredit",
        ("Bank", "Credit Card"),
        (DATE, heads.NUMBER, heads.RATE, heads.NOTE),
    ),
}


@dataclass(frozen=True, slots=True)
class Open:
    """One transaction with something left of it, and what the payment takes."""

    row: Row
    name: str
    left: Decimal
    taken: str


class SettlingPages:
    """Views that receive a payment, or pay bills."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.way = WAYS[paper.entity]

    def new(self, visit: Visit, error: Exception | None = None) -> Response:
        """Ask for the name, then for the money and what it settles."""
        room, entity = visit.room, self.way.party
        name = visit.asked("name") or visit.typed("name")
        number = visit.asked("party") or visit.asked("customer")
        number = number or visit.typed("party") or visit.typed("customer")
        if name and not number:
            number = room.named(entity, name) or ""
            if not number:
                error = UnreadableError(
                    f"There is no active {entity.lower()} named {name}."
                )
        typed = visit.all_typed or {"date": room.today.isoformat()}
        return self._form(visit, None, number, typed, error)

    def edit(self, visit: Visit) -> Response:
        """Show the form of a payment, to apply it otherwise."""
        form = visit.room.read(self.paper.entity, visit.number)
        typed = {
            **heads.shown(self.way.heads, form),
            "total": str(form.get("TotalAmt", "")),
            "sync_token": form["SyncToken"],
            "paid_from": paid_from_of(form),
            **taken_of(form),
        }
        party = str(form[self.paper.party]["value"])
        return self._form(visit, form, party, typed)

    def create(self, visit: Visit) -> Response:
        """Receive the payment that was typed."""
        try:
            return keep(visit, self.paper, self._body(visit), None)
        except (Fault, UnreadableError) as error:
            return self.new(visit, error)

    def save(self, visit: Visit) -> Response:
        """Save the payment that was edited."""
        form = visit.room.read(self.paper.entity, visit.number)
        party = str(form[self.paper.party]["value"])
        try:
            body = {**self._body(visit), self.paper.party: {"value": party}}
            body["Line"] += self._others(form)
            return keep(visit, self.paper, body, form)
        except (Fault, UnreadableError) as error:
            return self._form(visit, form, party, visit.all_typed, error)

    def _form(
        self,
        visit: Visit,
        form: Body | None,
        number: str,
        typed: Mapping[str, str],
        error: Exception | None = None,
    ) -> Response:
        room, way = visit.room, self.way
        party = room.read(way.party, number) if number else None
        parties = family(room, way.party, number) if number else []
        return visit.show(
            "settle.html",
            self.paper.slug,
            problem=problem_of(error) if error else None,
            paper=self.paper,
            way=way,
            owed_paper=BY_ENTITY[way.owed],
            form=form,
            party=party,
            names=[] if party else room.names(way.party),
            owed=self._open(room, way.owed, "apply", parties, form, typed),
            credits=self._open(room, way.credit, "credit", parties, form, typed),
            unapplied=self._unapplied(room, parties) if form is None else [],
            accounts=heads.accounts(room, *way.accounts) if party else [],
            methods=room.rows("PaymentMethod"),
            has_currencies=room.has_currencies,
            typed=typed,
        )

    def _open(
        self,
        room: Room,
        entity: str,
        prefix: str,
        parties: Sequence[str],
        form: Body | None,
        typed: Mapping[str, str],
    ) -> list[Open]:
        if not parties:
            return []
        paper = BY_ENTITY[entity]
        held = held_by(form, entity)
        bodies = open_ones(room, entity, parties)
        known = {body["Id"] for body in bodies}
        bodies += [room.read(entity, number) for number in held if number not in known]
        return [
            Open(
                row_of(paper, body, room),
                f"{prefix}_{body['Id']}",
                as_number(body.get("Balance")) + held.get(str(body["Id"]), Decimal(0)),
                typed.get(f"{prefix}_{body['Id']}", ""),
            )
            for body in bodies
        ]

    def _unapplied(self, room: Room, parties: Sequence[str]) -> list[Row]:
        """List earlier payments of which something is left to apply."""
        if self.paper.entity != "Payment" or not parties:
            return []
        held = ", ".join(f"'{number}'" for number in parties)
        rows = room.rows(
            "Payment", f"where CustomerRef in ({held}) orderby TxnDate maxresults 1000"
        )
        left = [row for row in rows if as_number(row.get("UnappliedAmt"))]
        return [row_of(self.paper, row, room) for row in left]

    def _body(self, visit: Visit) -> Body:
        lines = []
        sums = {"apply_": Decimal(0), "credit_": Decimal(0)}
        for prefix, entity in (("apply_", self.way.owed), ("credit_", self.way.credit)):
            for number, amount in _amounts(visit, prefix):
                link = {"TxnId": number, "TxnType": entity}
                lines.append({"Amount": amount, "LinkedTxn": [link]})
                sums[prefix] += amount
        total = amount_in(visit.typed("total"), label="The amount")
        if total is None:
            total = sums["apply_"] - sums["credit_"]
        if not total and not lines:
            raise UnreadableError("Say how much was paid, or what it pays.")
        party = visit.typed("party") or visit.typed("customer")
        return {
            self.paper.party: {"value": party},
            "TotalAmt": total,
            "Line": lines,
            **heads.read(self.way.heads, visit, clearing=False),
            **(self._paid_from(visit) if self.paper.entity == "BillPayment" else {}),
        }

    def _others(self, form: Body) -> list[Body]:
        """What a payment settles that its form does not show, such as journal entries."""
        return [
            {"Amount": line["Amount"], "LinkedTxn": line["LinkedTxn"]}
            for line in form.get("Line", [])
            if line["LinkedTxn"][0]["TxnType"] not in (self.way.owed, self.way.credit)
        ]

    def _paid_from(self, visit: Visit) -> dict[str, Any]:
        number = visit.typed("paid_from")
        offered = heads.accounts(visit.room, *self.way.accounts)
        account = next((each for each in offered if each["Id"] == number), None)
        if account is None:
            raise UnreadableError("Choose the account that pays.")
        if account["AccountType"] == "Credit Card":
            part = {"CCAccountRef": {"value": number}}
            return {"PayType": "CreditCard", "CreditCardPayment": part}
        part = {"BankAccountRef": {"value": number}}
        return {"PayType": "Check", "CheckPayment": part}


def paid_from_of(form: Body) -> str:
    """The account that a payment to a vendor was paid from."""
    check = at(form, "CheckPayment.BankAccountRef.value")
    return str(check or at(form, "CreditCardPayment.CCAccountRef.value") or "")


def _amounts(visit: Visit, prefix: str) -> list[tuple[str, Decimal]]:
    found = []
    for name in visit.form:
        number = name.removeprefix(prefix)
        if name == number or not number.isdecimal():
            continue
        amount = amount_in(visit.typed(name), label="An amount that is applied")
        if amount:
            found.append((number, amount))
    return found


def family(room: Room, entity: str, number: str) -> list[str]:
    """A customer and all its sub-customers; a vendor alone."""
    found = [number]
    if entity == "Customer":
        for each in found:
            where = f"where ParentRef = '{each}' maxresults 1000"
            found += [str(row["Id"]) for row in room.rows("Customer", where)]
    return found


def held_by(form: Body | None, entity: str) -> dict[str, Decimal]:
    """What a payment takes of the transactions of a kind, by their ids."""
    return {
        str(link["TxnId"]): as_number(line.get("Amount"))
        for line in (form or {}).get("Line", [])
        for link in line.get("LinkedTxn", [])
        if link.get("TxnType") == entity
    }


def taken_of(form: Body) -> dict[str, str]:
    """Show what a payment takes as the fields of its form."""
    prefixes = {
        "Invoice": "apply_",
        "Bill": "apply_",
        "CreditMemo": "credit_",
        "VendorCredit": "credit_",
    }
    return {
        f"{prefix}{number}": str(amount)
        for entity, prefix in prefixes.items()
        for number, amount in held_by(form, entity).items()
    }
