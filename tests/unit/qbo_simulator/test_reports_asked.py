"""What may be asked of reports: basis, years, filters, columns, their order, refusals."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from support.shop import YEAR, Shop, flat, prefer

from qbo_simulator import reports
from qbo_simulator.faults import Fault


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"start_date": "yesterday"}, "2060"),
        ({"end_date": "2026-13-01"}, "2060"),
        ({"start_date": "2026-02-01", "end_date": "2026-01-31"}, "6000"),
        ({"date_macro": "This Decade"}, "2170"),
        ({"accounting_method": "Barter"}, "2170"),
        ({"summarize_column_by": "Mood"}, "2170"),
        ({"sort_order": "sideways"}, "2170"),
        ({"customer": "Ada"}, "2030"),
        (
            {
                "date_macro": "all",
                "start_date": "1999-01-01",
                "summarize_column_by": "Days",
            },
            "2170",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    shop: Shop, params: dict[str, str], code: str
) -> None:
    with pytest.raises(Fault) as refused:
        shop.report("ProfitAndLoss", **params)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("GeneralLedger", {"columns": "tx_date,mood"}),
        ("AccountList", {"columns": "mood"}),
        ("AgedReceivables", {"aging_period": "0"}),
        ("AgedReceivables", {"num_periods": "many"}),
        ("TransactionList", {"group_by": "mood"}),
        ("TransactionList", {"bothamount": "much"}),
    ],
)
def test_what_a_report_does_not_have_is_refused(
    shop: Shop, name: str, params: dict[str, str]
) -> None:
    with pytest.raises(Fault) as refused:
        shop.report(name, **params)
    assert refused.value.code == "2170"


@pytest.mark.parametrize("name", ["Cashflow", "ARAgingDetail", ""])
def test_an_unknown_report_is_refused_as_a_feature_one_has_no_right_to(
    shop: Shop, name: str
) -> None:
    with pytest.raises(Fault) as refused:
        shop.report(name)
    assert (refused.value.code, refused.value.element) == ("5020", "ReportName")


def test_parameters_nobody_knows_are_left_alone(shop: Shop) -> None:
    assert shop.report("ProfitAndLoss", colour="blue")["Header"]["Currency"] == "USD"


def test_the_company_s_usual_basis_counts_unless_another_is_asked_for(
    shop: Shop,
) -> None:
    held = shop.books.read("Preferences", "1")
    wish = {"Id": "1", "SyncToken": held["SyncToken"], "sparse": True}
    wish["ReportPrefs"] = {**held["ReportPrefs"], "ReportBasis": "Cash"}
    shop.books.update("Preferences", wish, now=shop.now)
    assert shop.report("ProfitAndLoss")["Header"]["ReportBasis"] == "Cash"
    asked = shop.report("ProfitAndLoss", accounting_method="accrual")
    assert asked["Header"]["ReportBasis"] == "Accrual"


def test_years_are_the_company_s_own(shop: Shop, ada: str) -> None:
    shop.invoice(ada, "2025-03-31", 100)
    shop.invoice(ada, "2025-04-01", 30)
    prefer(shop.books, "AccountingInfoPrefs.FirstMonthOfFiscalYear", '"April"')
    report = shop.report("BalanceSheet")
    head = report["Header"]
    assert head["DateMacro"] == "this fiscal year-to-date"
    assert (head["StartPeriod"], head["EndPeriod"]) == ("2025-04-01", "2026-03-10")
    assert ["Retained Earnings", "100.00"] in flat(report["Rows"])
    assert ["Net Income", "30.00"] in flat(report["Rows"])


def test_a_filter_leaves_the_others_out_and_is_named_in_the_head(
    shop: Shop, ada: str, bob: str
) -> None:
    shop.invoice(ada, "2026-02-01", 10)
    shop.invoice(bob, "2026-02-01", 5)
    report = shop.report("ProfitAndLoss", **YEAR, customer=bob)
    assert report["Header"]["Customer"] == bob
    assert ["Net Income", "5.00"] in flat(report["Rows"])
    both = shop.lines("ProfitAndLoss", **YEAR, customer=f"{ada},{bob}")
    assert ["Net Income", "15.00"] in both
    assert ["Net Income", "15.00"] in shop.lines("ProfitAndLoss", **YEAR)
    assert ["Services", "15.00"] in shop.lines("ProfitAndLoss", **YEAR, item="1")
    ledger = shop.lines("GeneralLedger", **YEAR, account="1")
    assert {line[0] for line in ledger} == {
        "Services",
        "2026-02-01",
        "Total for Services",
    }
    assert {line[5] for line in ledger if line[1]} == {"Accounts Receivable (A/R)"}


def test_customers_stand_side_by_side(shop: Shop, ada: str, bob: str) -> None:
    shop.invoice(ada, "2026-02-01", 10)
    shop.invoice(bob, "2026-03-01", 5)
    report = shop.report("ProfitAndLoss", **YEAR, summarize_column_by="Customers")
    titles = [column["ColTitle"] for column in report["Columns"]["Column"]]
    assert titles == ["", "Ada", "Bob", "Total"]
    assert ["Total Income", "10.00", "5.00", "15.00"] in flat(report["Rows"])


def test_columns_come_in_the_report_s_own_order(shop: Shop, ada: str) -> None:
    shop.invoice(ada, "2026-02-01", 40)
    report = shop.report(
        "GeneralLedger", **YEAR, columns="subt_nat_amount,tx_date,name"
    )
    titles = [column["ColTitle"] for column in report["Columns"]["Column"]]
    assert titles == ["Date", "Name", "Amount"]
    assert ["2026-02-01", "Ada", "40.00"] in flat(report["Rows"])


def test_figures_lead_to_the_postings_they_are_made_of(shop: Shop, ada: str) -> None:
    shop.invoice(ada, "2026-02-01", 40)
    report = shop.report("ProfitAndLoss", **YEAR, qzurl="true")
    cell = report["Rows"]["Row"][0]["Rows"]["Row"][0]["ColData"][1]
    address = urlsplit(cell["href"])
    name, query = address.path.rpartition("/")[2], dict(parse_qsl(address.query))
    zoomed = reports.run(shop.books, name, query, now=shop.now)
    assert flat(zoomed["Rows"])[-1][6] == cell["value"]
    plain = shop.report("ProfitAndLoss", **YEAR)
    assert "href" not in str(plain)
