"""In what the simulator's objects differ from those that were seen, and why they may.

The shapes were taken of few objects, most of them of one American company of one
currency, some of them ten years old. `tests/unit/qbo_simulator/test_shapes.py` holds
this table against what is served, and against the section of CONFORMANCE.md. It is one
long table, with a row for each row of that section in the same order; so it stays whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from support.shapes import Difference, covers

MORE, LESS, TYPE = "more", "less", "type"
TOLD = {
    MORE: "served, in no sample",
    LESS: "in all samples, not always served",
    TYPE: "of another type",
}


@dataclass(frozen=True, slots=True)
class Deviation:
    """Fields (and all below them) of some entities that differ from the samples."""

    entities: str
    fields: str
    how: str
    why: str

    def concerns(self, entity: str) -> bool:
        return entity in self.entities.split()

    def row(self) -> str:
        """As CONFORMANCE.md has it."""
        entities = self.entities.replace(" ", ", ")
        fields = ", ".join(f"`{each}`" for each in self.fields.split())
        return f"| {entities} | {fields} | {TOLD[self.how]} | {self.why} |"


SALES = "Invoice Estimate SalesReceipt CreditMemo RefundReceipt"
EXPENSES = "Bill VendorCredit Purchase PurchaseOrder"
SINCE_2020 = (
    "in every answer recorded since 2020; the documentation's samples are older"
)
SCHEMA = "in Intuit's schema and on its page of the entity; no sample uses it"
CHOSEN = "what a client or a setting chooses; no sample does"
ABROAD = "companies outside the United States only; the samples are American"
SEVERAL = "companies of several currencies only"
GONE = "not returned since August 2025, by Intuit's announcement"
NO_STATES = "addresses in countries without states have none"
DEVIATIONS: tuple[Deviation, ...] = (
    Deviation(
        "CompanyInfo",
        "CustomerCommunicationEmailAddr",
        MORE,
        SCHEMA,
    ),
    Deviation(
        "CompanyInfo",
        "DefaultTimeZone",
        MORE,
        "documented since version 75",
    ),
    Deviation(
        "CompanyInfo",
        "WebAddr.URI",
        MORE,
        "the sample's company has no site",
    ),
    Deviation(
        "CompanyInfo",
        "CompanyAddr.CountrySubDivisionCode "
        "CustomerCommunicationAddr.CountrySubDivisionCode "
        "LegalAddr.CountrySubDivisionCode",
        LESS,
        NO_STATES,
    ),
    Deviation(
        "CompanyInfo",
        "CompanyAddr.Country CustomerCommunicationAddr.Country LegalAddr.Country",
        LESS,
        "the sandbox's address says no country",
    ),
    Deviation(
        "Preferences",
        "AccountingInfoPrefs.DepartmentTerminology",
        LESS,
        "documented: only if locations are tracked",
    ),
    Deviation(
        "Preferences",
        "PrintDocumentPrefs SalesFormsPrefs.AutoApplyCredit "
        "SalesFormsPrefs.AutoApplyPayments "
        "VendorAndPurchasesPrefs.DefaultTerms",
        MORE,
        SCHEMA,
    ),
    Deviation(
        "Preferences",
        "SalesFormsPrefs.CustomField[].CustomField[]",
        LESS,
        "a company without custom fields has none",
    ),
    Deviation(
        "Preferences",
        "VendorAndPurchasesPrefs.POCustomField[].CustomField[].StringValue",
        LESS,
        "custom fields that are not used have no names",
    ),
    Deviation(
        "Preferences",
        "TaxPrefs.PartnerTaxEnabled",
        MORE,
        "documented: companies with automated sales tax only",
    ),
    Deviation(
        "Preferences",
        "TaxPrefs.TaxGroupCodeRef",
        LESS,
        "companies with automated sales tax have no usual code",
    ),
    Deviation(
        "Customer Vendor Invoice Estimate SalesReceipt CreditMemo RefundReceipt",
        "BillAddr.Lat BillAddr.Long ShipAddr.Lat ShipAddr.Long",
        LESS,
        GONE,
    ),
    Deviation(
        "Customer Invoice Estimate SalesReceipt CreditMemo RefundReceipt",
        "BillAddr.CountrySubDivisionCode ShipAddr.CountrySubDivisionCode",
        LESS,
        NO_STATES,
    ),
    Deviation(
        "Customer",
        "SalesTermRef Notes",
        MORE,
        SCHEMA,
    ),
    Deviation(
        "Item",
        "Sku",
        MORE,
        SCHEMA,
    ),
    Deviation(
        "Item Account",
        "ParentRef",
        MORE,
        "items and accounts below others",
    ),
    Deviation(
        "Item",
        "SubItem Level",
        MORE,
        "items below others",
    ),
    Deviation(
        "Item",
        "ItemGroupDetail PrintGroupedItems",
        MORE,
        "bundles, of which there is no sample",
    ),
    Deviation(
        "TaxAgency",
        "TaxAgencyConfig",
        MORE,
        SCHEMA,
    ),
    Deviation(
        "TaxRate",
        "EffectiveTaxRate",
        MORE,
        SCHEMA,
    ),
    Deviation(
        "TaxCode",
        "Hidden",
        MORE,
        "documented since version 21",
    ),
    Deviation(
        "TaxCode",
        "TaxCodeConfigType",
        MORE,
        "documented since version 51",
    ),
    Deviation(
        "TaxCode",
        "PurchaseTaxRateList.TaxRateDetail[]",
        MORE,
        ABROAD,
    ),
    Deviation(
        "TaxCode",
        "SalesTaxRateList.TaxRateDetail[]",
        LESS,
        "codes for purchases only have none",
    ),
    Deviation(
        SALES,
        "Line[].SalesItemLineDetail.ItemAccountRef",
        MORE,
        "on every line since 2023; the samples are older",
    ),
    Deviation(
        SALES,
        "Line[].SalesItemLineDetail.ClassRef DepartmentRef",
        MORE,
        CHOSEN,
    ),
    Deviation(
        SALES,
        "Line[].SalesItemLineDetail.TaxInclusiveAmt GlobalTaxCalculation",
        MORE,
        ABROAD,
    ),
    Deviation(
        SALES,
        "Line[].DiscountLineDetail TxnTaxDetail.TaxLine TxnTaxDetail.TxnTaxCodeRef",
        MORE,
        "seen on other sales forms",
    ),
    Deviation(
        SALES,
        "ExchangeRate HomeTotalAmt",
        MORE,
        SEVERAL,
    ),
    Deviation(
        "Invoice SalesReceipt CreditMemo RefundReceipt Bill",
        "HomeBalance",
        MORE,
        SEVERAL,
    ),
    Deviation(
        SALES,
        "BillAddr.Country ShipAddr.Country",
        MORE,
        "addresses that say a country",
    ),
    Deviation(
        "SalesReceipt RefundReceipt",
        "BillAddr.City BillAddr.CountrySubDivisionCode BillAddr.PostalCode",
        MORE,
        "copied from the customer; the samples were made in the browser, "
        "where an address is free text",
    ),
    Deviation(
        "Invoice",
        "CustomField[]",
        LESS,
        "a company without custom fields has none",
    ),
    Deviation(
        "Invoice",
        "DocNumber",
        LESS,
        "documented: with custom numbers there is none unless it is sent",
    ),
    Deviation(
        "Invoice",
        "SalesTermRef.name",
        MORE,
        "recorded in 2023",
    ),
    Deviation(
        "Invoice",
        "DeliveryInfo",
        MORE,
        "invoices that were sent",
    ),
    Deviation(
        "Invoice",
        "ShipDate",
        MORE,
        SCHEMA,
    ),
    Deviation(
        "Estimate",
        "ExpirationDate AcceptedBy AcceptedDate",
        MORE,
        SCHEMA,
    ),
    Deviation(
        "Estimate CreditMemo Bill VendorCredit PurchaseOrder",
        "PrivateNote",
        MORE,
        SCHEMA,
    ),
    Deviation(
        "CreditMemo RefundReceipt BillPayment VendorCredit Deposit Transfer",
        "CurrencyRef",
        MORE,
        SINCE_2020,
    ),
    Deviation(
        "CreditMemo",
        "LinkedTxn",
        MORE,
        "credit that a payment has used",
    ),
    Deviation(
        "Payment",
        "LinkedTxn PaymentRefNum Line[].LineEx",
        MORE,
        "recorded on the sandbox's payments",
    ),
    Deviation(
        EXPENSES,
        "TxnTaxDetail GlobalTaxCalculation",
        MORE,
        ABROAD,
    ),
    Deviation(
        "Bill VendorCredit PurchaseOrder",
        "Line[].LineNum",
        MORE,
        SINCE_2020,
    ),
    Deviation(
        "VendorCredit PurchaseOrder Deposit",
        "Line[].Description",
        MORE,
        CHOSEN,
    ),
    Deviation(
        "Bill BillPayment",
        "DocNumber",
        MORE,
        CHOSEN,
    ),
    Deviation(
        "Bill",
        "HomeTotalAmt",
        MORE,
        SEVERAL,
    ),
    Deviation(
        "Bill",
        "Line[].ItemBasedExpenseLineDetail.CustomerRef",
        MORE,
        CHOSEN,
    ),
    Deviation(
        "VendorCredit",
        "Balance",
        MORE,
        SCHEMA,
    ),
    Deviation(
        "BillPayment",
        "CreditCardPayment",
        MORE,
        "payments by card",
    ),
    Deviation(
        "Purchase",
        "Line[].ItemBasedExpenseLineDetail Line[].ProjectRef",
        MORE,
        "seen on bills",
    ),
    Deviation(
        "Purchase",
        "Line[].AccountBasedExpenseLineDetail.CustomerRef",
        MORE,
        CHOSEN,
    ),
    Deviation(
        "Purchase",
        "Credit",
        MORE,
        "expenses by card: whether it is a refund",
    ),
    Deviation(
        "PurchaseOrder",
        "LinkedTxn PrintStatus",
        MORE,
        SINCE_2020,
    ),
    Deviation(
        "PurchaseOrder",
        "Memo",
        MORE,
        SCHEMA,
    ),
    Deviation(
        "PurchaseOrder",
        "CustomField[].StringValue",
        MORE,
        CHOSEN,
    ),
    Deviation(
        "Deposit Transfer",
        "domain sparse",
        MORE,
        SINCE_2020,
    ),
    Deviation(
        "Payment Bill BillPayment VendorCredit PurchaseOrder Deposit "
        "Transfer ReimburseCharge",
        "ExchangeRate",
        MORE,
        SEVERAL,
    ),
    Deviation(
        "Purchase JournalEntry",
        "ExchangeRate",
        LESS,
        "recorded in a company of several currencies; others serve none",
    ),
    Deviation(
        "Deposit",
        "GlobalTaxCalculation",
        MORE,
        ABROAD,
    ),
    Deviation(
        "Deposit",
        "CashBack",
        MORE,
        "recorded in the sandbox",
    ),
    Deviation(
        "Deposit",
        "Line[].LinkedTxn Line[].DepositLineDetail.PaymentMethodRef "
        "Line[].DepositLineDetail.CheckNum",
        MORE,
        "recorded on the sandbox's deposits",
    ),
    Deviation(
        "Deposit",
        "Line[].Id Line[].LineNum",
        LESS,
        "recorded: lines of payments have none",
    ),
    Deviation(
        "TimeActivity",
        "VendorRef",
        MORE,
        "time of vendors",
    ),
    Deviation(
        "InventoryAdjustment",
        "Line[].DetailType",
        MORE,
        "as all other lines",
    ),
    Deviation(
        "InventoryAdjustment",
        "MetaData.CreateTime",
        MORE,
        "as everywhere else",
    ),
    Deviation(
        "InventoryAdjustment",
        "MetaData.LastUpdatedTime",
        TYPE,
        "as all others",
    ),
    Deviation(
        "ReimburseCharge",
        "LinkedTxn[] Line[].LinkedTxn",
        LESS,
        "charges that were invoiced have it",
    ),
    Deviation(
        "ReimburseCharge",
        "Line[].ReimburseLineDetail.ItemRef Line[].ReimburseLineDetail.Qty "
        "Line[].ReimburseLineDetail.UnitPrice "
        "Line[].ReimburseLineDetail.MarkupInfo",
        LESS,
        "charges for items, or with a markup, have it",
    ),
    Deviation(
        "Attachable",
        "FileName FileAccessUri TempDownloadUri Size ContentType",
        LESS,
        "a note has no file",
    ),
    Deviation(
        "BalanceSheet",
        "Header.SummarizeColumnsBy",
        MORE,
        "the documentation's sample has it, the shape is of another one",
    ),
    Deviation(
        "RecurringTransaction",
        "RecurringInfo RecurDataRef",
        MORE,
        SCHEMA,
    ),
    Deviation(
        "RecurringTransaction",
        "DocNumber TxnDate DueDate",
        LESS,
        "a template has no number and no days of its own",
    ),
)
WORDS: dict[str, frozenset[str]] = {
    "DetailType": frozenset(
        {
            *("SalesItemLineDetail", "SubTotalLineDetail", "DiscountLineDetail"),
            *("GroupLineDetail", "DescriptionOnly", "AccountBasedExpenseLineDetail"),
            "ItemBasedExpenseLineDetail",
        }
    ),
    "BillableStatus": frozenset({"Billable", "NotBillable", "HasBeenBilled"}),
    "PayType": frozenset({"Check", "CreditCard"}),
    "PaymentType": frozenset({"Cash", "Check", "CreditCard"}),
    "Type": frozenset({"Inventory", "Service", "NonInventory", "Group", "Category"}),
    "AccountType": frozenset(
        {
            *("Bank", "Other Current Asset", "Fixed Asset", "Other Asset", "Equity"),
            *("Accounts Receivable", "Expense", "Other Expense", "Cost of Goods Sold"),
            *("Accounts Payable", "Credit Card", "Long Term Liability", "Income"),
            *("Other Current Liability", "Other Income"),
        }
    ),
    "TxnType": frozenset(
        {
            *("Invoice", "Estimate", "CreditMemo", "Payment", "Bill", "VendorCredit"),
            *("BillPaymentCheck", "BillPaymentCreditCard", "Deposit", "JournalEntry"),
        }
    ),
    "EmailStatus": frozenset({"NotSet", "NeedToSend", "EmailSent"}),
    "PrintStatus": frozenset({"NotSet", "NeedToPrint", "PrintComplete"}),
    "SpecialTaxType": frozenset({"NONE", "ZERO_RATE", "REVERSE_CHARGE"}),
    "TxnStatus": frozenset({"Pending", "Accepted", "Closed", "Rejected", "Converted"}),
    "POStatus": frozenset({"Open", "Closed"}),
}
"""The documented words of enumerations, of which the samples have only some."""


def covering(entity: str, found: Difference) -> list[Deviation]:
    """What of this table allows a difference of an entity."""
    return [
        each
        for each in DEVIATIONS
        if each.how == found.how
        and each.concerns(entity)
        and covers(each.fields.split(), found.path)
    ]
