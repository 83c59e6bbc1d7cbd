"""One request of every kind of entity: the least that is accepted, and a full one.

Who and what a request refers to stands in it as a `Pick`, which is resolved against a
company when the request is sent. Of both the tests of shapes and the random ones live.
"""

from __future__ import annotations

from support.picks import (
    ADDRESS,
    BILLABLE,
    FREE_TEXT,
    LEAST_SALE,
    LEAST_SPENT,
    NEW,
    PROJECT,
    SALE,
    TAKEN,
    Body,
    Pick,
    about,
    bought,
    journal_line,
    link,
    ref,
    spent,
)

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
