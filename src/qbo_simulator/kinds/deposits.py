"""Bank deposits: of what lies in Undeposited Funds, and of money from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import applications, ledger
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
from qbo_simulator.books.kind import Body, Draft, Transaction, number_of, words
from qbo_simulator.forms import undeposited
from qbo_simulator.forms.documents import TRANSACTION, check_private_note
from qbo_simulator.kinds.deposit_slips import Slip
from qbo_simulator.taxes import deposits as deposit_tax
from qbo_simulator.wire import as_decimal, to_cents

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

MOST_LINES = 10_000


class Deposit(Transaction):
    """Money brought to the bank."""

    entity = "Deposit"
    list_name = "Deposit"
    operations = frozenset({"create", "update", "delete"})
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
        Field(
            "GlobalTaxCalculation",
            Choice(("TaxExcluded", "TaxInclusive", "NotApplicable")),
            keep=True,
        ),
        Field("RecurDataRef", Ref(), read_only=True),
    )
    tolerated = TRANSACTION | words("""CustomField DocNumber LinkedTxn ProjectRef AttachableRef
        DepositEx""")

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


def entries(work: Work, body: Body) -> list[ledger.Entry]:
    """What a deposit posts: the bank against Undeposited Funds and other accounts.

    What was held leaves at the rate it came in with.
    """
    currency = work.currency_of(body)
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
        found.append(_direct_entry(work, body, line))
    for account, amount in deposit_tax.postings(work, body).items():
        found.append(ledger.Entry(account, -to_cents(amount), currency))
    return found


def _direct_entry(work: Work, body: Body, line: Body) -> ledger.Entry:
    detail = line["DepositLineDetail"]
    account = work.fetch("Account", number_of(detail["AccountRef"]) or 0) or {}
    owed = str(account["AccountType"]).startswith("Accounts ")
    return ledger.Entry(
        int(account["Id"]),
        -to_cents(deposit_tax.net(work, body, line)),
        work.currency_of(body),
        number_of(detail.get("Entity")) if owed else None,
        tracking_class=number_of(detail.get("ClassRef")),
        department=number_of(body.get("DepartmentRef")),
        memo=line.get("Description"),
    )
