"""The chart of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator import faults
from qbo_simulator.books import balances, opening
from qbo_simulator.books.account_types import CLASSIFICATION, OWED_BY
from qbo_simulator.books.fields import (
    Amount,
    Choice,
    Day,
    Field,
    Flag,
    Ref,
    Text,
    amount_of,
    both,
)
from qbo_simulator.books.kind import Body, Draft, number_of, words
from qbo_simulator.faults import Fault
from qbo_simulator.kinds.lists import NamedList
from qbo_simulator.kinds.names import has_balance, settle_currency
from qbo_simulator.kinds.subtypes import KNOWN, SUBTYPES, USUAL, type_of
from qbo_simulator.kinds.trees import Tree
from qbo_simulator.wire import as_decimal

if TYPE_CHECKING:
    from qbo_simulator.books.work import Work

NEEDED = (
    "AccountsReceivable",
    "AccountsPayable",
    "UndepositedFunds",
    "RetainedEarnings",
    "OpeningBalanceEquity",
)
KEPT_AT_HOME = ("Equity", "Income", "Other Income", "Expense", "Other Expense")
LONGEST_NUMBER = {"US": 7, "GB": 7, "IN": 7}
TREE = Tree("Account", "Name", "SubAccount")


class Account(NamedList):
    """An account of the ledger; its balance is read from the postings."""

    entity = "Account"
    list_name = "Accounts"
    sequence = "accounts"
    tree = TREE
    head = (
        both("Name", Text(100, ':"'), column="name", keep=True),
        both("SubAccount", Flag(), read_only=True),
        both("ParentRef", Ref(target="Account", named=False)),
        both("Description", Text(100)),
        both("FullyQualifiedName", Text(), read_only=True, column="full_name"),
        both("Active", Flag(), column="active", keep=True),
        both("Classification", Text(), read_only=True),
        both("AccountType", Choice(tuple(CLASSIFICATION)), keep=True),
        both("AccountSubType", Text(100), keep=True),
        Field("AcctNum", Text(20, ":")),
        both("CurrentBalance", Amount(), read_only=True),
        both("CurrentBalanceWithSubAccounts", Amount(), read_only=True),
        Field("CurrencyRef", Ref(), keep=True),
        Field("TaxCodeRef", Ref(target="TaxCode", named=False)),
        Field("TxnLocationType", Text(50)),
        Field("AccountAlias", Text(100)),
        Field("OpeningBalance", Amount(), read_only=True),
        Field("OpeningBalanceDate", Day(), read_only=True),
    )
    tolerated = words("""CustomField AccountPurposes AcctNumExtn BankNum TaxAccount
        OnlineBankingEnabled FIName JournalCodeRef AccountEx""")

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        settle_type(draft)
        new.setdefault("CurrentBalance", 0)
        new.setdefault("CurrentBalanceWithSubAccounts", 0)
        for name in ("OpeningBalance", "OpeningBalanceDate"):
            new.pop(name, None)
        self._check_type(work, draft)
        super().prepare(work, draft)
        settle_currency(work, draft)
        if (
            new["CurrencyRef"]["value"] != work.home_currency
            and new["AccountType"] in KEPT_AT_HOME
        ):
            raise faults.business(
                "Accounts of this type are kept in the home currency only."
            )
        self._check_number(work, draft)

    def place(self, work: Work, draft: Draft) -> None:
        parent = TREE.place(work, draft)
        if parent is not None and parent["AccountType"] != draft.new["AccountType"]:
            raise faults.business(
                "You must select the same account type as the parent account's.",
                "AccountType",
            )

    def _check_type(self, work: Work, draft: Draft) -> None:
        if draft.old is None or not draft.changed("AccountType"):
            return
        fixed = draft.old["AccountSubType"] in NEEDED
        # What it holds, or will from the items that name it, is owed by nobody.
        fixed |= bool(
            {draft.old["AccountType"], draft.new["AccountType"]} & OWED_BY.keys()
        )
        if fixed or work.children(draft.id, self.entity):
            raise faults.business(
                "The type of this account can't be changed.", "AccountType"
            )

    def _check_number(self, work: Work, draft: Draft) -> None:
        number = draft.new.get("AcctNum")
        if number is None or not draft.changed("AcctNum"):
            return
        longest = LONGEST_NUMBER.get(work.country, 20)
        if len(number) > longest:
            raise faults.too_long("AcctNum", longest, len(number))
        row = work.db.execute(
            "SELECT id FROM entity WHERE realm = ? AND kind = 'Account' AND deleted = 0 "
            "AND active = 1 AND id <> ? AND json_extract(body, '$.AcctNum') = ?",
            (work.realm, draft.id, number),
        ).fetchone()
        if row is not None:
            raise faults.business(
                "Another account is already using this number. "
                "Please use a different number.",
                "AcctNum",
            )

    def check_deactivation(self, work: Work, draft: Draft) -> None:
        old = draft.old or {}
        if old["AccountSubType"] in NEEDED and draft.id == work.account(
            old["AccountSubType"]
        ):
            raise faults.business("You can't delete this account. QuickBooks uses it.")
        keeps = old["Classification"] in ("Asset", "Liability", "Equity")
        owed = as_decimal(old.get("CurrentBalanceWithSubAccounts"))
        if keeps and owed and not work.switches.deactivate_with_balance:
            raise has_balance("account")

    def settle(self, work: Work, draft: Draft) -> None:
        super().settle(work, draft)
        work.db.execute(
            "INSERT OR IGNORE INTO account_role (realm, subtype, account) "
            "VALUES (?, ?, ?)",
            (work.realm, self._role(work, draft.new), draft.id),
        )
        amount = amount_of("OpeningBalance", draft.sent.get("OpeningBalance"))
        if draft.old is None and amount:
            on = draft.sent.get("OpeningBalanceDate") or work.today
            day = Day().clean("OpeningBalanceDate", on)
            opening.journal_entry(work, draft, amount, day)
        if draft.old is not None and draft.changed("ParentRef"):
            self._show_parents(work, draft)
        if draft.old is not None and draft.changed("Classification"):
            balances.show_account(work, draft.id)

    def _role(self, work: Work, body: Body) -> str:
        currency = work.currency_of(body)
        subtype = str(body["AccountSubType"])
        return subtype if currency == work.home_currency else f"{subtype}:{currency}"

    def _show_parents(self, work: Work, draft: Draft) -> None:
        for body in (draft.old or {}, draft.new):
            above = number_of(body.get("ParentRef"))
            if above:
                balances.show_account(work, above)


def settle_type(draft: Draft) -> None:
    """Fill in type, subtype and classification; 6010 if they do not go together."""
    new = draft.new
    type_, subtype = new.get("AccountType"), new.get("AccountSubType")
    if subtype is not None and subtype not in KNOWN:
        detail = "Property : AccountSubType has invalid enumeration value"
        raise Fault(2170, "Invalid Enumeration", detail, "AccountSubType")
    if type_ is None and subtype is not None:
        type_ = type_of(subtype)
    if type_ is None:
        raise wrong_type("AccountType or AccountSubType must be supplied")
    if "AccountType" in draft.sent and "AccountSubType" not in draft.sent:
        subtype = subtype if subtype in SUBTYPES[type_] else USUAL[type_]
    if subtype is None:
        subtype = USUAL[type_]
    if subtype not in SUBTYPES[type_]:
        if "AccountType" in draft.sent:
            raise wrong_type(f"{subtype} is not a subtype of {type_}")
        type_ = type_of(subtype) or type_
    new["AccountType"], new["AccountSubType"] = type_, subtype
    new["Classification"] = CLASSIFICATION[type_]


def wrong_type(detail: str) -> Fault:
    """6010: a type of account that is missing or fits no subtype."""
    return Fault(
        6010,
        "Invalid AccountType/SubType",
        f"Invalid AccountType/SubType : {detail}",
        "AccountType",
    )
