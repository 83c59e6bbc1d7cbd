"""The chart of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.currencies import currency_name
from qbo_simulator.faults import Fault
from qbo_simulator.fields import Amount, Choice, Field, Flag, Ref, Text, both
from qbo_simulator.kinds.base import Draft, number_of, words
from qbo_simulator.kinds.lists import NamedList

if TYPE_CHECKING:
    from qbo_simulator.work import Work

CLASSIFICATION = {
    "Bank": "Asset",
    "Other Current Asset": "Asset",
    "Fixed Asset": "Asset",
    "Other Asset": "Asset",
    "Accounts Receivable": "Asset",
    "Equity": "Equity",
    "Expense": "Expense",
    "Other Expense": "Expense",
    "Cost of Goods Sold": "Expense",
    "Accounts Payable": "Liability",
    "Credit Card": "Liability",
    "Long Term Liability": "Liability",
    "Other Current Liability": "Liability",
    "Income": "Revenue",
    "Other Income": "Revenue",
}
USUAL_SUBTYPE = {
    "Bank": "Checking",
    "Other Current Asset": "OtherCurrentAssets",
    "Fixed Asset": "OtherFixedAssets",
    "Other Asset": "OtherLongTermAssets",
    "Accounts Receivable": "AccountsReceivable",
    "Equity": "OwnersEquity",
    "Expense": "OtherMiscellaneousServiceCost",
    "Other Expense": "OtherMiscellaneousExpense",
    "Cost of Goods Sold": "SuppliesMaterialsCogs",
    "Accounts Payable": "AccountsPayable",
    "Credit Card": "CreditCard",
    "Long Term Liability": "OtherLongTermLiabilities",
    "Other Current Liability": "OtherCurrentLiabilities",
    "Income": "SalesOfProductIncome",
    "Other Income": "OtherMiscellaneousIncome",
}


class Account(NamedList):
    """An account of the ledger; its balance is read from the postings."""

    entity = "Account"
    list_name = "Accounts"
    sequence = "accounts"
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
        Field("TaxCodeRef", Ref()),
    )
    tolerated = words("""CustomField AccountAlias TxnLocationType AccountPurposes AcctNumExtn BankNum
        OpeningBalance OpeningBalanceDate TaxAccount OnlineBankingEnabled FIName
        JournalCodeRef AccountEx""")

    def prepare(self, work: Work, draft: Draft) -> None:
        new = draft.new
        if not new.get("AccountType"):
            raise Fault(
                6010,
                "Invalid AccountType/SubType",
                "AccountType or AccountSubType must be supplied",
                "AccountType",
            )
        new.setdefault("AccountSubType", USUAL_SUBTYPE[new["AccountType"]])
        new["Classification"] = CLASSIFICATION[new["AccountType"]]
        new.setdefault("CurrentBalance", 0)
        new.setdefault("CurrentBalanceWithSubAccounts", 0)
        super().prepare(work, draft)
        home = work.home_currency
        new["CurrencyRef"] = {"value": home, "name": currency_name(home)}
        parent = number_of(new.get("ParentRef"))
        new["SubAccount"] = bool(parent)
        if parent:
            above = work.refer("Account", new["ParentRef"], "ParentRef")
            new["FullyQualifiedName"] = f"{above['FullyQualifiedName']}:{new['Name']}"

    def qualify(self, draft: Draft) -> None:
        draft.new["FullyQualifiedName"] = draft.new["Name"]

    def settle(self, work: Work, draft: Draft) -> None:
        work.db.execute(
            "INSERT OR IGNORE INTO account_role (realm, subtype, account) "
            "VALUES (?, ?, ?)",
            (work.realm, draft.new["AccountSubType"], draft.id),
        )
