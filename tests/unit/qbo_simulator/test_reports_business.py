"""Random business over a year: the reports agree with the books and with each other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from qbo_simulator import reports
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

NOW = datetime(2026, 12, 31, 20, tzinfo=UTC)
FIRST = date(2025, 7, 1)
CHECKING, RECEIVABLE, PAYABLE, EXPENSES = "35", "84", "33", ("7", "8", "9")
Json = dict[str, Any]

ACTS = (
    *("invoice", "invoice", "credit", "receipt", "refund", "bill", "bill"),
    *("vendor_credit", "purchase", "journal", "pay", "pay", "pay_bill", "prepay"),
)

amounts = st.decimals("0.01", "999.99", places=2)
days = st.integers(0, 540).map(lambda number: (FIRST + timedelta(number)).isoformat())
act = st.tuples(
    st.sampled_from(ACTS),
    days,
    st.lists(amounts, min_size=1, max_size=3),
    st.integers(0, 99),
)


class Bookkeeper:
    """Enters random transactions into an empty company."""

    def __init__(self, books: Company) -> None:
        self.books = books
        self.linked: set[str] = set()
        self.customers = [self._name("Customer", f"Customer {i}") for i in range(3)]
        self.customers.append(
            self._name("Customer", "Job", ParentRef={"value": self.customers[0]})
        )
        self.vendors = [self._name("Vendor", f"Vendor {i}") for i in range(2)]
        self.open: dict[str, list[Json]] = {
            kind: [] for kind in ("Invoice", "Bill", "CreditMemo", "VendorCredit")
        }

    def _name(self, entity: str, name: str, **more: Any) -> str:
        body = {"DisplayName": name, **more}
        return str(self.books.create(entity, body, now=NOW)["Id"])

    def do(self, what: str, on: str, values: list[Decimal], pick: int) -> None:
        """One act; those that make no sense now are left out."""
        getattr(self, what)(on, values, pick)

    def enter(self, entity: str, on: str, body: Json) -> Json:
        for line in body.get("Line", []):
            self.linked |= {each["TxnType"] for each in line.get("LinkedTxn", [])}
        return self.books.create(entity, {**body, "TxnDate": on}, now=NOW)

    def customer(self, pick: int) -> Json:
        return {"value": self.customers[pick % len(self.customers)]}

    def vendor(self, pick: int) -> Json:
        return {"value": self.vendors[pick % len(self.vendors)]}

    def sale(self, values: list[Decimal], pick: int) -> Json:
        lines = [
            {
                "Amount": value,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": str(1 + index % 2)},
                    "TaxCodeRef": {"value": ("TAX", "NON")[(pick + index) % 2]},
                },
            }
            for index, value in enumerate(values)
        ]
        tax = {"TxnTaxCodeRef": {"value": "3"}}
        return {"CustomerRef": self.customer(pick), "Line": lines, "TxnTaxDetail": tax}

    def spent(self, values: list[Decimal]) -> list[Json]:
        return [
            {
                "Amount": value,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {
                    "AccountRef": {"value": EXPENSES[index % 3]}
                },
            }
            for index, value in enumerate(values)
        ]

    def invoice(self, on: str, values: list[Decimal], pick: int) -> None:
        self.open["Invoice"].append(self.enter("Invoice", on, self.sale(values, pick)))

    def credit(self, on: str, values: list[Decimal], pick: int) -> None:
        made = self.enter("CreditMemo", on, self.sale(values, pick))
        self.open["CreditMemo"].append(made)

    def receipt(self, on: str, values: list[Decimal], pick: int) -> None:
        self.enter("SalesReceipt", on, self.sale(values, pick))

    def refund(self, on: str, values: list[Decimal], pick: int) -> None:
        where = {"DepositToAccountRef": {"value": CHECKING}}
        self.enter("RefundReceipt", on, {**self.sale(values, pick), **where})

    def bill(self, on: str, values: list[Decimal], pick: int) -> None:
        body = {"VendorRef": self.vendor(pick), "Line": self.spent(values)}
        self.open["Bill"].append(self.enter("Bill", on, body))

    def vendor_credit(self, on: str, values: list[Decimal], pick: int) -> None:
        body = {"VendorRef": self.vendor(pick), "Line": self.spent(values)}
        self.open["VendorCredit"].append(self.enter("VendorCredit", on, body))

    def purchase(self, on: str, values: list[Decimal], pick: int) -> None:
        kind = ("Check", "Cash")[pick % 2]
        account = {"PaymentType": kind, "AccountRef": {"value": CHECKING}}
        self.enter("Purchase", on, {**account, "Line": self.spent(values)})

    def journal(self, on: str, values: list[Decimal], pick: int) -> None:
        sides = (("Debit", RECEIVABLE), ("Credit", "1"))
        lines = []
        for side, account in sides:
            detail: Json = {"PostingType": side, "AccountRef": {"value": account}}
            if account == RECEIVABLE:
                detail["Entity"] = {
                    "Type": "Customer",
                    "EntityRef": self.customer(pick),
                }
            lines.append(
                {
                    "Amount": values[0],
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": detail,
                }
            )
        self.enter("JournalEntry", on, {"Line": lines})

    def pay(self, on: str, values: list[Decimal], pick: int) -> None:
        if not self.open["Invoice"]:
            return self.prepay(on, values, pick)
        at = pick % len(self.open["Invoice"])
        held = self.books.read("Invoice", self.open["Invoice"][at]["Id"])
        share = (held["Balance"] * Decimal(pick + 1) / 100).quantize(Decimal("0.01"))
        if not share:
            return None
        lines = [_link(share, "Invoice", held["Id"])]
        mine = [
            memo
            for memo in self.open["CreditMemo"]
            if memo["CustomerRef"]["value"] == held["CustomerRef"]["value"]
        ]
        used = Decimal(0)
        if mine and pick % 3 == 0:
            memo = self.books.read("CreditMemo", mine[0]["Id"])
            used = min(Decimal(memo.get("RemainingCredit", 0)), share)
        if used:
            lines.append(_link(used, "CreditMemo", mine[0]["Id"]))
        more = values[0] if pick % 2 else Decimal(0)
        body = {
            "CustomerRef": held["CustomerRef"],
            "TotalAmt": share - used + more,
            "Line": lines,
        }
        self.enter("Payment", on, body)
        return None

    def prepay(self, on: str, values: list[Decimal], pick: int) -> None:
        body = {"CustomerRef": self.customer(pick), "TotalAmt": values[0]}
        self.enter("Payment", on, body)

    def pay_bill(self, on: str, values: list[Decimal], pick: int) -> None:
        if not self.open["Bill"]:
            return
        held = self.books.read(
            "Bill", self.open["Bill"][pick % len(self.open["Bill"])]["Id"]
        )
        if not held["Balance"]:
            return
        lines = [_link(held["Balance"], "Bill", held["Id"])]
        used = Decimal(0)
        for credit in self.open["VendorCredit"]:
            left = self.books.read("VendorCredit", credit["Id"])["Balance"]
            if credit["VendorRef"] == held["VendorRef"] and left and pick % 2:
                used = min(Decimal(left), Decimal(held["Balance"]))
                lines.append(_link(used, "VendorCredit", credit["Id"]))
                break
        body = {
            "VendorRef": held["VendorRef"],
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": CHECKING}},
            "TotalAmt": held["Balance"] - used,
            "Line": lines,
        }
        self.enter("BillPayment", on, body)


def _link(amount: Decimal, kind: str, number: str) -> Json:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": number, "TxnType": kind}]}


@contextmanager
def company() -> Iterator[Company]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "books.sqlite3")
        yield seed(store, now=datetime(2025, 6, 1, 12, tzinfo=UTC), empty=True)[0]
        store.close()


def run(books: Company, name: str, **params: str) -> Json:
    return reports.run(books, name, params, now=NOW)


def summaries(report: Json) -> dict[str, list[Decimal]]:
    """The figures below every section, by title."""
    found: dict[str, list[Decimal]] = {}

    def look(rows: Json) -> None:
        for row in rows.get("Row", []):
            look(row.get("Rows", {}))
            for cells in (row.get("Summary"), row if "group" in row else None):
                if cells and "ColData" in cells:
                    title, *rest = [cell["value"] for cell in cells["ColData"]]
                    found[title] = [Decimal(value or 0) for value in rest]

    look(report["Rows"])
    return found


def figure(report: Json, title: str, place: int = -1) -> Decimal:
    return summaries(report).get(title, [Decimal(0)])[place]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(act, min_size=1, max_size=14), on=days)
def test_whatever_happened_all_reports_agree(
    acts: list[tuple[str, str, list[Decimal], int]], on: str
) -> None:
    with company() as books:
        keeper = Bookkeeper(books)
        for what, day, values, pick in acts:
            keeper.do(what, day, values, pick)
        check_all(books, on)


@pytest.mark.parametrize("chance", range(8))
def test_after_much_business_all_reports_agree(chance: int) -> None:
    random = Random(chance)  # noqa: S311 - the same business each time
    with company() as books:
        keeper = Bookkeeper(books)
        for _ in range(60):
            day = (FIRST + timedelta(random.randrange(540))).isoformat()
            values = [Decimal(random.randrange(1, 99999)) / 100 for _ in range(2)]
            keeper.do(random.choice(ACTS), day, values, random.randrange(100))
        assert keeper.linked >= {"Invoice", "Bill"}
        for _ in range(3):
            day = (FIRST + timedelta(random.randrange(540))).isoformat()
            check_all(books, day)


def check_all(books: Company, on: str) -> None:
    for basis in ("Accrual", "Cash"):
        check_statements(books, on, basis)
        check_columns(books, on, basis)
        check_ledger(books, on, basis)
    check_what_is_owed(books, on)
    check_balances(books)


def check_statements(books: Company, on: str, basis: str) -> None:
    asked = {
        "start_date": f"{on[:4]}-01-01",
        "end_date": on,
        "accounting_method": basis,
    }
    debit, credit = summaries(run(books, "TrialBalance", **asked)).get("TOTAL", [0, 0])
    assert debit == credit
    sheet = run(books, "BalanceSheet", **asked)
    assert figure(sheet, "TOTAL ASSETS") == figure(
        sheet, "TOTAL LIABILITIES AND EQUITY"
    )
    earned = run(books, "ProfitAndLoss", **asked)
    assert figure(earned, "Net Income") == figure(sheet, "Net Income")
    detail = run(books, "ProfitAndLossDetail", **asked)
    assert summaries(detail).get("Net Income", [0, 0])[-2] == figure(
        earned, "Net Income"
    )
    flow = summaries(run(books, "CashFlow", **asked))
    cash = figure(sheet, "Total Bank Accounts") + held(sheet, "Undeposited Funds")
    assert flow["Cash at end of period"] == [cash]


def held(report: Json, title: str) -> Decimal:
    """The figure of a line."""

    def look(rows: Json) -> Decimal:
        total = Decimal(0)
        for row in rows.get("Row", []):
            total += look(row.get("Rows", {}))
            cells = row.get("ColData", [])
            if cells and cells[0]["value"] == title:
                total += Decimal(cells[-1]["value"] or 0)
        return total

    return look(report["Rows"])


def check_columns(books: Company, on: str, basis: str) -> None:
    asked = {"start_date": "2025-07-01", "end_date": max(on, "2025-07-01")}
    asked["accounting_method"] = basis
    whole = figure(run(books, "ProfitAndLoss", **asked), "Net Income")
    for by in ("Days", "Week", "Month", "Quarter", "Year", "Customers", "Vendors"):
        if by == "Days" and on > "2025-12-01":
            continue
        report = run(books, "ProfitAndLoss", **asked, summarize_column_by=by)
        *parts, total = summaries(report)["Net Income"]
        assert sum(parts) == total == whole
        assert len(report["Columns"]["Column"]) == len(parts) + 2


def check_ledger(books: Company, on: str, basis: str) -> None:
    asked = {"end_date": on, "accounting_method": basis}
    ledger = (
        run(books, "GeneralLedger", **asked, start_date="2025-09-01")
        if (on >= "2025-09-01")
        else run(books, "GeneralLedger", **asked, start_date="2025-07-01")
    )
    sheet = run(books, "BalanceSheet", **asked)
    for section in ledger["Rows"].get("Row", []):
        name = section["Header"]["ColData"][0]["value"]
        if name in ("Checking", "Accounts Receivable (A/R)", "Undeposited Funds"):
            rows = section["Rows"]["Row"]
            assert Decimal(rows[-1]["ColData"][-1]["value"]) == held(sheet, name)


def check_what_is_owed(books: Company, on: str) -> None:
    sheet = run(books, "BalanceSheet", start_date="2025-01-01", end_date=on)
    for side, account in (
        (("AgedReceivables", "AgedReceivableDetail", "CustomerBalance"), "A/R"),
        (("AgedPayables", "AgedPayableDetail", "VendorBalance"), "A/P"),
    ):
        title = (
            f"Accounts {'Receivable' if account == 'A/R' else 'Payable'} ({account})"
        )
        owed = held(sheet, title)
        for name in side:
            report = run(books, name, report_date=on)
            assert figure(report, "TOTAL") == owed, name
        *parts, total = summaries(run(books, side[0], report_date=on)).get("TOTAL", [0])
        assert sum(parts) == total


def check_balances(books: Company) -> None:
    for entity, name in (("Customer", "CustomerBalance"), ("Vendor", "VendorBalance")):
        found = books.query(f"select * from {entity} maxresults 100")  # noqa: S608
        owed = sum(Decimal(each["Balance"]) for each in found.get(entity, []))
        assert figure(run(books, name, report_date="2027-12-31"), "TOTAL") == owed


def test_when_all_is_paid_cash_and_accrual_come_to_the_same() -> None:
    with company() as books:
        keeper = Bookkeeper(books)
        values = [Decimal("33.33"), Decimal("0.01"), Decimal("71.17")]
        keeper.invoice("2026-02-01", values, 0)
        keeper.bill("2026-02-02", values, 0)
        for pick, day in ((32, "2026-03-01"), (49, "2026-04-01"), (99, "2026-05-01")):
            number = keeper.open["Invoice"][0]["Id"]
            held_ = books.read("Invoice", number)
            part = held_["Balance"] * (pick + 1) / 100
            part = Decimal(part).quantize(Decimal("0.01"))
            keeper.enter(
                "Payment",
                day,
                {
                    "CustomerRef": held_["CustomerRef"],
                    "TotalAmt": part,
                    "Line": [_link(part, "Invoice", number)],
                },
            )
        keeper.pay_bill("2026-06-01", values, 0)
        year = {"start_date": "2026-01-01", "end_date": "2026-12-31"}
        accrued = run(books, "ProfitAndLoss", **year)
        paid = run(books, "ProfitAndLoss", **year, accounting_method="Cash")
        assert summaries(paid) == summaries(accrued)
        sheet = run(books, "BalanceSheet", **year, accounting_method="Cash")
        assert held(sheet, "Accounts Receivable (A/R)") == 0


def test_on_the_cash_basis_an_invoice_counts_by_the_share_that_is_paid() -> None:
    with company() as books:
        keeper = Bookkeeper(books)
        keeper.invoice("2026-02-01", [Decimal(100), Decimal(300)], 1)
        made = keeper.open["Invoice"][0]
        part = made["TotalAmt"] / 4
        body = {
            "CustomerRef": made["CustomerRef"],
            "TotalAmt": part + 7,
            "Line": [_link(part, "Invoice", made["Id"])],
        }
        keeper.enter("Payment", "2026-03-05", body)
        february = {"start_date": "2026-02-01", "end_date": "2026-02-28"}
        march = {"start_date": "2026-03-01", "end_date": "2026-03-31"}
        cash = {"accounting_method": "Cash"}
        assert figure(run(books, "ProfitAndLoss", **february), "Net Income") == 400
        assert (
            figure(run(books, "ProfitAndLoss", **february, **cash), "Net Income") == 0
        )
        earned = run(books, "ProfitAndLoss", **march, **cash)
        assert held(earned, "Services") == 100
        assert held(earned, "Unapplied Cash Payment Income") == 7


def test_a_payment_before_its_invoice_is_income_not_applied_until_the_invoice() -> None:
    with company() as books:
        keeper = Bookkeeper(books)
        keeper.invoice("2026-03-10", [Decimal(50)], 1)
        made = keeper.open["Invoice"][0]
        body = {
            "CustomerRef": made["CustomerRef"],
            "TotalAmt": 50,
            "Line": [_link(Decimal(50), "Invoice", made["Id"])],
        }
        keeper.enter("Payment", "2026-02-20", body)
        cash = {"accounting_method": "Cash"}
        before = run(
            books,
            "ProfitAndLoss",
            start_date="2026-02-01",
            end_date="2026-02-28",
            **cash,
        )
        assert held(before, "Unapplied Cash Payment Income") == 50
        after = run(
            books,
            "ProfitAndLoss",
            start_date="2026-03-01",
            end_date="2026-03-31",
            **cash,
        )
        assert held(after, "Unapplied Cash Payment Income") == -50
        assert held(after, "Services") == 50


@pytest.mark.parametrize("name", ["Cashflow", "ARAgingDetail", ""])
def test_an_unknown_report_is_refused_as_a_feature_one_has_no_right_to(
    us: Company, name: str
) -> None:
    with pytest.raises(Fault) as refused:
        run(us, name)
    assert (refused.value.code, refused.value.element) == ("5020", "ReportName")
