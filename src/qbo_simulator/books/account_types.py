"""The types of accounts: which part of the books each belongs to, and who owes in it."""

from __future__ import annotations

RECEIVABLE = "Accounts Receivable"
PAYABLE = "Accounts Payable"
OWED_BY = {RECEIVABLE: "Customer", PAYABLE: "Vendor"}
"""The types in which something is owed, and the kind of name whose balance it is."""
CLASSIFICATION = {
    "Bank": "Asset",
    "Other Current Asset": "Asset",
    "Fixed Asset": "Asset",
    "Other Asset": "Asset",
    RECEIVABLE: "Asset",
    "Equity": "Equity",
    "Expense": "Expense",
    "Other Expense": "Expense",
    "Cost of Goods Sold": "Expense",
    PAYABLE: "Liability",
    "Credit Card": "Liability",
    "Long Term Liability": "Liability",
    "Other Current Liability": "Liability",
    "Income": "Revenue",
    "Other Income": "Revenue",
}
