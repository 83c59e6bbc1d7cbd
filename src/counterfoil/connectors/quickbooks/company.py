"""Who a company is and how it keeps its books, from three reads, in our words."""

from __future__ import annotations

from typing import Protocol, TypeVar

import msgspec
from msgspec import Struct

from counterfoil.connections.ports import CompanyFacts
from counterfoil.connectors.quickbooks import wire
from counterfoil.connectors.quickbooks.client import unreadable
from counterfoil.connectors.quickbooks.query import equals, select
from counterfoil.core.errors import Rejected
from counterfoil.core.http import Answer

CUSTOM_EXPENSE_NUMBERS = "VendorAndPurchasesPrefs.UseCustomTxnNumbers"


class Read(Protocol):
    """Reads a path of the company, as ``client.Client.get`` does."""

    def __call__(self, path: str, **params: str) -> Answer: ...


class _CompanyInfo(Struct, rename="pascal"):
    company_name: str = ""
    country: str = ""
    default_time_zone: str = ""


class _Currency(Struct, rename="pascal"):
    multi_currency_enabled: bool = False
    home_currency: wire.Ref = wire.Ref()


class _Tax(Struct, rename="pascal"):
    using_sales_tax: bool = False
    partner_tax_enabled: bool | None = None
    tax_group_code_ref: wire.Ref = wire.Ref()


class _Sales(Struct, rename="pascal"):
    custom_txn_numbers: bool = False
    default_terms: wire.Ref = wire.Ref()
    allow_discount: bool = True
    allow_deposit: bool = False
    allow_estimates: bool = True
    allow_service_date: bool = False
    allow_shipping: bool = False
    default_customer_message: str = ""


class _Accounting(Struct, rename="pascal"):
    book_close_date: str = ""
    class_tracking_per_txn: bool = False
    class_tracking_per_txn_line: bool = False
    track_departments: bool = False
    department_terminology: str = ""


class _Named(Struct, rename="pascal"):
    name: str = ""
    value: str = ""


class _Other(Struct, rename="pascal"):
    name_value: tuple[_Named, ...] = ()


class _Preferences(Struct, rename="pascal"):
    currency_prefs: _Currency = msgspec.field(default_factory=_Currency)
    tax_prefs: _Tax = msgspec.field(default_factory=_Tax)
    sales_forms_prefs: _Sales = msgspec.field(default_factory=_Sales)
    accounting_info_prefs: _Accounting = msgspec.field(default_factory=_Accounting)
    other_prefs: _Other = msgspec.field(default_factory=_Other)


class _Id(Struct, rename="pascal"):
    id: str = ""


class _CompanyCurrency(Struct, rename="pascal"):
    code: str = ""
    active: bool = True


def facts_from(read: Read, account: str) -> CompanyFacts:
    """Read CompanyInfo, Preferences, and what they point to.

    That CompanyInfo of ``account`` answers is the proof that the token is for it: the
    answer itself does not repeat the realm.
    """
    info = _one(read(f"companyinfo/{account}"), "CompanyInfo", _CompanyInfo)
    preferences = _one(read("preferences"), "Preferences", _Preferences)
    home = preferences.currency_prefs.home_currency.value or "USD"
    multi = preferences.currency_prefs.multi_currency_enabled
    currencies = [home]
    if multi:
        currencies += [code for code in _currencies(read) if code != home]
    return CompanyFacts(
        account=account,
        name=info.company_name or account,
        country=info.country,
        home_currency=home,
        time_zone=info.default_time_zone,
        facts={
            "multi_currency": multi,
            "currencies": currencies,
            "tax_mode": tax_mode(info.country, preferences.tax_prefs),
            "default_tax_code": preferences.tax_prefs.tax_group_code_ref.value,
            "default_deposit_account": _undeposited(read),
            **_of_sales(preferences.sales_forms_prefs),
            **_of_accounting(preferences.accounting_info_prefs),
            "custom_expense_numbers": _is_on(preferences, CUSTOM_EXPENSE_NUMBERS),
        },
    )


def closing_date(preferences: Answer) -> str:
    """The last day of closed books (ISO), or ``""``, in the company's preferences."""
    held = _one(preferences, "Preferences", _Preferences)
    return held.accounting_info_prefs.book_close_date


def _of_sales(sales: _Sales) -> dict[str, object]:
    return {
        "custom_numbers": sales.custom_txn_numbers,
        "default_terms": sales.default_terms.value,
        "default_message": sales.default_customer_message,
        "allows_discount": sales.allow_discount,
        "allows_deposit": sales.allow_deposit,
        "allows_estimates": sales.allow_estimates,
        "allows_service_date": sales.allow_service_date,
        "allows_shipping": sales.allow_shipping,
    }


def _of_accounting(accounting: _Accounting) -> dict[str, object]:
    return {
        "closed_on": accounting.book_close_date,
        "class_tracking": class_tracking(accounting),
        "tracks_departments": accounting.track_departments,
        "department_word": accounting.department_terminology,
    }


def class_tracking(accounting: _Accounting) -> str:
    """Where a class is said: on the ``line``, on the ``document``, or nowhere."""
    if accounting.class_tracking_per_txn_line:
        return "line"
    return "document" if accounting.class_tracking_per_txn else ""


def _is_on(preferences: _Preferences, name: str) -> bool:
    pairs = preferences.other_prefs.name_value
    return any(pair.name == name and pair.value.lower() == "true" for pair in pairs)


def tax_mode(country: str, tax: _Tax) -> str:
    """How tax is said on a sale.

    PartnerTaxEnabled is absent with manual tax, and false where automated tax is
    offered but not set up: then nothing is taxed yet.
    """
    if not tax.using_sales_tax:
        return "none"
    if country not in {"", "US", "USA"}:
        return "per_line"
    return "us_automated" if tax.partner_tax_enabled else "us_manual"


S = TypeVar("S", bound=Struct)


def _one(answer: Answer, entity: str, kind: type[S]) -> S:
    raw, _time = wire.single(answer, entity, is_write=False)
    try:
        return msgspec.json.decode(raw, type=kind, strict=False)
    except msgspec.DecodeError:
        unreadable(answer, is_write=False)


def _undeposited(read: Read) -> str:
    """The account that money lies in until it is taken to the bank; "" if there is none.

    QuickBooks puts what it receives there unless it is told otherwise.
    """
    statement = select("Account", equals("AccountSubType", "UndepositedFunds"), most=1)
    try:
        answer = read("query", query=statement)
    except Rejected:
        return ""
    raws, _time = wire.rows(answer, "Account")
    return next((msgspec.json.decode(raw, type=_Id).id for raw in raws), "")


def _currencies(read: Read) -> list[str]:
    statement = "select * from CompanyCurrency maxresults 1000"
    try:
        answer = read("query", query=statement)
    except Rejected:
        return []
    raws, _time = wire.rows(answer, "CompanyCurrency")
    found = [msgspec.json.decode(raw, type=_CompanyCurrency) for raw in raws]
    return sorted(each.code for each in found if each.active and each.code)
