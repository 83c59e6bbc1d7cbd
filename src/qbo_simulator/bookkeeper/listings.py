"""The lists of names and things as the pages show and edit them, declared as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the form of a list's entry.

    `path` says where the value stands in the entity (`BillAddr.City`). `of` names what
    there is to choose from: an entity, or values divided by bars.
    """

    name: str
    label: str
    path: str
    kind: str = "text"
    of: str = ""
    hint: str = ""
    is_required: bool = False
    only_new: bool = False
    needs: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list beside the name: `kind` is text, money, number or check."""

    label: str
    path: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: its address, its words, its columns and the fields of its form."""

    entity: str
    slug: str
    label: str
    plural: str
    means: str
    entries: tuple[Entry, ...] = ()
    columns: tuple[Column, ...] = ()
    search: str = "FullyQualifiedName"
    shown: str = "FullyQualifiedName"
    key: str = "Name"
    party: str = ""
    can_merge: bool = True
    can_hide: bool = True
    needs: str = ""


ADDRESS = (
    Entry("street", "Street", "BillAddr.Line1"),
    Entry("city", "City", "BillAddr.City"),
    Entry("region", "State or region", "BillAddr.CountrySubDivisionCode"),
    Entry("postal_code", "Postal code", "BillAddr.PostalCode"),
    Entry("country", "Country", "BillAddr.Country"),
)
REACHED = (
    Entry("email", "E-mail", "PrimaryEmailAddr.Address"),
    Entry("phone", "Phone", "PrimaryPhone.FreeFormNumber"),
)
CURRENCY = Entry(
    "currency",
    "Currency",
    "CurrencyRef.value",
    "choice",
    of="CompanyCurrency",
    only_new=True,
    needs="CurrencyPrefs.MultiCurrencyEnabled",
    hint="It cannot be changed later",
)
DISPLAY_NAME = Entry(
    "display_name",
    "Name",
    "DisplayName",
    is_required=True,
    hint="Unique among customers, vendors and employees",
)
NAME = Entry("name", "Name", "Name", is_required=True)
BALANCE = Column("Balance", "Balance", "money")
CONTACT = (
    Column("Company", "CompanyName"),
    Column("E-mail", "PrimaryEmailAddr.Address"),
)
ACCOUNT_TYPES = (
    "Bank|Accounts Receivable|Other Current Asset|Fixed Asset|Other Asset|"
    "Accounts Payable|Credit Card|Other Current Liability|Long Term Liability|Equity|"
    "Income|Other Income|Cost of Goods Sold|Expense|Other Expense"
)

CUSTOMERS = Listing(
    "Customer",
    "customers",
    "Customer",
    "Customers",
    "Whom the company sells to.",
    (
        DISPLAY_NAME,
        Entry("company_name", "Company", "CompanyName"),
        *REACHED,
        *ADDRESS,
        Entry("term", "Terms", "SalesTermRef.value", "choice", of="Term"),
        Entry(
            "parent",
            "Sub-customer of",
            "ParentRef.value",
            "name",
            of="Customer",
            only_new=True,
        ),
        CURRENCY,
        Entry("notes", "Notes", "Notes", "area"),
    ),
    (*CONTACT, BALANCE),
    key="DisplayName",
    party="CustomerRef",
)
VENDORS = Listing(
    "Vendor",
    "vendors",
    "Vendor",
    "Vendors",
    "Whom the company buys from.",
    (
        DISPLAY_NAME,
        Entry("company_name", "Company", "CompanyName"),
        *REACHED,
        *ADDRESS,
        Entry("term", "Terms", "TermRef.value", "choice", of="Term"),
        Entry("account_number", "Account number", "AcctNum"),
        CURRENCY,
        Entry("notes", "Notes", "Notes", "area"),
    ),
    (*CONTACT, BALANCE),
    search="DisplayName",
    shown="DisplayName",
    key="DisplayName",
    party="VendorRef",
)
EMPLOYEES = Listing(
    "Employee",
    "employees",
    "Employee",
    "Employees",
    "Who works for the company.",
    (
        Entry("given_name", "Given name", "GivenName", is_required=True),
        Entry("family_name", "Family name", "FamilyName", is_required=True),
        *REACHED,
    ),
    (Column("E-mail", "PrimaryEmailAddr.Address"),),
    search="DisplayName",
    shown="DisplayName",
    key="DisplayName",
    party="EntityRef",
)
ITEMS = Listing(
    "Item",
    "items",
    "Product or service",
    "Products and services",
    "What the company sells and buys.",
    (
        NAME,
        Entry(
            "type",
            "Type",
            "Type",
            "choice",
            of="Service|NonInventory|Inventory",
            only_new=True,
        ),
        Entry("sku", "SKU", "Sku"),
        Entry("description", "Description", "Description"),
        Entry("rate", "Sales price", "UnitPrice", "number"),
        Entry(
            "account",
            "Income account",
            "IncomeAccountRef.value",
            "choice",
            of="Account",
            where="where AccountType = 'Income'",
        ),
        Entry("cost", "Cost", "PurchaseCost", "number"),
        Entry(
            "expense_account",
            "Expense account",
            "ExpenseAccountRef.value",
            "choice",
            of="Account",
            where="where AccountType in ('Expense', 'Cost of Goods Sold')",
            hint="Where it is booked when it is bought",
        ),
        Entry(
            "asset_account",
            "Inventory asset account",
            "AssetAccountRef.value",
            "choice",
            of="Account",
            where="where AccountType = 'Other Current Asset'",
            only_new=True,
            hint="Only for stock",
        ),
        Entry("stock", "On hand at the start", "QtyOnHand", "number", only_new=True),
        Entry("taxable", "Taxable", "Taxable", "check"),
    ),
    (
        Column("Type", "Type"),
        Column("On hand", "QtyOnHand", "number"),
        Column("Price", "UnitPrice", "money"),
    ),
    search="FullyQualifiedName",
)
ACCOUNTS = Listing(
    "Account",
    "accounts",
    "Account",
    "Chart of accounts",
    "Where the ledger books what happens.",
    (
        NAME,
        Entry("type", "Type", "AccountType", "choice", of=ACCOUNT_TYPES, only_new=True),
        Entry("description", "Description", "Description"),
        Entry("number", "Number", "AcctNum"),
        Entry(
            "parent",
            "Sub-account of",
            "ParentRef.value",
            "name",
            of="Account",
            only_new=True,
        ),
        CURRENCY,
    ),
    (
        Column("Type", "AccountType"),
        Column("Detail type", "AccountSubType"),
        Column("Balance", "CurrentBalance", "money"),
    ),
)
CLASSES = Listing(
    "Class",
    "classes",
    "Class",
    "Classes",
    "Parts of the business that income and expenses are told apart by.",
    (
        NAME,
        Entry(
            "parent",
            "Sub-class of",
            "ParentRef.value",
            "name",
            of="Class",
            only_new=True,
        ),
    ),
)
DEPARTMENTS = Listing(
    "Department",
    "departments",
    "Department",
    "Departments",
    "Places of business that whole transactions belong to.",
    (
        NAME,
        Entry(
            "parent",
            "Part of",
            "ParentRef.value",
            "name",
            of="Department",
            only_new=True,
        ),
    ),
)
TERMS = Listing(
    "Term",
    "terms",
    "Term",
    "Terms",
    "When what is sold or bought is due.",
    (NAME, Entry("days", "Due in days", "DueDays", "number", is_required=True)),
    (Column("Type", "Type"), Column("Due in days", "DueDays", "number")),
    search="Name",
    shown="Name",
    can_merge=False,
)
METHODS = Listing(
    "PaymentMethod",
    "payment-methods",
    "Payment method",
    "Payment methods",
    "How customers pay.",
    (
        NAME,
        Entry("type", "Type", "Type", "choice", of="NON_CREDIT_CARD|CREDIT_CARD"),
    ),
    (Column("Type", "Type"),),
    search="Name",
    shown="Name",
    can_merge=False,
)
TAX_CODES = Listing(
    "TaxCode",
    "tax-codes",
    "Tax code",
    "Tax codes",
    "What lines are taxed by. New ones are made by an application's TaxService call.",
    (),
    (Column("Description", "Description"), Column("Taxable", "Taxable", "check")),
    search="Name",
    shown="Name",
    can_merge=False,
    can_hide=False,
)
CURRENCIES = Listing(
    "CompanyCurrency",
    "currencies",
    "Currency",
    "Currencies",
    "The foreign currencies the company deals in.",
    (
        Entry(
            "code",
            "Code",
            "Code",
            is_required=True,
            only_new=True,
            hint="Three letters, such as EUR",
        ),
    ),
    (Column("Code", "Code"),),
    search="",
    shown="Name",
    can_merge=False,
    needs="CurrencyPrefs.MultiCurrencyEnabled",
)
LISTINGS: tuple[Listing, ...] = (
    CUSTOMERS,
    VENDORS,
    EMPLOYEES,
    ITEMS,
    ACCOUNTS,
    CLASSES,
    DEPARTMENTS,
    TERMS,
    METHODS,
    TAX_CODES,
    CURRENCIES,
)
BY_ENTITY: Mapping[str, Listing] = {each.entity: each for each in LISTINGS}
