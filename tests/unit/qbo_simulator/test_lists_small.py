"""Terms, methods, classes, departments, tax codes, currencies and preferences."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.api import exchange_rates, tax_service
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


def change(company: Company, now: datetime, kind: str, body: Body, **more: Any) -> Body:
    head = {"Id": body["Id"], "SyncToken": body["SyncToken"], "sparse": True}
    return company.update(kind, {**head, **more}, now=now)


@pytest.fixture
def many(us: Company, now: datetime) -> Company:
    """A company that deals in several currencies."""
    with us.store.write():
        work = Work(us.store, KINDS, us.realm, now)
        held = work.preferences
        held["CurrencyPrefs"]["MultiCurrencyEnabled"] = True
        work.reword(KINDS["Preferences"], held)
    return us


def test_a_term_is_of_days_or_of_a_date(us: Company, now: datetime) -> None:
    days = us.create("Term", {"Name": "Net 7", "DueDays": 7}, now=now)
    assert (days["Type"], days["DiscountDays"]) == ("STANDARD", 0)
    date = us.create("Term", {"Name": "On the 5th", "DayOfMonthDue": 5}, now=now)
    assert date["Type"] == "DATE_DRIVEN"
    assert "DueDays" not in date
    for wish, code in (
        ({"Name": "x"}, "2020"),
        ({"Name": "x", "DueDays": 1000}, "2090"),
        ({"Name": "x", "DayOfMonthDue": 32}, "2090"),
        ({"Name": "x" * 32, "DueDays": 1}, "2050"),
        ({"Name": "Net 7", "DueDays": 1}, "6240"),
    ):
        with refused(code):
            us.create("Term", wish, now=now)


@pytest.mark.parametrize(
    ("kind", "flag"), [("Class", "SubClass"), ("Department", "SubDepartment")]
)
def test_classes_and_departments_nest_and_are_deactivated(
    us: Company, now: datetime, kind: str, flag: str
) -> None:
    top = us.create(kind, {"Name": "France"}, now=now)
    assert (top[flag], top["FullyQualifiedName"], top["Active"]) == (
        False,
        "France",
        True,
    )
    low = us.create(kind, {"Name": "Paris", "ParentRef": {"value": top["Id"]}}, now=now)
    assert (low[flag], low["FullyQualifiedName"]) == (True, "France:Paris")
    with refused("6240"):
        us.create(kind, {"Name": "France"}, now=now)
    gone = change(us, now, kind, low, Active=False)
    assert gone["FullyQualifiedName"] == "France:Paris (deleted)"
    with refused("900"):
        change(us, now, kind, top, ParentRef={"value": top["Id"]})


def test_customer_types_and_tax_rates_are_only_read(us: Company, now: datetime) -> None:
    for kind in ("CustomerType", "TaxRate", "TaxCode"):
        with refused("500"):
            us.create(kind, {"Name": "x"}, now=now)


def test_a_tax_agency_has_a_name_of_its_own(us: Company, now: datetime) -> None:
    body = us.create("TaxAgency", {"DisplayName": "Revenue"}, now=now)
    assert body["TaxTrackedOnSales"] is True
    with refused("6240"):
        us.create("TaxAgency", {"DisplayName": "revenue"}, now=now)


def test_the_tax_service_makes_a_code_with_its_rates(
    us: Company, now: datetime
) -> None:
    new = {"TaxRateName": "City", "RateValue": "2.5", "TaxAgencyId": "1"}
    bought = {"TaxRateName": "In", "RateValue": 5, "TaxAgencyId": "1"}
    details = [new, {"TaxRateId": "3"}, {**bought, "TaxApplicableOn": "Purchase"}]
    wish = {"TaxCode": "Both", "TaxRateDetails": details}
    made = tax_service.create(us, wish, now=now)
    assert made["TaxCode"] == "Both"
    first = made["TaxRateDetails"][0]
    assert first["RateValue"] == Decimal("2.5")
    assert first["TaxApplicableOn"] == "Sales"
    code = us.read("TaxCode", made["TaxCodeId"])
    sold = code["SalesTaxRateList"]["TaxRateDetail"]
    assert [each["TaxRateRef"]["value"] for each in sold] == [first["TaxRateId"], "3"]
    assert len(code["PurchaseTaxRateList"]["TaxRateDetail"]) == 1
    assert us.read("TaxRate", first["TaxRateId"])["AgencyRef"] == {"value": "1"}


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"TaxCode": None}, "2020"),
        ({"TaxRateDetails": []}, "2020"),
        ({"TaxCode": "California"}, "6240"),
        ({"Colour": "red"}, "2010"),
        ({"TaxRateDetails": [{"TaxRateId": "99"}]}, "2500"),
        ({"TaxRateDetails": [{"TaxRateName": "a", "RateValue": 1}]}, "2020"),
        (
            {
                "TaxRateDetails": [
                    {"TaxRateName": "a", "RateValue": 101, "TaxAgencyId": "1"}
                ]
            },
            "2150",
        ),
        (
            {
                "TaxRateDetails": [
                    {"TaxRateName": "a", "RateValue": 1, "TaxAgencyId": "99"}
                ]
            },
            "2500",
        ),
        (
            {"TaxRateDetails": [{"TaxRateId": "3", "TaxApplicableOn": "Rent"}]},
            "2170",
        ),
    ],
)
def test_a_tax_code_that_makes_no_sense_leaves_nothing_behind(
    us: Company, now: datetime, wish: Body, code: str
) -> None:
    before = us.query("select count(*) from TaxRate")
    whole = {"TaxCode": "New", "TaxRateDetails": [{"TaxRateId": "3"}]}
    with refused(code):
        tax_service.create(us, {**whole, **wish}, now=now)
    assert us.query("select count(*) from TaxRate") == before


def test_a_company_of_one_currency_has_no_other(us: Company, now: datetime) -> None:
    with refused("6000"):
        us.create("CompanyCurrency", {"Code": "EUR"}, now=now)
    with refused("6000"):
        exchange_rates.read(us, "EUR", None, now=now)


def test_a_currency_is_added_used_and_taken_out_of_use(
    many: Company, now: datetime
) -> None:
    with refused("2220"):
        many.create(
            "Customer",
            {"DisplayName": "Zoe", "CurrencyRef": {"value": "EUR"}},
            now=now,
        )
    euro = many.create("CompanyCurrency", {"Code": "eur"}, now=now)
    assert (euro["Code"], euro["Name"], euro["Active"]) == ("EUR", "Euro", True)
    with refused("6240"):
        many.create("CompanyCurrency", {"Code": "EUR"}, now=now)
    wish = {"DisplayName": "Zoe", "CurrencyRef": {"value": "EUR"}}
    zoe = many.create("Customer", wish, now=now)
    assert zoe["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    with refused("6000"):
        change(many, now, "Customer", zoe, CurrencyRef={"value": "USD"})
    with refused("6000"):
        change(many, now, "CompanyCurrency", euro, Active=False)
    change(many, now, "Customer", zoe, Active=False)
    gone = change(many, now, "CompanyCurrency", euro, Active=False)
    assert gone["Active"] is False


@pytest.mark.parametrize("code", ["EURO", "E1R", "U", "€€€"])
def test_what_is_no_currency_is_refused(
    many: Company, now: datetime, code: str
) -> None:
    with refused("2220"):
        many.create("CompanyCurrency", {"Code": code}, now=now)


def test_a_rate_holds_from_its_day_on(many: Company, now: datetime) -> None:
    wish: Body = {
        "SourceCurrencyCode": "EUR",
        "Rate": 1.25,
        "AsOfDate": "2026-02-01",
        "TargetCurrencyCode": "USD",
    }
    made = exchange_rates.update(many, wish, now=now)
    assert (made["Rate"], made["SyncToken"]) == (Decimal("1.25"), "0")
    assert "Id" not in made
    later = exchange_rates.read(many, "EUR", "2026-03-01", now=now)
    assert (later["Rate"], later["AsOfDate"]) == (Decimal("1.25"), "2026-03-01")
    earlier = exchange_rates.read(many, "EUR", "2026-01-01", now=now)
    assert earlier["Rate"] == 1
    with refused("5010"):
        exchange_rates.update(many, {**wish, "SyncToken": "7"}, now=now)
    again = exchange_rates.update(
        many, {**wish, "SyncToken": "0", "Rate": 1.5}, now=now
    )
    assert (again["Rate"], again["SyncToken"]) == (Decimal("1.5"), "1")
    statement = (
        "select * from ExchangeRate where SourceCurrencyCode in ('EUR') "
        "and AsOfDate = '2026-02-01'"
    )
    assert many.query(statement)["ExchangeRate"] == [again]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"Rate": None}, "2020"),
        ({"Rate": 0}, "6000"),
        ({"SourceCurrencyCode": "USD"}, "6000"),
        ({"TargetCurrencyCode": "GBP"}, "6000"),
        ({"AsOfDate": "soon"}, "2060"),
    ],
)
def test_a_rate_that_makes_no_sense_is_refused(
    many: Company, now: datetime, wish: Body, code: str
) -> None:
    with refused(code):
        exchange_rates.update(
            many, {"SourceCurrencyCode": "EUR", "Rate": 2, **wish}, now=now
        )


def preferences(company: Company, now: datetime, **groups: Any) -> Body:
    held = company.read("Preferences", "1")
    return change(company, now, "Preferences", held, **groups)


def test_classes_are_tracked_one_way_at_a_time(us: Company, now: datetime) -> None:
    lines = preferences(us, now, AccountingInfoPrefs={"ClassTrackingPerTxnLine": True})
    assert lines["AccountingInfoPrefs"]["ClassTrackingPerTxnLine"] is True
    whole = preferences(us, now, AccountingInfoPrefs={"ClassTrackingPerTxn": True})
    assert whole["AccountingInfoPrefs"]["ClassTrackingPerTxnLine"] is False
    both = {"ClassTrackingPerTxn": True, "ClassTrackingPerTxnLine": True}
    with refused("6000"):
        preferences(us, now, AccountingInfoPrefs=both)


def test_places_have_a_name_only_while_they_are_tracked(
    us: Company, now: datetime
) -> None:
    on = preferences(us, now, AccountingInfoPrefs={"TrackDepartments": True})
    assert on["AccountingInfoPrefs"]["DepartmentTerminology"] == "Location"
    off = preferences(us, now, AccountingInfoPrefs={"TrackDepartments": False})
    assert "DepartmentTerminology" not in off["AccountingInfoPrefs"]


def test_what_is_read_only_in_preferences_is_left_alone(
    us: Company, now: datetime
) -> None:
    before = us.read("Preferences", "1")
    currency = {"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "EUR"}}
    months = {"FirstMonthOfFiscalYear": "May"}
    after = preferences(us, now, CurrencyPrefs=currency, AccountingInfoPrefs=months)
    assert after == before


def test_other_preferences_are_changed_by_name(us: Company, now: datetime) -> None:
    pair = {"Name": "SalesFormsPrefs.DefaultItem", "Value": "2"}
    before = us.read("Preferences", "1")["OtherPrefs"]["NameValue"]
    after = preferences(us, now, OtherPrefs={"NameValue": [pair]})
    assert len(after["OtherPrefs"]["NameValue"]) == len(before)
    assert pair in after["OtherPrefs"]["NameValue"]


def test_a_full_update_of_a_group_empties_what_it_omits(
    us: Company, now: datetime
) -> None:
    held = us.read("Preferences", "1")
    assert "DefaultCustomerMessage" in held["SalesFormsPrefs"]
    wish = {"Id": "1", "SyncToken": held["SyncToken"]}
    group = {"SalesFormsPrefs": {"AllowDeposit": True}}
    after = us.update("Preferences", {**wish, **group}, now=now)
    assert "DefaultCustomerMessage" not in after["SalesFormsPrefs"]
    assert after["SalesFormsPrefs"]["AllowDiscount"] is True
    assert after["EmailMessagesPrefs"] == held["EmailMessagesPrefs"]


@pytest.mark.parametrize(
    ("group", "part", "code"),
    [
        ("SalesFormsPrefs", {"Colour": 1}, "2010"),
        ("SalesFormsPrefs", {"AllowDeposit": "perhaps"}, "2230"),
        ("SalesFormsPrefs", {"DefaultTerms": {"value": "99"}}, "2500"),
        ("SalesFormsPrefs", {"CustomField": [{}]}, "2120"),
        ("ReportPrefs", {"ReportBasis": "Guess"}, "2170"),
        ("TimeTrackingPrefs", {"WorkWeekStartDate": "Someday"}, "2170"),
        ("AccountingInfoPrefs", {"BookCloseDate": "soon"}, "2060"),
    ],
)
def test_a_preference_that_makes_no_sense_is_refused(
    us: Company, now: datetime, group: str, part: Body, code: str
) -> None:
    with refused(code):
        preferences(us, now, **{group: part})


def test_a_company_keeps_its_name_and_address(us: Company, now: datetime) -> None:
    held = us.read("CompanyInfo", "1")
    moved = change(us, now, "CompanyInfo", held, CompanyAddr={"Line1": "1 New Road"})
    assert moved["CompanyName"] == held["CompanyName"]
    assert moved["CompanyAddr"]["Line1"] == "1 New Road"
    head = {"Id": "1", "SyncToken": moved["SyncToken"]}
    for name in ("CompanyName", "CompanyAddr"):
        whole = {"CompanyName": "New", "CompanyAddr": {"Line1": "1 New Road"}}
        del whole[name]
        with refused("2020"):
            us.update("CompanyInfo", {**head, **whole}, now=now)
