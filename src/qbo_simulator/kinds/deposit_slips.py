"""A deposit while it is filled in: its lines, what it contains, its cash back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books.applications import Link
from qbo_simulator.books.fields import (
    Amount,
    Choice,
    Lines,
    Record,
    Ref,
    Text,
    Type,
    Whole,
    wrong_type,
)
from qbo_simulator.books.kind import number_of
from qbo_simulator.forms import undeposited
from qbo_simulator.forms.documents import check_currency, home_amount
from qbo_simulator.forms.line_references import (
    PARTIES,
    References,
    clean_part,
    in_order,
    number_lines,
)
from qbo_simulator.taxes import deposits as deposit_tax
from qbo_simulator.wire import as_decimal, from_cents, id_of, money, to_cents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbo_simulator.books.kind import Body, Draft
    from qbo_simulator.books.work import Work

LINE: Mapping[str, Type] = {
    "Id": Text(20),
    "LineNum": Whole(0, 10_000),
    "Description": Text(4000),
    "Amount": Amount(),
    "LinkedTxn": Lines(),
    "DetailType": Choice(("DepositLineDetail",)),
    "DepositLineDetail": Record(),
    "ProjectRef": Ref(),
    "CustomField": Type(),
    "CustomExtensions": Type(),
    "LineEx": Type(),
}
DETAIL: Mapping[str, Type] = {
    "Entity": Type(),
    "AccountRef": Ref(),
    "PaymentMethodRef": Ref(),
    "ClassRef": Ref(),
    "CheckNum": Text(21),
    "TxnType": Text(30),
    "TaxCodeRef": Ref(),
    "TaxApplicableOn": Choice(("Sales", "Purchase")),
}
CASH_BACK: Mapping[str, Type] = {
    "AccountRef": Ref(),
    "Amount": Amount(),
    "Memo": Text(4000),
}
LINE_ORDER = (
    "Id",
    "LineNum",
    "Description",
    "Amount",
    "LinkedTxn",
    "DetailType",
    "DepositLineDetail",
    "ProjectRef",
)
DETAIL_ORDER = tuple(DETAIL)
TAKEN_TO = ("Bank", "Other Current Asset")


class Slip:
    """One deposit while its lines are read."""

    def __init__(self, work: Work, draft: Draft) -> None:
        self.work = work
        self.draft = draft
        self.links: list[Link] = []
        self.references = References(work, draft.old)
        self.raw = [clean_part(raw, LINE, "Line") for raw in draft.new["Line"]]
        self._check_currency()

    @property
    def currency(self) -> str:
        """The currency of the deposit."""
        return self.work.currency_of(self.draft.new)

    def check_bank(self) -> None:
        """6430 unless the account is one that money is brought to."""
        new, work = self.draft.new, self.work
        element = "DepositToAccountRef"
        if self.draft.changed(element):
            work.check_account(new[element], TAKEN_TO, element)
        account = work.fetch("Account", number_of(new[element]) or 0) or {}
        if int(account["Id"]) == work.account("UndepositedFunds"):
            raise faults.wrong_account(element)
        self.references.check_currency(account, self.currency)

    def _check_currency(self) -> None:
        """A deposit is in the currency of what it holds, else in that of the bank."""
        work, new = self.work, self.draft.new
        account = work.fetch("Account", number_of(new["DepositToAccountRef"]) or 0)
        held = {
            undeposited.find(work, link).currency
            for line in self.raw
            for link in line.get("LinkedTxn", [])[:1]
        }
        if len(held) > 1:
            raise faults.business(
                "All payments in a deposit must be in the same currency.", "Line"
            )
        usual = next(iter(held), work.currency_of(account or {}))
        wished = new.get("CurrencyRef", {}).get("value", usual)
        kept = {"CurrencyRef": {"value": usual if held else wished}}
        if "CurrencyRef" not in self.draft.sent:
            new["CurrencyRef"] = kept["CurrencyRef"]
        check_currency(work, self.draft, kept)

    def read_lines(self) -> None:
        """Check and complete every line."""
        lines = [
            self._linked(line) if line.get("LinkedTxn") else self._direct(line)
            for line in self.raw
        ]
        direct = [line for line in lines if "LinkedTxn" not in line]
        number_lines(direct, (self.draft.old or {}).get("Line"))
        for position, line in enumerate(lines, start=1):
            if "LinkedTxn" not in line:
                line["LineNum"] = position
        self.draft.new["Line"] = [in_order(line, LINE_ORDER) for line in lines]

    def _linked(self, line: Body) -> Body:
        if len(line["LinkedTxn"]) != 1:
            raise faults.required("LinkedTxn")
        if "Amount" not in line:
            raise faults.required("Amount")
        link = line["LinkedTxn"][0]
        found = undeposited.find(self.work, link)
        cents = undeposited.wanted(self.work, found, link)
        if to_cents(as_decimal(line["Amount"])) != cents:
            raise faults.business(
                f"The amount of a deposit line must be {from_cents(cents):.2f}, what "
                f"{found.kind} {found.txn} has in Undeposited Funds.",
                "Amount",
            )
        spoken = sum(
            each.cents
            for each in self.links
            if (each.kind, each.txn) == (found.kind, found.txn)
        )
        if spoken and abs(spoken + cents) > abs(found.cents):
            raise faults.business(
                f"{found.kind} {found.txn} is in this deposit twice.", "LinkedTxn"
            )
        undeposited.check_free(self.work, found, cents, besides=self.draft.id)
        self.links.append(Link(found.kind, found.txn, cents))
        served: Body = {
            "Amount": money(from_cents(cents)),
            "LinkedTxn": [
                {
                    "TxnId": str(found.txn),
                    "TxnType": found.kind,
                    "TxnLineId": str(link.get("TxnLineId") or "0"),
                }
            ],
        }
        detail = self._received(found)
        if detail:
            served["DepositLineDetail"] = detail
        return served

    def _received(self, found: undeposited.Held) -> Body:
        """How what is deposited was paid: by which method, with which cheque."""
        body = self.work.fetch(found.kind, found.txn) or {}
        detail: Body = {}
        if "PaymentMethodRef" in body:
            detail["PaymentMethodRef"] = {"value": body["PaymentMethodRef"]["value"]}
        if body.get("PaymentRefNum"):
            detail["CheckNum"] = body["PaymentRefNum"]
        return detail

    def _direct(self, line: Body) -> Body:
        if "Amount" not in line:
            raise faults.required("Amount")
        if "DetailType" not in line:
            raise faults.required("DetailType")
        raw = line.get("DepositLineDetail") or {}
        detail = clean_part(raw, DETAIL, "DepositLineDetail")
        references = self.references
        account = references.account(detail, self.currency)
        party: Body = {}
        entity = None
        if detail.get("Entity"):
            entity, party = self._entity(detail)
        references.check_party(account, entity, party)
        references.dimensions(detail)
        if "PaymentMethodRef" in detail:
            method = references.find(
                "PaymentMethod", detail["PaymentMethodRef"], "PaymentMethodRef"
            )
            detail["PaymentMethodRef"] = {"value": method["Id"]}
        line["DepositLineDetail"] = in_order(detail, DETAIL_ORDER)
        line.pop("LinkedTxn", None)
        return line

    def _entity(self, detail: Body) -> tuple[str, Body]:
        """The customer, vendor or employee on a line; its type may be left out."""
        raw = detail["Entity"]
        if not isinstance(raw, dict):
            raise wrong_type("Entity", raw)
        ref = raw.get("EntityRef") if "EntityRef" in raw else raw
        number = str((ref or {}).get("value", ""))
        named = str(raw.get("type") or raw.get("Type") or "").capitalize()
        held = id_of(number) or 0
        for entity in [named] if named in PARTIES else PARTIES:
            if self.work.fetch(entity, held) is not None:
                found = self.references.find(entity, {"value": number}, "Entity")
                detail["Entity"] = {
                    "value": found["Id"],
                    "name": self.work.kinds[entity].label(found),
                    "type": entity.upper(),
                }
                return entity, found
        raise faults.bad_reference("Names", number, "Entity")

    def read_cash_back(self) -> None:
        """Check what of the deposit is taken away in cash at once."""
        new = self.draft.new
        if "CashBack" not in new:
            return
        back = clean_part(new["CashBack"], CASH_BACK, "CashBackInfo")
        if not as_decimal(back.get("Amount")):
            del new["CashBack"]
            return
        if as_decimal(back["Amount"]) < 0:
            raise faults.business("Cash back must be 0 or greater.", "CashBack")
        account = self.references.account(back, self.currency)
        self.references.check_party(account, None, {})
        new["CashBack"] = in_order(back, tuple(CASH_BACK))

    def total(self) -> None:
        """Set what comes to the account: the lines less what is taken in cash."""
        new = self.draft.new
        lines = sum((as_decimal(line["Amount"]) for line in new["Line"]), Decimal(0))
        lines += deposit_tax.assess(self.work, self.draft)
        total = lines - as_decimal(new.get("CashBack", {}).get("Amount"))
        if total < 0:
            raise faults.business("Transaction amount must be 0 or greater.")
        new["TotalAmt"] = money(total)
        new.pop("HomeTotalAmt", None)
        if self.currency != self.work.home_currency:
            new["HomeTotalAmt"] = money(home_amount(self.work, new, "TotalAmt"))
        if "DepartmentRef" in new:
            self.references.dimensions(new)
