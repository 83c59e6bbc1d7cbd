"""Bank deposits: of what lies in Undeposited Funds, and of money from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator import applications, faults, ledger, undeposited
from qbo_simulator.applications import Link
from qbo_simulator.documents import (
    TRANSACTION,
    check_books_open,
    check_currency,
    check_private_note,
    home_amount,
)
from qbo_simulator.fields import (
    Amount,
    Choice,
    Day,
    Field,
    Lines,
    Number,
    Record,
    Ref,
    Text,
    Type,
    Whole,
    both,
    wrong_type,
)
from qbo_simulator.kinds.base import Body, Draft, Kind, number_of, words
from qbo_simulator.line_references import (
    PARTIES,
    References,
    clean_part,
    in_order,
    number_lines,
)
from qbo_simulator.wire import as_decimal, from_cents, id_of, money, to_cents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qbo_simulator.work import Work

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
    "TaxApplicableOn": Type(),
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
DETAIL_ORDER = tuple(name for name in DETAIL if not name.startswith("Tax"))
TAKEN_TO = ("Bank", "Other Current Asset")
MOST_LINES = 10_000


class Deposit(Kind):
    """Money brought to the bank."""

    entity = "Deposit"
    list_name = "Deposit"
    sequence = "transactions"
    operations = frozenset({"create", "update", "delete"})
    is_name_list = False
    default_order = "updated"
    head = (
        Field("DepositToAccountRef", Ref(target="Account")),
        Field("CashBack", Record()),
        both("TotalAmt", Amount(), read_only=True),
        Field("HomeTotalAmt", Amount(), read_only=True),
    )
    tail = (
        both("TxnDate", Day(), column="txn_date"),
        Field("DepartmentRef", Ref(), filterable=True),
        Field("CurrencyRef", Ref(), keep=True),
        Field("ExchangeRate", Number(), keep=True),
        Field("PrivateNote", Text(4000)),
        Field("Line", Lines()),
        Field("TxnTaxDetail", Record()),
        Field("RecurDataRef", Ref(), read_only=True),
    )
    tolerated = TRANSACTION | words("""CustomField DocNumber LinkedTxn ProjectRef AttachableRef
        GlobalTaxCalculation DepositEx""")

    def columns(self, body: Body) -> dict[str, Any]:
        return {"txn_date": body.get("TxnDate")}

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        if not new.get("DepositToAccountRef"):
            raise faults.required("DepositToAccountRef")
        if not new.get("Line"):
            raise faults.required("Line")
        if len(new["Line"]) > MOST_LINES:
            raise faults.business(f"At most {MOST_LINES} lines are allowed.", "Line")
        check_private_note(draft)
        new.setdefault("TxnDate", work.today)
        check_books_open(work, new["TxnDate"], (draft.old or {}).get("TxnDate"))
        slip = Slip(work, draft)
        slip.check_bank()
        slip.read_lines()
        slip.read_cash_back()
        slip.total()
        before = applications.links_of(work, self.entity, draft.id)
        applications.replace(work, self.entity, draft.id, slip.links)
        draft.effects["linked"] = {
            (link.kind, link.txn) for link in (*before, *slip.links)
        }

    def entries(self, work: Work, body: Body) -> list[ledger.Entry]:
        return entries(work, body)

    def settle(self, work: Work, draft: Draft) -> None:
        work.post(self, draft, self.entries(work, draft.new))
        for kind, txn in sorted(draft.effects.get("linked", ())):
            undeposited.mark(work, kind, txn)

    def withdraw(self, work: Work, draft: Draft) -> None:
        check_books_open(work, (draft.old or {})["TxnDate"])
        links = applications.links_of(work, self.entity, draft.id)
        applications.replace(work, self.entity, draft.id, [])
        work.post(self, draft, [])
        for kind, txn in sorted({(link.kind, link.txn) for link in links}):
            undeposited.mark(work, kind, txn)


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
        self.references.account(back, self.currency)
        new["CashBack"] = in_order(back, tuple(CASH_BACK))

    def total(self) -> None:
        """Set what comes to the account: the lines less what is taken in cash."""
        new = self.draft.new
        lines = sum(as_decimal(line["Amount"]) for line in new["Line"])
        total = lines - as_decimal(new.get("CashBack", {}).get("Amount"))
        if total < 0:
            raise faults.business("Transaction amount must be 0 or greater.")
        new["TotalAmt"] = money(total)
        new.pop("HomeTotalAmt", None)
        new.pop("TxnTaxDetail", None)
        if self.currency != self.work.home_currency:
            new["HomeTotalAmt"] = money(home_amount(self.work, new, "TotalAmt"))
        if "DepartmentRef" in new:
            self.references.dimensions(new)


def entries(work: Work, body: Body) -> list[ledger.Entry]:
    """What a deposit posts: the bank against Undeposited Funds and other accounts.

    What was held leaves at the rate it came in with.
    """
    currency = work.currency_of(body)
    department = number_of(body.get("DepartmentRef"))
    bank = number_of(body["DepositToAccountRef"]) or 0
    total = to_cents(as_decimal(body["TotalAmt"]))
    found = [ledger.Entry(bank, total, currency, memo=body.get("PrivateNote"))]
    back = body.get("CashBack")
    if back:
        found.append(
            ledger.Entry(
                number_of(back["AccountRef"]) or 0,
                to_cents(as_decimal(back["Amount"])),
                currency,
                memo=back.get("Memo"),
            )
        )
    funds = work.account("UndepositedFunds")
    for line in body["Line"]:
        cents = to_cents(as_decimal(line["Amount"]))
        if "LinkedTxn" in line:
            link = line["LinkedTxn"][0]
            held = undeposited.held(work, link["TxnType"], int(link["TxnId"]))
            at_home = None if currency == work.home_currency else -held.home_part(cents)
            found.append(ledger.Entry(funds, -cents, currency, home=at_home))
            continue
        found.append(_direct_entry(work, line, currency, department))
    return found


def _direct_entry(
    work: Work, line: Body, currency: str, department: int | None
) -> ledger.Entry:
    detail = line["DepositLineDetail"]
    account = work.fetch("Account", number_of(detail["AccountRef"]) or 0) or {}
    owed = str(account["AccountType"]).startswith("Accounts ")
    return ledger.Entry(
        int(account["Id"]),
        -to_cents(as_decimal(line["Amount"])),
        currency,
        number_of(detail.get("Entity")) if owed else None,
        tracking_class=number_of(detail.get("ClassRef")),
        department=department,
        memo=line.get("Description"),
    )
