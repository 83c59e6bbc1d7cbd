"""What the lines of reports say: of accounts, debts, transactions, currencies and goods."""

from __future__ import annotations

from decimal import Decimal

from support.shop import YEAR, Shop, prefer

from qbo_simulator.company import Company


def test_accounts_stand_below_those_they_belong_to(shop: Shop, ada: str) -> None:
    outer = shop.make("Account", Name="Gardens", AccountType="Income")
    inner = shop.make(
        "Account",
        Name="Ponds",
        AccountType="Income",
        SubAccount=True,
        ParentRef={"value": outer},
    )
    for name, account in (("Digging", outer), ("Filling", inner)):
        item = shop.make(
            "Item", Name=name, Type="Service", IncomeAccountRef={"value": account}
        )
        line = {
            "Amount": 7,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": item}},
        }
        shop.make(
            "Invoice", CustomerRef={"value": ada}, TxnDate="2026-02-01", Line=[line]
        )
    assert shop.lines("ProfitAndLoss", **YEAR)[:5] == [
        ["Income", ""],
        ["Gardens", "7.00"],
        ["Ponds", "7.00"],
        ["Total Gardens", "14.00"],
        ["Total Income", "14.00"],
    ]
    ledger = [line[0] for line in shop.lines("GeneralLedger", **YEAR)]
    assert ledger[-7:] == [
        "Gardens",
        "2026-02-01",
        "Total for Gardens",
        "Ponds",
        "2026-02-01",
        "Total for Ponds",
        "Total for Gardens with sub-accounts",
    ]


def test_last_year_s_income_is_retained_and_this_year_s_is_net_income(
    shop: Shop, ada: str
) -> None:
    shop.invoice(ada, "2025-12-31", 100)
    shop.invoice(ada, "2026-01-01", 30)
    lines = shop.lines("BalanceSheet", **YEAR)
    assert ["Retained Earnings", "100.00"] in lines
    assert ["Net Income", "30.00"] in lines
    by_year = shop.lines(
        "BalanceSheet",
        start_date="2025-01-01",
        end_date="2026-12-31",
        summarize_column_by="Year",
    )
    assert ["Retained Earnings", "", "100.00"] in by_year
    assert ["Net Income", "100.00", "30.00"] in by_year


def test_what_is_owed_is_aged_by_its_due_date(shop: Shop, ada: str) -> None:
    for due, amount in (
        ("2026-07-01", 1),
        ("2026-06-30", 2),
        ("2026-05-31", 4),
        ("2026-05-01", 8),
        ("2026-04-01", 16),
        ("2026-01-01", 32),
    ):
        shop.invoice(ada, "2025-12-01", amount, DueDate=due)
    shop.pay(ada, "2026-06-20", 64)
    row = shop.lines("AgedReceivables", report_date="2026-06-30")[0]
    assert row == ["Ada", "3.00", "-60.00", "8.00", "16.00", "32.00", "-1.00"]
    halves = shop.lines(
        "AgedReceivables", report_date="2026-06-30", aging_period="60", num_periods="2"
    )
    assert halves[0] == ["Ada", "3.00", "-52.00", "48.00", "-1.00"]
    titles = [
        column["ColTitle"]
        for column in shop.report("AgedReceivables", num_periods="2")["Columns"][
            "Column"
        ]
    ]
    assert titles == ["", "Current", "1 - 30", "31 and over", "Total"]


def test_an_invoice_is_open_until_the_day_it_is_paid(shop: Shop, ada: str) -> None:
    invoice = shop.invoice(ada, "2026-02-01", 40)
    shop.pay(ada, "2026-03-01", 25, invoice)
    before = shop.lines("CustomerBalanceDetail", report_date="2026-02-28")
    assert before[1][4:] == ["40.00", "40.00", "40.00"]
    after = shop.lines("CustomerBalanceDetail", report_date="2026-03-01")
    assert after[1][4:] == ["40.00", "15.00", "15.00"]
    everything = shop.lines("CustomerBalanceDetail", arpaid="All")
    assert [line[1] for line in everything] == ["", "Invoice", "Payment", "", ""]


def test_transactions_are_listed_with_those_that_post_nothing(
    shop: Shop, ada: str, bob: str
) -> None:
    invoice = shop.invoice(ada, "2026-02-01", 40, DocNumber="A-1")
    shop.pay(ada, "2026-02-03", 40, invoice)
    line = {
        "Amount": 9,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    shop.make("Estimate", CustomerRef={"value": bob}, TxnDate="2026-02-02", Line=[line])
    voided = shop.books.read("Invoice", shop.invoice(bob, "2026-02-04", 3))
    shop.books.void("Invoice", voided, now=shop.now)
    listed = shop.lines("TransactionList", **YEAR)
    assert [(line[1], line[3], line[4], line[-1]) for line in listed] == [
        ("Invoice", "Yes", "Ada", "40.00"),
        ("Estimate", "No", "Bob", "9.00"),
        ("Payment", "Yes", "Ada", "40.00"),
        ("Invoice", "Yes", "Bob", "0.00"),
    ]
    only = shop.lines("TransactionList", **YEAR, transaction_type="ReceivePayment")
    assert [line[1] for line in only] == ["Payment"]
    assert len(shop.lines("TransactionList", **YEAR, docnum="A-1")) == 1
    last_first = shop.lines("TransactionList", **YEAR, sort_order="descend")
    assert last_first == listed[::-1]
    by_amount = shop.lines("TransactionList", **YEAR, sort_by="subt_nat_amount")
    assert [line[-1] for line in by_amount] == ["0.00", "9.00", "40.00", "40.00"]
    grouped = shop.lines("TransactionList", **YEAR, group_by="Name")
    assert [line[0] for line in grouped if line[0][:2] != "20"] == [
        "Ada",
        "Total for Ada",
        "Bob",
        "Total for Bob",
    ]
    customers = shop.lines("TransactionListByCustomer", **YEAR, customer=ada)
    assert [line[0] for line in customers] == [
        "Ada",
        "2026-02-01",
        "2026-02-03",
        "Total for Ada",
    ]


def test_foreign_currencies_are_reported_in_the_company_s_own(
    shop: Shop, us: Company
) -> None:
    prefer(us, "CurrencyPrefs.MultiCurrencyEnabled", "true")
    shop.make("CompanyCurrency", Code="EUR", Name="Euro")
    eva = shop.make("Customer", DisplayName="Eva", CurrencyRef={"value": "EUR"})
    euro = {"CurrencyRef": {"value": "EUR"}}
    invoice = shop.invoice(eva, "2026-02-01", 100, ExchangeRate=Decimal("1.1"), **euro)
    shop.make(
        "Payment",
        CustomerRef={"value": eva},
        TxnDate="2026-03-01",
        TotalAmt=60,
        ExchangeRate=Decimal("1.2"),
        Line=[{"Amount": 60, "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}],
        **euro,
    )
    for basis, owed, earned in (("Accrual", "44.00", "110.00"), ("Cash", "", "66.00")):
        lines = shop.lines("BalanceSheet", **YEAR, accounting_method=basis)
        figures = {line[0]: line[-1] for line in lines}
        assert figures.get("Total Accounts Receivable", "") == owed
        assert figures["Undeposited Funds"] == "72.00"
        assert figures["TOTAL ASSETS"] == figures["TOTAL LIABILITIES AND EQUITY"]
        income = shop.lines("ProfitAndLoss", **YEAR, accounting_method=basis)
        assert ["Services", earned] in income
    aged = shop.lines("AgedReceivables", report_date="2026-12-31")
    assert aged[-1][-1] == "44.00"
    keys = [
        column["ColType"]
        for column in shop.report("GeneralLedger")["Columns"]["Column"]
    ]
    assert "subt_nat_home_amount" in keys


def test_goods_show_what_was_sold_what_it_cost_and_what_is_left(
    shop: Shop, ada: str
) -> None:
    pump = shop.make(
        "Item",
        Name="Pump",
        Type="Inventory",
        TrackQtyOnHand=True,
        QtyOnHand=10,
        InvStartDate="2026-01-01",
        PurchaseCost=10,
        Sku="2890",
        IncomeAccountRef={"value": "79"},
        AssetAccountRef={"value": "81"},
        ExpenseAccountRef={"value": "80"},
    )
    detail = {"ItemRef": {"value": pump}, "Qty": 2, "UnitPrice": 15}
    line = {
        "Amount": 30,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }
    ref = {"value": ada}
    shop.make("Invoice", CustomerRef=ref, TxnDate="2026-02-03", Line=[line])
    line = {**line, "Amount": 15, "SalesItemLineDetail": {**detail, "Qty": 1}}
    shop.make("CreditMemo", CustomerRef=ref, TxnDate="2026-02-09", Line=[line])
    figures = ["1.00", "15.00", "100.00 %", "15.00", "10.00", "5.00", "33.33 %"]
    assert shop.lines("ItemSales", **YEAR)[0] == ["Pump", *figures]
    assert shop.lines("InventoryValuationSummary", report_date="2026-02-03") == [
        ["Pump", "2890", "8.00", "80.00", "10.00"],
        ["TOTAL", "", "", "80.00", ""],
    ]
    moves = shop.lines("InventoryValuationDetail", **YEAR)
    assert [(line[1], line[4], line[6], line[8]) for line in moves[1:-1]] == [
        ("Inventory Starting Value", "10.00", "100.00", "100.00"),
        ("Invoice", "-2.00", "-20.00", "80.00"),
        ("Credit Memo", "1.00", "10.00", "90.00"),
    ]


def test_sales_by_name_come_to_the_income_they_brought(
    shop: Shop, ada: str, bob: str
) -> None:
    shop.invoice(ada, "2026-02-01", 10, 20)
    shop.invoice(bob, "2026-03-01", 5)
    for name in ("CustomerSales", "ClassSales", "DepartmentSales"):
        assert shop.lines(name, **YEAR)[-1] == ["TOTAL", "35.00"]
    assert shop.lines("ItemSales", **YEAR)[-1][2] == "35.00"
    assert shop.lines("CustomerIncome", **YEAR)[-1] == [
        "TOTAL",
        "35.00",
        "0.00",
        "35.00",
    ]
    by_month = shop.lines(
        "CustomerSales",
        start_date="2026-02-01",
        end_date="2026-03-31",
        summarize_column_by="Month",
    )
    assert by_month == [
        ["Ada", "30.00", "", "30.00"],
        ["Bob", "", "5.00", "5.00"],
        ["TOTAL", "30.00", "5.00", "35.00"],
    ]
