"""Every company that can be founded: in balance, of its country, with all business."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.seeds import companies as seeds
from qbo_simulator.storage.store import Store

Body = dict[str, Any]
NOW = datetime.fromisoformat("2026-03-10T18:30:00+00:00")
OWN = {"us": "California", "gb": "20.0% S", "ca": "HST ON", "au": "GST free"}
NAMES = {**OWN, "fr": "TVA 5,5 %", "br": "ICMS 18%", "multi": "Maine"}
THOROUGH = [key for key, each in seeds.PROFILES.items() if each.trade.thorough]
OF_SEVERAL_CURRENCIES = {"CompanyCurrency", "ExchangeRate"}


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Company]:
    store = Store(tmp_path_factory.mktemp("seeds") / "simulator.sqlite3")
    companies = seeds.seed(store, now=NOW, profiles=tuple(seeds.PROFILES))
    return dict(zip(seeds.PROFILES, companies, strict=True))


def every(company: Company, entity: str) -> list[Body]:
    statement = f"select * from {entity} maxresults 1000"  # noqa: S608  names of the tests
    return list(company.query(statement).get(entity, []))


def summed(bodies: list[Body], name: str, sign: int = 1) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for body in bodies:
        found[body["CurrencyRef"]["value"]] += sign * Decimal(body.get(name, 0))
    return found


def posted(company: Company, account_type: str) -> dict[str, Decimal]:
    """What the accounts of a type come to, per currency they are kept in."""
    accounts = {
        int(each["Id"]): each["CurrencyRef"]["value"]
        for each in every(company, "Account")
        if each["AccountType"] == account_type
    }
    found: dict[str, Decimal] = defaultdict(Decimal)
    with company.store.read() as db:
        rows = db.execute(
            "SELECT account, SUM(cents) FROM posting WHERE realm = ? GROUP BY account",
            (company.realm,),
        ).fetchall()
    for account, cents in rows:
        if account in accounts:
            found[accounts[account]] += Decimal(cents) / 100
    return found


def together(*parts: dict[str, Decimal]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for part in parts:
        for currency, amount in part.items():
            found[currency] += amount
    return {currency: amount for currency, amount in found.items() if amount}


@pytest.mark.parametrize("key", seeds.PROFILES)
def test_the_trial_balance_is_zero(founded: dict[str, Company], key: str) -> None:
    balances = founded[key].trial_balance()
    assert len(balances) > 8
    assert sum(balances.values()) == 0


@pytest.mark.parametrize("key", seeds.PROFILES)
def test_what_customers_owe_is_what_is_open(
    founded: dict[str, Company], key: str
) -> None:
    company = founded[key]
    owed = together(
        summed(every(company, "Invoice"), "Balance"),
        summed(every(company, "CreditMemo"), "Balance", -1),
        summed(every(company, "Payment"), "UnappliedAmt", -1),
    )
    assert owed == together(posted(company, "Accounts Receivable"))
    assert all(amount > 0 for amount in owed.values())
    parties = [each for each in every(company, "Customer") if "Balance" in each]
    assert together(summed(parties, "Balance")) == owed


@pytest.mark.parametrize("key", seeds.PROFILES)
def test_what_is_owed_to_vendors_is_what_is_open(
    founded: dict[str, Company], key: str
) -> None:
    company = founded[key]
    owed = together(
        summed(every(company, "Bill"), "Balance"),
        summed(every(company, "VendorCredit"), "Balance", -1),
    )
    payable = together(posted(company, "Accounts Payable"))
    assert owed == {currency: -amount for currency, amount in payable.items()}
    assert together(summed(every(company, "Vendor"), "Balance")) == owed


@pytest.mark.parametrize("key", THOROUGH)
def test_there_is_business_of_every_kind(founded: dict[str, Company], key: str) -> None:
    usual = KINDS.keys() - {"JournalCode"}
    missing = {kind for kind in usual if not every(founded[key], kind)}
    assert missing == (set() if key == "multi" else OF_SEVERAL_CURRENCIES)
    items = {each["Type"] for each in every(founded[key], "Item")}
    assert items == {"Service", "NonInventory", "Inventory", "Group", "Category"}
    stock = [each for each in every(founded[key], "Item") if "QtyOnHand" in each]
    assert all(each["QtyOnHand"] > 0 for each in stock)
    statuses = {each["TxnStatus"] for each in every(founded[key], "Estimate")}
    assert statuses == {"Pending", "Accepted", "Rejected", "Closed"}


@pytest.mark.parametrize("key", NAMES)
def test_tax_codes_are_named_as_in_their_country(
    founded: dict[str, Company], key: str
) -> None:
    assert NAMES[key] in {each["Name"] for each in every(founded[key], "TaxCode")}


@pytest.mark.parametrize(
    ("key", "country", "language", "month", "payable"),
    [
        ("us", "US", "en", "January", "Accounts Payable (A/P)"),
        ("gb", "GB", "en", "April", "Creditors"),
        ("ca", "CA", "en", "January", "Accounts Payable (A/P)"),
        ("au", "AU", "en", "July", "Accounts Payable (A/P)"),
        ("fr", "FR", "fr", "January", "Fournisseurs"),
        ("br", "BR", "pt", "January", "Contas a pagar"),
    ],
)
def test_a_company_is_of_its_country(
    founded: dict[str, Company],
    key: str,
    country: str,
    language: str,
    month: str,
    payable: str,
) -> None:
    company = founded[key]
    info = company.read("CompanyInfo", "1")
    assert info["Country"] == country
    assert info["SupportedLanguages"] == language
    assert info["FiscalYearStartMonth"] == month
    accounting = company.read("Preferences", "1")["AccountingInfoPrefs"]
    assert accounting["FirstMonthOfFiscalYear"] == month
    assert company.read("Account", "33")["Name"] == payable


def test_taxes_stand_where_their_country_has_them(
    founded: dict[str, Company],
) -> None:
    brazil = {each["GlobalTaxCalculation"] for each in every(founded["br"], "Invoice")}
    assert brazil == {"TaxInclusive"}
    most = max(
        len(each["TxnTaxDetail"].get("TaxLine", []))
        for each in every(founded["us-ast"], "Invoice")
    )
    assert most >= 3
    quebec = founded["ca"].query("select * from TaxCode where Name like '%9.5'")
    (code,) = quebec["TaxCode"]
    second = code["SalesTaxRateList"]["TaxRateDetail"][1]
    assert second["TaxTypeApplicable"] == "TaxOnAmountPlusTax"


def test_a_company_of_several_currencies_deals_in_each(
    founded: dict[str, Company],
) -> None:
    company = founded["multi"]
    for entity in ("Customer", "Vendor", "Invoice", "Bill"):
        dealt = {each["CurrencyRef"]["value"] for each in every(company, entity)}
        assert dealt == {"USD", "EUR", "CAD", "GBP"}, entity
    prefs = company.read("Preferences", "1")["CurrencyPrefs"]
    assert prefs["MultiCurrencyEnabled"] is True


def test_each_agency_is_owed_on_an_account_of_its_own(
    founded: dict[str, Company],
) -> None:
    company = founded["ca"]
    balances = company.trial_balance()
    names = {
        each["Name"]: balances.get(int(each["Id"]), Decimal(0))
        for each in every(company, "Account")
    }
    for name in ("GST/HST Payable", "PST Payable (BC)", "QST Payable"):
        assert names[name] < 0, name


def test_a_company_is_added_beside_others_under_any_name(
    tmp_path: Path, now: datetime
) -> None:
    store = Store(tmp_path / "more.sqlite3")
    seeds.seed(store, now=now)
    added = seeds.add(store, "fr", now=now, name="Chez Nous", empty=True)
    assert added.realm == "9130350000000003"
    assert added.read("CompanyInfo", "1")["CompanyName"] == "Chez Nous"
    assert "Invoice" not in added.query("select * from Invoice")
    again = seeds.add(store, "fr", now=now)
    assert again.realm == "9130350000000004"
    with pytest.raises(KeyError):
        seeds.add(store, "atlantis", now=now)
    store.close()


def test_the_same_day_gives_the_same_books_everywhere(
    founded: dict[str, Company], tmp_path: Path
) -> None:
    store = Store(tmp_path / "again.sqlite3")
    again = seeds.seed(store, now=NOW, profiles=tuple(seeds.PROFILES))
    for first, second in zip(founded.values(), again, strict=True):
        for entity in ("Invoice", "Bill", "Deposit", "JournalEntry", "Customer"):
            assert every(first, entity) == every(second, entity)
    store.close()


def test_names_are_as_ugly_as_in_life(founded: dict[str, Company]) -> None:
    names = [
        each["DisplayName"]
        for company in founded.values()
        for each in every(company, "Customer")
    ]
    assert max(len(name) for name in names) > 100
    assert any("'" in name for name in names)
    assert any('"' in name for name in names)
    assert any(not name.isascii() for name in names)
    notes = [each.get("PrivateNote", "") for each in every(founded["br"], "Invoice")]
    assert any("☕" in note for note in notes)
    exempt = founded["us-ast"].query("select * from Customer where Taxable = false")
    assert len(exempt["Customer"]) == 2
