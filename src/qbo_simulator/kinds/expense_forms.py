"""What bills, expenses, vendor credits and purchase orders have in common."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from qbo_simulator import faults
from qbo_simulator.books import ledger, stock
from qbo_simulator.books.account_types import PAYABLE
from qbo_simulator.books.closing import check_books_open
from qbo_simulator.books.fields import (
    Amount,
    Choice,
    Day,
    Field,
    Lines,
    Number,
    Record,
    Ref,
    Text,
    both,
)
from qbo_simulator.books.kind import Body, Draft, Transaction, number_of
from qbo_simulator.books.stock import Move
from qbo_simulator.forms import ordering, payables
from qbo_simulator.forms.documents import (
    check_currency,
    check_private_note,
    home_amount,
)
from qbo_simulator.forms.expense_lines import ACCOUNT, ITEM, ExpenseSheet, detail_of
from qbo_simulator.kinds import reimbursements
from qbo_simulator.taxes import purchases as purchase_tax
from qbo_simulator.taxes.codes import tax_postings
from qbo_simulator.wire import as_decimal, money, to_cents

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

TAX_DETAIL = {"TxnTaxCodeRef": Ref(named=False), "TotalTax": Amount()}
HEADED = (
    Field("CustomField", Lines()),
    both("DocNumber", Text(21), column="doc_number"),
    both("TxnDate", Day(), column="txn_date"),
    Field("DepartmentRef", Ref(target="Department")),
    Field("CurrencyRef", Ref(), keep=True),
    Field("ExchangeRate", Number(), keep=True),
    Field("PrivateNote", Text(4000)),
    Field("LinkedTxn", Lines(), keep=True),
    Field("Line", Lines()),
    Field("TxnTaxDetail", Record(parts=TAX_DETAIL)),
    Field(
        "GlobalTaxCalculation",
        Choice(("TaxExcluded", "TaxInclusive", "NotApplicable")),
    ),
    Field("RecurDataRef", Ref(), read_only=True),
)


class ExpenseForm(Transaction):
    """A form that buys, or gives back what was bought."""

    party_in = "VendorRef"
    gives_back: ClassVar[bool] = False
    counted: ClassVar[bool] = True
    """Whether its lines have a LineNum."""

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        self.check_required(draft)
        party = self.party(work, draft)
        check_currency(work, draft, party)
        check_private_note(draft)
        new.setdefault("TxnDate", work.today)
        check_books_open(work, new["TxnDate"], (draft.old or {}).get("TxnDate"))
        self._compose(work, draft)
        self.complete(work, draft, party)
        new["Id"] = str(draft.id)
        self.show_links(work, new)

    def check_required(self, draft: Draft) -> None:
        """2020 for what a client must give."""
        for name in ("VendorRef", "Line"):
            if not draft.new.get(name):
                raise faults.required(name)

    def party(self, work: Work, draft: Draft) -> Body:
        """Whom the form is about: the vendor, whose currency it is in."""
        return work.fetch("Vendor", number_of(draft.new["VendorRef"]) or 0) or {}

    def sign(self, body: Body) -> int:
        """1 where the lines are debits, -1 where they give back."""
        return -1 if self.gives_back else 1

    def complete(self, work: Work, draft: Draft, party: Body) -> None:
        """Fill in and check what the kinds do not share."""

    def _compose(self, work: Work, draft: Draft) -> None:
        new = draft.new
        old_lines = (draft.old or {}).get("Line", [])
        payee = new.get("EntityRef", {}).get("type")
        sheet = ExpenseSheet(work, old_lines, counted=self.counted, payee=payee)
        sheet.read(new["Line"])
        self.check_lines(work, draft, sheet.lines)
        tax = purchase_tax.assess(work, draft, sheet.lines)
        total = sheet.total + tax
        if total < 0:
            raise faults.business("Transaction amount must be 0 or greater.")
        new["TotalAmt"] = money(total)
        new["Line"] = sheet.served()

    def check_lines(self, work: Work, draft: Draft, lines: list[Body]) -> None:
        """Refuse accounts in a third currency, and inventory before it is kept."""
        for line in lines:
            if ACCOUNT in line:
                held = number_of(line[ACCOUNT]["AccountRef"]) or 0
                account = work.fetch("Account", held) or {}
                payables.check_account_currency(work, draft.new, account, "AccountRef")
            if ITEM in line:
                held = number_of(line[ITEM]["ItemRef"]) or 0
                stock.check_start(work, held, draft.new["TxnDate"])

    def settle(self, work: Work, draft: Draft) -> None:
        self._move_stock(work, draft, self._own_entries(work, draft.new))
        work.post(self, draft, self.entries(work, draft.new))
        ordering.show(work, draft.effects.get("orders", ()))
        reimbursements.follow(work, self.entity, draft.new)

    def _move_stock(
        self, work: Work, draft: Draft, entries: list[ledger.Entry]
    ) -> None:
        moves = []
        for entry in entries:
            if entry.item is None or not entry.quantity:
                continue
            worth = entry.cents if entry.home is None else entry.home
            stated = worth if entry.quantity > 0 else -worth
            moves.append(Move(entry.item, entry.quantity, stated))
        stock.replace(work, self.entity, draft.id, draft.new["TxnDate"], moves)

    def entries(self, work: Work, body: Body) -> list[ledger.Entry]:
        moved = stock.cost_entries(work, self.entity, int(body["Id"]))
        return [*self._own_entries(work, body), *moved]

    def _own_entries(self, work: Work, body: Body) -> list[ledger.Entry]:
        """What the form itself says; goods in foreign money with their cost at home."""
        sign = self.sign(body)
        total = sign * to_cents(as_decimal(body["TotalAmt"]))
        found = [self.counter_entry(work, body, -total)]
        found += [
            self._line_entry(work, body, line, detail)
            for line in body["Line"]
            if (detail := detail_of(line)) is not None
        ]
        currency = work.currency_of(body)
        found += [
            ledger.Entry(account, sign * to_cents(amount), currency)
            for account, amount in tax_postings(work, body).items()
        ]
        home = work.home_currency
        if currency == home or not any(each.quantity for each in found):
            return found
        return ledger.at_home(found, home, Decimal(body["ExchangeRate"]), None)

    def counter_entry(self, work: Work, body: Body, cents: int) -> ledger.Entry:
        """The other side of what is bought: what is owed to the vendor."""
        party = number_of(body["VendorRef"])
        account = number_of(body["APAccountRef"]) or 0
        return ledger.Entry(account, cents, work.currency_of(body), party)

    def debtor(self, work: Work, body: Body, account: int) -> int | None:
        """Whose balance a line moves, if its account holds balances."""
        return None

    def _line_entry(
        self, work: Work, body: Body, line: Body, detail: Body
    ) -> ledger.Entry:
        if ACCOUNT in line:
            item, account = None, number_of(detail["AccountRef"])
        else:
            item = number_of(detail["ItemRef"])
            account = item_account(work, item or 0)
        sign = self.sign(body)
        quantity = sign * Decimal(detail["Qty"]) if "Qty" in detail else None
        return ledger.Entry(
            account or 0,
            sign * to_cents(as_decimal(line.get("Amount"))),
            work.currency_of(body),
            self.debtor(work, body, account or 0),
            item=item,
            quantity=quantity,
            tracking_class=number_of(detail.get("ClassRef")),
            department=number_of(body.get("DepartmentRef")),
            memo=line.get("Description"),
        )

    def withdraw(self, work: Work, draft: Draft) -> None:
        check_books_open(work, (draft.old or {})["TxnDate"])
        self.check_free(work, draft)
        reimbursements.follow(work, self.entity, {"Id": str(draft.id)})
        ordering.unlink(work, self, draft)
        self._move_stock(work, draft, [])
        work.post(self, draft, [])
        ordering.show(work, draft.effects["orders"])

    def check_free(self, work: Work, draft: Draft) -> None:
        """Refuse to delete what others are linked to."""


def item_account(work: Work, item: int) -> int:
    """Where the purchase of an item is booked: its asset or its expense account."""
    body = work.fetch("Item", item) or {}
    name = "AssetAccountRef" if body.get("Type") == "Inventory" else "ExpenseAccountRef"
    account = number_of(body.get(name))
    if account is None:
        raise faults.business("An item on this transaction has no expense account.")
    return account


def payable_account(work: Work, draft: Draft) -> None:
    """Set APAccountRef to the account of the form's currency, or check the one given."""
    new, currency = draft.new, work.currency_of(draft.new)
    if "APAccountRef" not in new:
        new["APAccountRef"] = {"value": str(work.payable(currency))}
    account = work.refer("Account", new["APAccountRef"], "APAccountRef")
    if account["AccountType"] != PAYABLE:
        raise faults.wrong_account("APAccountRef")
    if work.currency_of(account) != currency:
        raise faults.other_currency("APAccountRef")
    new["APAccountRef"] = {"value": account["Id"], "name": account["Name"]}


def show_at_home(work: Work, new: Body, **names: str) -> None:
    """Set amounts in the company's own currency beside those of a foreign form."""
    for name, of in names.items():
        new.pop(name, None)
        if "ExchangeRate" in new and work.currency_of(new) != work.home_currency:
            new[name] = money(home_amount(work, new, of))
