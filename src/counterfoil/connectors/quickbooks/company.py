"""Who a company is and how it keeps its books, from three reads, in our words."""

from __future__ import annotations

from typing import Protocol, TypeVar

import msgspec
from msgspec import Struct

from counterfoil.connections.ports import CompanyFacts
from counterfoil.connectors.quickbooks import wire
from counterfoil.connectors.quickbooks.client import unreadable
from counterfoil.core.errors import Rejected
from counterfoil.core.http import Answer


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


class _Sales(Struct, rename="pascal"):
    custom_txn_numbers: bool = False
    default_terms: wire.Ref = wire.Ref()
    allow_discount: bool = True


class _Accounting(Struct, rename="pascal"):
    book_close_date: str = ""


class _Preferences(Struct, rename="pascal"):
    currency_prefs: _Currency = msgspec.field(default_factory=_Currency)
    tax_prefs: _Tax = msgspec.field(default_factory=_Tax)
    sales_forms_prefs: _Sales = msgspec.field(default_factory=_Sales)
    accounting_info_prefs: _Accounting = msgspec.field(default_factory=_Accounting)


class _CompanyCurrency(Struct, rename="pascal"):
    code: str = ""
    active: bool = True


def facts_from(read: Read, account: str) -> CompanyFacts:
    """Read CompanyInfo, Preferences and, where there are several, the currencies.

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
            "custom_numbers": preferences.sales_forms_prefs.custom_txn_numbers,
            "closed_on": preferences.accounting_info_prefs.book_close_date,
            "default_terms": preferences.sales_forms_prefs.default_terms.value,
            "allows_discount": preferences.sales_forms_prefs.allow_discount,
        },
    )


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


def _currencies(read: Read) -> list[str]:
    statement = "select * from CompanyCurrency maxresults 1000"
    try:
        answer = read("query", query=statement)
    except Rejected:
        return []
    raws, _time = wire.rows(answer, "CompanyCurrency")
    found = [msgspec.json.decode(raw, type=_CompanyCurrency) for raw in raws]
    return sorted(each.code for each in found if each.active and each.code)
