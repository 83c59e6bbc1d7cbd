"""What a new company has bought: orders, bills and their payment, money spent."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.wire import as_decimal, today

if TYPE_CHECKING:
    from datetime import datetime

    from qbo_simulator.seeds.trading import Body, Trader

BILLS = (150, 128, 103, 84, 66, 51, 37, 24, 15, 5)
CENT = Decimal("0.01")


class Purchases:
    """Enters purchases of a trade, over the same months as its sales."""

    def __init__(self, trader: Trader) -> None:
        self.trader = trader
        self.company = trader.company
        self.random = trader.random
        self.vendors = trader.vendors
        self.at_home = [each for each in self.vendors if not trader.money_of(each)]

    def enter(self) -> None:
        """Enter everything, in the order in which such things follow each other."""
        self._orders()
        for position, days in enumerate(BILLS):
            self._bill(position, days)
        self._credit()
        self._spending()

    def _past(self, days: int) -> datetime:
        return self.trader.now - timedelta(days=days, hours=4)

    def _head(self, vendor: Body, days: int) -> Body:
        body: Body = {
            "VendorRef": {"value": vendor["Id"]},
            "TxnDate": today(self._past(days)).isoformat(),
            **self.trader.money_of(vendor),
        }
        if not self.trader.trade.is_american:
            body["GlobalTaxCalculation"] = "TaxExcluded"
        return body

    def _code(self) -> Body:
        return {} if self.trader.trade.is_american else {"TaxCodeRef": {"value": "2"}}

    def _spent(self, position: int) -> Body:
        account, text = self.trader.trade.bought[
            position % len(self.trader.trade.bought)
        ]
        amount = Decimal(self.random.randrange(4_000, 90_000)) / 100
        return {
            "Amount": amount,
            "Description": text,
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {
                "AccountRef": {"value": account},
                **self._code(),
            },
        }

    def _restocked(self, quantity: int) -> Body:
        kinds = [each["Type"] for each in self.trader.items]
        kind = "Inventory" if "Inventory" in kinds else "NonInventory"
        stock = [each for each in self.trader.items[:-1] if each["Type"] == kind]
        item = self.random.choice(stock)
        cost = as_decimal(item["PurchaseCost"])
        return {
            "Amount": (quantity * cost).quantize(CENT),
            "Description": item["Name"],
            "DetailType": "ItemBasedExpenseLineDetail",
            "ItemBasedExpenseLineDetail": {
                "ItemRef": {"value": item["Id"]},
                "Qty": quantity,
                "UnitPrice": cost,
                **self._code(),
            },
        }

    def _orders(self) -> None:
        for days, quantity in ((140, 12), (58, 24), (8, 6)):
            vendor = self.random.choice(self.at_home)
            body = {
                **self._head(vendor, days),
                "Line": [self._restocked(quantity)],
                "APAccountRef": {"value": "33"},
            }
            self.company.create("PurchaseOrder", body, now=self._past(days))

    def _bill(self, position: int, days: int) -> None:
        vendor = self.vendors[position % len(self.vendors)]
        lines = [self._spent(position)]
        if position % 3 == 0:
            lines.append(self._restocked(10))
        body = {
            **self._head(vendor, days),
            "DocNumber": f"{7000 + 13 * position}",
            "SalesTermRef": {"value": "3"},
            "Line": lines,
        }
        bill = self.company.create("Bill", body, now=self._past(days))
        if position < 6:
            self._pay(bill, vendor, position, max(days - 25, 1))

    def _pay(self, bill: Body, vendor: Body, position: int, days: int) -> None:
        total = as_decimal(bill["TotalAmt"])
        if position == 4:
            total = (total / 2).quantize(CENT)
        link = {"TxnId": bill["Id"], "TxnType": "Bill"}
        by_card = position == 2
        body = {
            **self._head(vendor, days),
            "TotalAmt": total,
            "PayType": "CreditCard" if by_card else "Check",
            "Line": [{"Amount": total, "LinkedTxn": [link]}],
        }
        body.pop("GlobalTaxCalculation", None)
        if by_card:
            body["CreditCardPayment"] = {"CCAccountRef": {"value": "41"}}
        else:
            body["CheckPayment"] = {"BankAccountRef": {"value": "35"}}
            body["DocNumber"] = str(2201 + position)
        self.company.create("BillPayment", body, now=self._past(days))

    def _credit(self) -> None:
        vendor = self.at_home[0]
        body = {**self._head(vendor, 35), "Line": [self._spent(1)]}
        self.company.create("VendorCredit", body, now=self._past(35))

    def _spending(self) -> None:
        """Money spent at once: by cheque, in cash, by card, and once given back."""
        ways = (("Check", "35"), ("Cash", "35"), ("CreditCard", "41"))
        for position, days in enumerate((118, 92, 70, 49, 31, 17, 7, 2)):
            kind, account = ways[position % len(ways)]
            vendor = self.at_home[position % len(self.at_home)]
            body = {
                **self._head(vendor, days),
                "PaymentType": kind,
                "AccountRef": {"value": account},
                "EntityRef": {"value": vendor["Id"], "type": "Vendor"},
                "Line": [self._spent(position)],
            }
            del body["VendorRef"]
            if position == 4:
                self._bill_to_somebody(body["Line"][0])
            if position == 5:
                body["Credit"] = True
            self.company.create("Purchase", body, now=self._past(days))

    def _bill_to_somebody(self, line: Body) -> None:
        """Have an expense wait for its customer's next invoice."""
        customers = self.trader.customers.values()
        party = next(each for each in customers if not self.trader.money_of(each))
        line["AccountBasedExpenseLineDetail"] |= {
            "CustomerRef": {"value": party["Id"]},
            "BillableStatus": "Billable",
        }
