"""What a new company has done at the bank and by hand: deposits, transfers, entries."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.kinds.budgets import enter as enter_budget
from qbo_simulator.wire import today

if TYPE_CHECKING:
    from datetime import datetime

    from qbo_simulator.seeds.trading import Body, Trader

CHECKING, SAVINGS, VISA = "35", "36", "42"
OPENING, PREPAID, INSURANCE = "34", "3", "9"
CAPITAL = Decimal(25_000)


class Bank:
    """Enters deposits, transfers, journal entries, time, a template and a note."""

    def __init__(self, trader: Trader) -> None:
        self.trader = trader
        self.company = trader.company
        self.random = trader.random

    def enter(self, receipts: list[Body]) -> None:
        """Enter everything; some of the sales receipts are brought to the bank."""
        self.enter_plain()
        self._deposit(receipts[:4])
        self._time()
        self._template()
        self._note()
        self._budget()
        self._pay_card(12, Decimal("180.5"))

    def enter_plain(self) -> None:
        """Enter what concerns no customer: capital, insurance by the month, savings."""
        self._journal(185, (("Debit", CHECKING), ("Credit", OPENING)), CAPITAL)
        monthly = Decimal("212.5")
        for days in (95, 64, 34):
            self._journal(days, (("Debit", INSURANCE), ("Credit", PREPAID)), monthly)
        self._transfer(80, Decimal(4000))
        self._transfer(19, Decimal("1250.75"))

    def _past(self, days: int) -> datetime:
        return self.trader.now - timedelta(days=days, hours=3)

    def _home(self) -> Body:
        code = self.trader.company.read("Preferences", "1")["CurrencyPrefs"]
        if not code["MultiCurrencyEnabled"]:
            return {}
        return {"CurrencyRef": {"value": code["HomeCurrency"]["value"]}}

    def _journal(
        self, days: int, sides: tuple[tuple[str, str], ...], amount: Decimal
    ) -> None:
        lines = [
            {
                "Amount": amount,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {
                    "PostingType": side,
                    "AccountRef": {"value": account},
                },
            }
            for side, account in sides
        ]
        at = self._past(days)
        body = {"TxnDate": today(at).isoformat(), "Line": lines, **self._home()}
        self.company.create("JournalEntry", body, now=at)

    def _transfer(self, days: int, amount: Decimal) -> None:
        at = self._past(days)
        body = {
            "TxnDate": today(at).isoformat(),
            "FromAccountRef": {"value": CHECKING},
            "ToAccountRef": {"value": SAVINGS},
            "Amount": amount,
            **self._home(),
        }
        self.company.create("Transfer", body, now=at)

    def _pay_card(self, days: int, amount: Decimal) -> None:
        at = self._past(days)
        body = {
            "TxnDate": today(at).isoformat(),
            "BankAccountRef": {"value": CHECKING},
            "CreditCardAccountRef": {"value": VISA},
            "Amount": amount,
            **self._home(),
        }
        self.company.create("CreditCardPaymentTxn", body, now=at)

    def _deposit(self, receipts: list[Body]) -> None:
        """Two trips to the bank: with receipts, and with what customers paid."""
        payments = self.company.query(
            "select * from Payment where TotalAmt > '0' orderby Id maxresults 60"
        ).get("Payment", [])
        home = [
            each
            for each in payments
            if "CurrencyRef" not in each
            or each["CurrencyRef"]["value"] not in self.trader.trade.rates
        ]
        for days, found, kind in (
            (45, receipts, "SalesReceipt"),
            (40, home[:5], "Payment"),
        ):
            lines = [
                {
                    "Amount": each["TotalAmt"],
                    "LinkedTxn": [
                        {"TxnId": each["Id"], "TxnType": kind, "TxnLineId": "0"}
                    ],
                }
                for each in found
                if each["TotalAmt"]
            ]
            at = self._past(days)
            body = {
                "TxnDate": today(at).isoformat(),
                "DepositToAccountRef": {"value": CHECKING},
                "Line": lines,
                **self._home(),
            }
            self.company.create("Deposit", body, now=at)

    def _time(self) -> None:
        services = [each for each in self.trader.items if each["Type"] == "Service"]
        parties = list(self.trader.customers.values())
        for position, days in enumerate((26, 20, 13, 4)):
            at = self._past(days)
            employee = self.trader.employees[position % len(self.trader.employees)]
            body = {
                "NameOf": "Employee",
                "EmployeeRef": {"value": employee["Id"]},
                "CustomerRef": {"value": self.random.choice(parties)["Id"]},
                "ItemRef": {"value": services[0]["Id"]},
                "TxnDate": today(at).isoformat(),
                "Hours": 1 + position,
                "Minutes": 15 * position,
                "HourlyRate": 60,
                "BillableStatus": "Billable" if position % 2 else "NotBillable",
                "Description": services[0]["Description"],
            }
            self.company.create("TimeActivity", body, now=at)

    def _template(self) -> None:
        at = self._past(60)
        party = next(iter(self.trader.customers.values()))
        invoice = self.trader.sale(party, 0, 1, at)
        del invoice["TxnDate"]
        invoice.pop("DocNumber", None)
        invoice["RecurringInfo"] = {
            "Name": "Monthly",
            "RecurType": "Reminded",
            "Active": True,
            "ScheduleInfo": {
                "IntervalType": "Monthly",
                "NumInterval": 1,
                "DayOfMonth": 1,
                "StartDate": today(self.trader.now + timedelta(days=5)).isoformat(),
            },
        }
        self.company.create("RecurringTransaction", {"Invoice": invoice}, now=at)

    def _note(self) -> None:
        found = self.company.query("select Id from Invoice orderby Id maxresults 1")
        reference = {
            "EntityRef": {"type": "Invoice", "value": found["Invoice"][0]["Id"]},
            "IncludeOnSend": False,
        }
        remarks = self.trader.trade.remarks or ("Called the customer.",)
        body = {"Note": remarks[0], "AttachableRef": [reference]}
        self.company.create("Attachable", body, now=self._past(50))

    def _budget(self) -> None:
        """What the bookkeeper plans to spend this year on what is bought most."""
        at = self._past(70)
        year = today(self.trader.now).year
        planned = {
            (int(account), month): Decimal(400 + 25 * month)
            for account, _ in self.trader.trade.bought[:2]
            for month in range(1, 13)
        }
        with self.company.store.write():
            work = Work(self.company.store, KINDS, self.company.realm, at)
            enter_budget(work, f"Budget {year}", year, planned)
