"""One request of every kind of entity: the least that is accepted, and a full one.

Who and what a request refers to stands in it as a `Pick`, which is resolved against a
company when the request is sent. Of both the tests of shapes and the random ones live.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qbo_simulator.company import Company

Body = dict[str, Any]
NEWEST = 30
"""Among so many of the newest ones a pick is made."""


@dataclass(frozen=True, slots=True)
class Pick:
    """Something of a company: `Account/Bank`, `Item/Service`, or a `new` name.

    `part` is what of it is wanted: its Id, or another part by its path.
    """

    kind: str
    part: str = "Id"


NEW = Pick("new")
CODE = Pick("code")
ABROAD = {"TaxCodeRef": {"value": Pick("abroad")}}
"""What a line has to have outside the United States, and only there."""
NOTHING = {"value": None}


def ref(kind: str, **more: Any) -> Body:
    """A reference to one of a kind."""
    return {"value": Pick(kind), **more}


def link(kind: str) -> list[Body]:
    """A link to a transaction."""
    return [{"TxnId": Pick(kind), "TxnType": kind}]


ADDRESS = {
    "Line1": "4581 Finch St.",
    "City": "Bayshore",
    "CountrySubDivisionCode": "CA",
    "PostalCode": "94326",
}
FREE_TEXT = {
    "Line1": "Amy Lauterbach",
    "Line2": "Amy's Bird Sanctuary",
    "Line3": "4581 Finch St.",
    "Line4": "Bayshore, CA  94326",
}
"""As forms have it that were made in the browser."""
PROJECT = {"value": "39298034"}


def sold(**more: Any) -> Body:
    """A line of a sales form."""
    detail = {
        "ItemRef": ref("Item/Service"),
        "Qty": 4.5,
        "UnitPrice": 75,
        "TaxCodeRef": {"value": CODE},
    }
    return {
        "Amount": 337.5,
        "Description": "Custom Design",
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {**detail, **more},
    }


LEAST_SOLD = {
    "Amount": 100,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": ref("Item/Service"), **ABROAD},
}
DISCOUNT = {
    "Amount": 33.75,
    "DetailType": "DiscountLineDetail",
    "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
}


def spent(**detail: Any) -> Body:
    """A line of an expense that names an account."""
    return {
        "Amount": 100,
        "Description": "Lumber",
        "ProjectRef": PROJECT,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {
            "AccountRef": ref("Account/Expense"),
            **ABROAD,
            **detail,
        },
    }


def bought(**detail: Any) -> Body:
    """A line of an expense that names an item."""
    return {
        "Amount": 100,
        "ProjectRef": PROJECT,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {
            "ItemRef": ref("Item/Inventory"),
            "Qty": 10,
            "UnitPrice": 10,
            **ABROAD,
            **detail,
        },
    }


LEAST_SPENT = {
    "Amount": 25,
    "DetailType": "AccountBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": {"AccountRef": ref("Account/Expense"), **ABROAD},
}
BILLABLE = {"BillableStatus": "Billable", "CustomerRef": ref("Customer")}
SALE: Body = {
    "CustomerRef": ref("Customer"),
    "Line": [sold(), DISCOUNT],
    "TxnDate": "2026-03-04",
    "CustomerMemo": {"value": "Thank you for your business."},
    "PrivateNote": "By the gate",
    "BillAddr": FREE_TEXT,
    "ShipAddr": ADDRESS,
    "BillEmail": {"Address": "birds@intuit.example"},
    "TxnTaxDetail": {"TxnTaxCodeRef": ref("TaxCode")},
}
LEAST_SALE: Body = {"CustomerRef": ref("Customer"), "Line": [LEAST_SOLD]}
TAKEN: Body = {
    "PaymentMethodRef": ref("PaymentMethod"),
    "PaymentRefNum": "10264",
}


def journal_line(side: str, account: str, **detail: Any) -> Body:
    """A line of a journal entry."""
    return {
        "Description": "Four sprinkler heads",
        "Amount": 60,
        "DetailType": "JournalEntryLineDetail",
        "ProjectRef": PROJECT,
        "JournalEntryLineDetail": {
            "PostingType": side,
            "AccountRef": ref(account),
            **detail,
        },
    }


def about(type_: str) -> Body:
    """Whom a line of a journal entry is about."""
    return {"Entity": {"Type": type_, "EntityRef": ref(type_)}}


PERSON: Body = {
    "GivenName": "Amy",
    "FamilyName": "Lauterbach",
    "PrimaryPhone": {"FreeFormNumber": "(650) 555-3311"},
    "PrimaryEmailAddr": {"Address": "birds@intuit.example"},
}
ITEM: Body = {"Name": NEW, "IncomeAccountRef": ref("Account/Income")}
STOCKED: Body = {
    **ITEM,
    "Type": "Inventory",
    "TrackQtyOnHand": True,
    "QtyOnHand": 100,
    "InvStartDate": "2026-01-01",
    "ExpenseAccountRef": ref("Account/Cost of Goods Sold"),
    "AssetAccountRef": ref("Account/Inventory"),
}
LEAST: dict[str, Body] = {
    "Class": {"Name": NEW},
    "Department": {"Name": NEW},
    "Term": {"Name": NEW, "DueDays": 7},
    "PaymentMethod": {"Name": NEW},
    "TaxAgency": {"DisplayName": NEW},
    "Customer": {"DisplayName": NEW},
    "Vendor": {"DisplayName": NEW},
    "Employee": {"GivenName": NEW, "FamilyName": "Platt"},
    "Account": {"Name": NEW, "AccountType": "Income"},
    "Item": {**ITEM, "Type": "Service"},
    "Estimate": LEAST_SALE,
    "Invoice": LEAST_SALE,
    "SalesReceipt": LEAST_SALE,
    "CreditMemo": LEAST_SALE,
    "RefundReceipt": {**LEAST_SALE, "DepositToAccountRef": ref("Account/Bank")},
    "Payment": {"CustomerRef": ref("Customer"), "TotalAmt": 25},
    "PurchaseOrder": {
        "VendorRef": ref("Vendor"),
        "APAccountRef": ref("Account/Accounts Payable"),
        "Line": [bought()],
    },
    "Bill": {"VendorRef": ref("Vendor"), "Line": [LEAST_SPENT]},
    "VendorCredit": {"VendorRef": ref("Vendor"), "Line": [LEAST_SPENT]},
    "BillPayment": {
        "VendorRef": {"value": Pick("Bill", "VendorRef.value")},
        "TotalAmt": 5,
        "PayType": "CreditCard",
        "CreditCardPayment": {"CCAccountRef": ref("Account/Credit Card")},
        "Line": [{"Amount": 5, "LinkedTxn": link("Bill")}],
    },
    "Purchase": {
        "PaymentType": "Cash",
        "AccountRef": ref("Account/Bank"),
        "Line": [LEAST_SPENT],
    },
    "Deposit": {
        "DepositToAccountRef": ref("Account/Bank"),
        "Line": [{"Amount": Pick("Payment", "TotalAmt"), "LinkedTxn": link("Payment")}],
    },
    "Transfer": {
        "FromAccountRef": ref("Account/Bank"),
        "ToAccountRef": ref("Account/Credit Card"),
        "Amount": 120,
    },
    "CreditCardPaymentTxn": {
        "BankAccountRef": ref("Account/Bank"),
        "CreditCardAccountRef": ref("Account/Credit Card"),
        "Amount": 120,
    },
    "JournalEntry": {
        "Line": [
            journal_line("Debit", "Account/Expense"),
            journal_line("Credit", "Account/Bank"),
        ]
    },
    "TimeActivity": {"NameOf": "Vendor", "VendorRef": ref("Vendor"), "Hours": 3},
    "InventoryAdjustment": {
        "AdjustAccountRef": ref("Account/Cost of Goods Sold"),
        "Line": [
            {
                "ItemAdjustmentLineDetail": {
                    "ItemRef": ref("Item/Inventory"),
                    "QtyDiff": 3,
                }
            }
        ],
    },
    "Attachable": {"Note": "By the gate"},
    "RecurringTransaction": {
        "Invoice": {
            **LEAST_SALE,
            "RecurringInfo": {
                "Name": NEW,
                "RecurType": "Automated",
                "Active": True,
                "ScheduleInfo": {
                    "IntervalType": "Monthly",
                    "NumInterval": 1,
                    "DayOfMonth": 1,
                    "StartDate": "2026-04-01",
                },
            },
        }
    },
}
FULL: dict[str, Body] = {
    **LEAST,
    "Customer": {
        **PERSON,
        "DisplayName": NEW,
        "CompanyName": "Amy's Bird Sanctuary",
        "BillAddr": ADDRESS,
        "ShipAddr": ADDRESS,
        "Notes": "Likes rye",
        "SalesTermRef": ref("Term"),
    },
    "Vendor": {
        **PERSON,
        "DisplayName": NEW,
        "CompanyName": "Norton Lumber",
        "BillAddr": ADDRESS,
        "Mobile": {"FreeFormNumber": "(650) 555-2000"},
        "Fax": {"FreeFormNumber": "(650) 555-2001"},
        "WebAddr": {"URI": "https://lumber.example"},
        "TermRef": ref("Term"),
        "AcctNum": "1345",
        "TaxIdentifier": "99-5688293",
        "Vendor1099": True,
    },
    "Employee": {
        **PERSON,
        "GivenName": NEW,
        "PrimaryAddr": ADDRESS,
        "SSN": "444-55-6666",
    },
    "Account": {
        "Name": NEW,
        "AccountType": "Bank",
        "AccountSubType": "Checking",
        "Description": "Under the bed",
    },
    "Item": {
        **STOCKED,
        "Description": "Rock fountain",
        "PurchaseDesc": "Rock fountain",
        "UnitPrice": 275,
        "PurchaseCost": 125,
        "Taxable": True,
    },
    "Estimate": {
        **SALE,
        "ProjectRef": PROJECT,
        "ExpirationDate": "2026-04-04",
        "AcceptedBy": "Amy",
        "AcceptedDate": "2026-03-09",
        "TxnStatus": "Accepted",
    },
    "Invoice": {
        **SALE,
        "CustomerRef": {"value": Pick("Estimate", "CustomerRef.value")},
        "LinkedTxn": link("Estimate"),
        "BillAddr": ADDRESS,
        "SalesTermRef": ref("Term"),
        "ProjectRef": PROJECT,
        "ShipDate": "2026-03-05",
    },
    "SalesReceipt": {
        **SALE,
        **TAKEN,
        "ProjectRef": PROJECT,
        "DepositToAccountRef": ref("Account/Bank"),
    },
    "CreditMemo": {**SALE, "ProjectRef": PROJECT},
    "RefundReceipt": {
        **SALE,
        **TAKEN,
        "ProjectRef": PROJECT,
        "DepositToAccountRef": ref("Account/Bank"),
    },
    "Payment": {
        **TAKEN,
        "CustomerRef": {"value": Pick("Invoice", "CustomerRef.value")},
        "TotalAmt": 55,
        "TxnDate": "2026-03-05",
        "PrivateNote": "In coins",
        "Line": [{"Amount": 50, "LinkedTxn": link("Invoice")}],
    },
    "PurchaseOrder": {
        **LEAST["PurchaseOrder"],
        "Line": [bought(CustomerRef=ref("Customer"))],
        "POEmail": {"Address": "norton@lumber.example"},
        "ShipAddr": FREE_TEXT,
        "VendorAddr": FREE_TEXT,
        "Memo": "For the fountain",
        "CustomField": [{"DefinitionId": "1", "StringValue": "7"}],
        "PrivateNote": "Soon",
    },
    "Bill": {
        "VendorRef": ref("Vendor"),
        "Line": [spent(**BILLABLE), bought(CustomerRef=ref("Customer"))],
        "SalesTermRef": ref("Term"),
        "TxnDate": "2026-03-04",
        "PrivateNote": "Deck",
    },
    "VendorCredit": {
        "VendorRef": ref("Vendor"),
        "Line": [spent(**BILLABLE)],
        "PrivateNote": "Broken",
    },
    "BillPayment": {
        "VendorRef": {"value": Pick("Bill", "VendorRef.value")},
        "TotalAmt": 20,
        "PayType": "Check",
        "CheckPayment": {
            "BankAccountRef": ref("Account/Bank"),
            "PrintStatus": "NeedToPrint",
        },
        "PrivateNote": "In two parts",
        "Line": [{"Amount": 20, "LinkedTxn": link("Bill")}],
    },
    "Purchase": {
        "PaymentType": "Check",
        "AccountRef": ref("Account/Bank"),
        "EntityRef": ref("Vendor", type="Vendor"),
        "DocNumber": NEW,
        "PrivateNote": "By post",
        "PrintStatus": "NotSet",
        "Line": [spent(), bought()],
    },
    "Deposit": {
        "DepositToAccountRef": ref("Account/Bank"),
        "PrivateNote": "Market day",
        "CashBack": {"AccountRef": ref("Account/Bank"), "Amount": 3, "Memo": "Coins"},
        "Line": [
            {
                "Amount": 20,
                "Description": "Stall",
                "DetailType": "DepositLineDetail",
                "DepositLineDetail": {
                    "AccountRef": ref("Account/Income"),
                    "Entity": ref("Customer", type="CUSTOMER"),
                    "PaymentMethodRef": ref("PaymentMethod"),
                },
            }
        ],
    },
    "Transfer": {**LEAST["Transfer"], "PrivateNote": "Rainy day"},
    "CreditCardPaymentTxn": {
        **LEAST["CreditCardPaymentTxn"],
        "VendorRef": ref("Vendor"),
        "Memo": "March",
        "PrintStatus": "NeedToPrint",
        "CheckNum": "12",
    },
    "JournalEntry": {
        "DocNumber": NEW,
        "PrivateNote": "Month's end",
        "Line": [
            journal_line("Debit", "Account/Accounts Receivable", **about("Customer")),
            journal_line("Credit", "Account/Income", **about("Vendor")),
        ],
    },
    "TimeActivity": {
        "NameOf": "Employee",
        "EmployeeRef": ref("Employee"),
        "CustomerRef": ref("Customer"),
        "ItemRef": ref("Item/Service"),
        "ProjectRef": PROJECT,
        "TxnDate": "2026-03-04",
        "BillableStatus": "Billable",
        "HourlyRate": 15,
        "Description": "Garden lighting",
        "Hours": 3,
        "Minutes": 30,
    },
    "InventoryAdjustment": {
        **LEAST["InventoryAdjustment"],
        "DocNumber": NEW,
        "PrivateNote": "Counted",
    },
    "Attachable": {
        "Note": "By the gate",
        "AttachableRef": [
            {
                "EntityRef": {"type": "Invoice", "value": Pick("Invoice")},
                "IncludeOnSend": False,
            }
        ],
    },
}
STOCK: tuple[tuple[str, Body], ...] = (
    *((kind, FULL[kind]) for kind in ("Class", "Department", "Employee", "Item")),
    *((kind, body[kind]) for kind in ("Customer", "Vendor") for body in (LEAST, FULL)),
    ("Account", {"Name": "Card", "AccountType": "Credit Card"}),
    ("Item", LEAST["Item"]),
)
"""What a company needs before the requests of transactions can be sent."""
TRANSACTIONS = tuple(name for name in LEAST if name not in {each for each, _ in STOCK})


class Cast:
    """A company, and what of it the picks in a request stand for."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.made = 0
        self.country = self.read("CompanyInfo", 1)["Country"]

    def read(self, kind: str, number: int) -> Body:
        return self.company.read(kind, str(number))

    def resolve(self, value: Any, turn: int = 0) -> Any:
        """A value with everything picked; another `turn` picks other things."""
        if isinstance(value, Pick):
            return self._pick(value, turn)
        if isinstance(value, dict):
            found = {name: self.resolve(part, turn) for name, part in value.items()}
            return {name: part for name, part in found.items() if part != NOTHING}
        if isinstance(value, list):
            return [self.resolve(part, turn) for part in value]
        return value

    def _pick(self, pick: Pick, turn: int) -> Any:
        if pick.kind == "new":
            self.made += 1
            return f"Nº {self.made}"
        if pick.kind in {"code", "abroad"} and self.country == "US":
            return ("TAX", "NON")[turn % 2] if pick.kind == "code" else None
        kind, _, type_ = pick.kind.partition("/")
        kind = {"code": "TaxCode", "abroad": "TaxCode"}.get(kind, kind)
        known = self.ids(kind, type_)
        if not known:
            return "1"
        found: Any = self.read(kind, known[turn % len(known)])
        for name in pick.part.split("."):
            found = found.get(name, "1") if isinstance(found, dict) else "1"
        return found

    def ids(self, kind: str, type_: str = "") -> list[int]:
        """The newest of a kind, newest first."""
        with self.company.store.read() as db:
            rows = db.execute(
                "SELECT id FROM entity WHERE realm = ? AND kind = ? AND deleted = 0 AND id > 0"
                " AND active = 1 AND (? = '' OR ? IN (json_extract(body, '$.Type'),"
                " json_extract(body, '$.AccountType'),"
                " json_extract(body, '$.AccountSubType')))"
                " ORDER BY id DESC LIMIT ?",
                (self.company.realm, kind, type_, type_, NEWEST),
            )
            return [int(row[0]) for row in rows]

    def enter(self, kind: str, body: Body, now: datetime) -> Body:
        """Create one."""
        return self.company.create(kind, self.resolve(body), now=now)

    def furnish(self, now: datetime) -> None:
        """Give the company one of everything that others refer to."""
        for kind, body in STOCK:
            self.enter(kind, body, now)


def plain(value: Any) -> Any:
    """A value as JSON has it, for what is compared with what was sent."""
    return json.loads(json.dumps(value, default=str))
