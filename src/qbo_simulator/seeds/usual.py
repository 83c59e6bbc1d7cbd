"""The preferences a new company has before anybody changes them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

USUAL: dict[str, Any] = {
    "AccountingInfoPrefs": {
        "UseAccountNumbers": False,
        "TrackDepartments": False,
        "ClassTrackingPerTxn": False,
        "ClassTrackingPerTxnLine": False,
        "FirstMonthOfFiscalYear": "January",
        "TaxYearMonth": "January",
        "CustomerTerminology": "Customers",
    },
    "ProductAndServicesPrefs": {
        "ForSales": True,
        "ForPurchase": True,
        "QuantityWithPriceAndRate": True,
        "QuantityOnHand": True,
    },
    "SalesFormsPrefs": {
        "CustomField": [],
        "CustomTxnNumbers": False,
        "AllowDeposit": False,
        "AllowDiscount": True,
        "DefaultDiscountAccount": "86",
        "AllowEstimates": True,
        "ETransactionEnabledStatus": "NotApplicable",
        "ETransactionAttachPDF": False,
        "ETransactionPaymentEnabled": False,
        "IPNSupportEnabled": False,
        "AllowServiceDate": False,
        "AllowShipping": False,
        "DefaultTerms": {"value": "3"},
        "DefaultCustomerMessage": "Thank you for your business.",
        "AutoApplyCredit": False,
        "AutoApplyPayments": False,
        "UsingPriceLevels": False,
        "UsingProgressInvoicing": False,
    },
    "EmailMessagesPrefs": {},
    "PrintDocumentPrefs": {},
    "VendorAndPurchasesPrefs": {
        "TrackingByCustomer": True,
        "BillableExpenseTracking": True,
        "DefaultTerms": {"value": "3"},
    },
    "TimeTrackingPrefs": {
        "UseServices": True,
        "BillCustomers": True,
        "ShowBillRateToAll": False,
        "WorkWeekStartDate": "Monday",
        "MarkTimeEntriesBillable": False,
    },
    "TaxPrefs": {"UsingSalesTax": True},
    "CurrencyPrefs": {"MultiCurrencyEnabled": False},
    "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
    "OtherPrefs": {
        "NameValue": [
            {
                "Name": "SalesFormsPrefs.DefaultCustomerMessage",
                "Value": "Thank you for your business.",
            },
            {"Name": "SalesFormsPrefs.DefaultItem", "Value": "1"},
            {"Name": "DTXCopyMemo", "Value": "false"},
            {"Name": "VendorAndPurchasesPrefs.UseCustomTxnNumbers", "Value": "false"},
            {"Name": "WarnDuplicateCheckNumber", "Value": "true"},
            {"Name": "WarnDuplicateBillNumber", "Value": "false"},
            {"Name": "WarnDuplicateJournalNumber", "Value": "true"},
        ]
    },
}


def preferences(
    *,
    name: str,
    currency: str,
    tax_code: int | None,
    automated_tax: bool,
    custom_numbers: bool,
    custom_fields: Sequence[str],
) -> dict[str, Any]:
    """The Preferences object of a new company."""
    found = copy.deepcopy(USUAL)
    found["SalesFormsPrefs"]["CustomTxnNumbers"] = custom_numbers
    found["SalesFormsPrefs"]["CustomField"] = sales_fields(custom_fields)
    found["CurrencyPrefs"]["HomeCurrency"] = {"value": currency}
    found["EmailMessagesPrefs"] = {
        f"{each.replace(' ', '')}Message": {
            "Subject": f"{each} from {name}",
            "Message": f"Your {each.lower()} is attached.\nThank you for your business.",
        }
        for each in ("Invoice", "Estimate", "Sales Receipt", "Statement")
    }
    if tax_code is not None:
        found["TaxPrefs"]["TaxGroupCodeRef"] = {"value": str(tax_code)}
    if automated_tax:
        found["TaxPrefs"]["PartnerTaxEnabled"] = True
    return found


def sales_fields(names: Sequence[str]) -> list[dict[str, Any]]:
    """The custom fields of sales forms, as Preferences lists them."""
    used = [
        {
            "Name": f"SalesFormsPrefs.UseSalesCustom{number}",
            "Type": "BooleanType",
            "BooleanValue": True,
        }
        for number, _ in enumerate(names, start=1)
    ]
    named = [
        {
            "Name": f"SalesFormsPrefs.SalesCustomName{number}",
            "Type": "StringType",
            "StringValue": name,
        }
        for number, name in enumerate(names, start=1)
    ]
    return [{"CustomField": used}, {"CustomField": named}]


def order_fields(names: Sequence[str]) -> list[dict[str, Any]]:
    """The custom fields of purchase orders: of three, whether each is used; the names."""
    used = [
        {
            "Name": f"PurchasePrefs.UsePurchaseCustom{number}",
            "Type": "BooleanType",
            "BooleanValue": number <= len(names),
        }
        for number in (3, 2, 1)
    ]
    named = [
        {
            "Name": f"PurchasePrefs.PurchaseCustomName{number}",
            "Type": "StringType",
            "StringValue": name,
        }
        for number, name in enumerate(names, start=1)
    ]
    return [{"CustomField": each} for each in (used, named) if each]
