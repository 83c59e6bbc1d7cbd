"""What reports say on the cash basis, where payments decide what is earned and when."""

from __future__ import annotations

from decimal import Decimal

from support.random_business import Bookkeeper, company, link
from support.reports_read import figure, held, run, summaries


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
                    "Line": [link(part, "Invoice", number)],
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
            "Line": [link(part, "Invoice", made["Id"])],
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
            "Line": [link(Decimal(50), "Invoice", made["Id"])],
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
