"""What Intuit's faults say to a bookkeeper: sentences by code, by rule and by reference.

After Intuit's list of error codes; ``errors`` chooses among them.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

# code: (what the fault is about in our terms, the sentence).
SENTENCES: dict[str, tuple[str, str]] = {
    "140": ("", gettext_noop("QuickBooks has locked this company. Open it there.")),
    "620": (
        "",
        gettext_noop(
            "QuickBooks cannot link these transactions: one of them is linked to another"
            " already."
        ),
    ),
    "2010": ("", gettext_noop("QuickBooks does not know a field that was sent.")),
    "2040": (
        "",
        gettext_noop(
            "A text holds characters that QuickBooks cannot store. Replace them."
        ),
    ),
    "2060": ("issued_on", gettext_noop("QuickBooks does not accept a date.")),
    "2070": ("issued_on", gettext_noop("QuickBooks does not accept a date.")),
    "2140": ("lines", gettext_noop("QuickBooks does not accept an amount.")),
    "2170": ("", gettext_noop("QuickBooks does not accept a value that was chosen.")),
    "2190": ("issued_on", gettext_noop("QuickBooks does not accept a date.")),
    "2210": (
        "email",
        gettext_noop("QuickBooks does not accept the e-mail address. Correct it."),
    ),
    "2220": (
        "currency",
        gettext_noop(
            "QuickBooks does not have this currency. Turn it on there or choose another."
        ),
    ),
    "2250": ("lines", gettext_noop("Add at least one line.")),
    "2290": ("lines", gettext_noop("QuickBooks does not accept a negative amount.")),
    "5020": (
        "",
        gettext_noop("The person who connected QuickBooks may not do this there."),
    ),
    "5030": (
        "",
        gettext_noop("The company's QuickBooks plan does not include this."),
    ),
    "6070": (
        "lines",
        gettext_noop("An amount is not its quantity times its unit price."),
    ),
    "6090": ("lines", gettext_noop("The discount needs an account in QuickBooks.")),
    "6100": (
        "lines.tax_code",
        gettext_noop("Say for each line whether it is taxable."),
    ),
    "6140": (
        "number",
        gettext_noop("This number is already used in QuickBooks. Choose another."),
    ),
    "6150": ("customer", gettext_noop("The customer needs a parent in QuickBooks.")),
    "6160": ("tax_code", gettext_noop("QuickBooks does not accept the tax code.")),
    "6170": ("tax_code", gettext_noop("QuickBooks does not accept the tax details.")),
    "6190": (
        "",
        gettext_noop(
            "The company's QuickBooks subscription has ended or has a billing problem."
        ),
    ),
    "6200": (
        "issued_on",
        gettext_noop(
            "The books are closed for this date. Choose a date after the closing date."
        ),
    ),
    "6210": (
        "issued_on",
        gettext_noop(
            "The books are closed for this date. Choose a date after the closing date."
        ),
    ),
    "6220": ("", gettext_noop("It still has a balance in QuickBooks.")),
    "6240": (
        "name",
        gettext_noop(
            "Another customer, vendor or employee in QuickBooks already has this name."
            " Use another name."
        ),
    ),
    "6250": ("customer", gettext_noop("QuickBooks does not accept the customer.")),
    "6270": (
        "issued_on",
        gettext_noop(
            "The date is before QuickBooks started counting the stock of a product."
        ),
    ),
    "6310": ("customer", gettext_noop("Choose a customer.")),
    "6420": (
        "email",
        gettext_noop("There is no e-mail address to send it to. Enter one."),
    ),
    "6430": ("", gettext_noop("QuickBooks does not accept this kind of account here.")),
    "6440": ("lines", gettext_noop("QuickBooks needs more about a line.")),
    "6450": (
        "",
        gettext_noop(
            "QuickBooks does not let it be voided: it was settled or deposited. Undo that"
            " there first."
        ),
    ),
    "6480": (
        "",
        gettext_noop(
            "It is matched with a line of the bank. Undo the match in QuickBooks first."
        ),
    ),
    "6540": (
        "",
        gettext_noop(
            "It is part of a bank deposit, so QuickBooks lets nobody change it. Take it"
            " out of the deposit there first."
        ),
    ),
}

# What references are called by QuickBooks and by us; the first that fits is meant.
REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("deposittoaccountref", "deposit_account", gettext_noop("The deposit account")),
    ("paymentmethod", "payment_method", gettext_noop("The payment method")),
    ("customer", "customer", gettext_noop("The customer")),
    ("entityref", "vendor", gettext_noop("The vendor")),
    ("vendor", "vendor", gettext_noop("The vendor")),
    ("item", "lines.item", gettext_noop("A product")),
    ("class", "class", gettext_noop("A class")),
    ("department", "department", gettext_noop("The location")),
    ("account", "account", gettext_noop("An account")),
    ("term", "terms", gettext_noop("The terms")),
    ("tax", "tax_code", gettext_noop("A tax code")),
    ("currency", "currency", gettext_noop("The currency")),
)
ELEMENTS: dict[str, str] = {
    "DocNumber": "number",
    "CustomerRef": "customer",
    "BillEmail": "email",
    "PrimaryEmailAddr": "email",
    "DisplayName": "name",
    "Name": "name",
    "Line": "lines",
    "TxnDate": "issued_on",
    "DueDate": "due_on",
    "PrivateNote": "note",
    "CustomerMemo": "message",
    "Notes": "notes",
    "Sku": "sku",
    "Description": "description",
    "CurrencyRef": "currency",
    "ExchangeRate": "exchange_rate",
    "ExpirationDate": "expires_on",
    "ShipDate": "ship_date",
    "DepositToAccountRef": "deposit_account",
    "PaymentMethodRef": "payment_method",
    "PaymentRefNum": "reference",
    "PaymentType": "payment_type",
    "AccountRef": "account",
    "EntityRef": "vendor",
    "ClassRef": "class",
    "DepartmentRef": "department",
    "TotalAmt": "amount",
    "sendTo": "email",
}
# 6000 tells by its words alone which rule it is: (pattern, field, sentence).
RULES: tuple[tuple[str, str, str], ...] = (
    (
        r"must set a transaction amount",
        "amount",
        gettext_noop("Enter an amount."),
    ),
    (
        r"amount must be 0 or greater",
        "lines",
        gettext_noop("The total is less than zero. Lower the discount or the credits."),
    ),
    (
        r"(rate|tax code) before you save",
        "lines.tax_code",
        gettext_noop("Choose a tax code for each line."),
    ),
    (
        r"trying to link does not exist",
        "applied",
        gettext_noop("A document that it is linked to no longer exists in QuickBooks."),
    ),
    (
        r"amount applied is greater|can't apply",
        "applied",
        gettext_noop(
            "More is applied than is still open in QuickBooks. Lower what is applied."
        ),
    ),
    (
        r"credits applied are greater",
        "applied",
        gettext_noop("More credit is used than the invoices come to. Use less of it."),
    ),
    (
        r"belongs to another customer",
        "applied",
        gettext_noop("What it is linked to is another customer's in QuickBooks."),
    ),
    (
        r"discount amount can't be greater",
        "discount",
        gettext_noop("The discount is more than what is sold. Lower it."),
    ),
    (
        r"currency of the transaction is invalid",
        "currency",
        gettext_noop(
            "The customer, the vendor or an account is kept in another currency in"
            " QuickBooks. Use that currency."
        ),
    ),
    (
        r"multi ?currency should be enabled",
        "currency",
        gettext_noop(
            "The company has one currency only in QuickBooks. Use that one, or turn on"
            " multicurrency there."
        ),
    ),
    (
        r"exchange rate must be greater",
        "exchange_rate",
        gettext_noop("The exchange rate must be greater than zero."),
    ),
    (
        r"no (income|expense) account",
        "lines.item",
        gettext_noop(
            "A product has no account in QuickBooks. Give it one there, or choose"
            " another product."
        ),
    ),
    (
        r"deposit must be between",
        "deposit",
        gettext_noop("The deposit must be no more than the total."),
    ),
    (
        r"linked to others|unlink them",
        "",
        gettext_noop(
            "Other documents in QuickBooks are linked to it. Remove those first."
        ),
    ),
    (
        r"limit of \d+ e-?mails",
        "",
        gettext_noop("QuickBooks sends no more e-mails for this company today."),
    ),
    (
        r"up to \d+ lines with tax|at most \d+ lines",
        "lines",
        gettext_noop("The document has more lines than QuickBooks allows."),
    ),
)
# 6190 comes with several reasons; what fits none has the sentence of its code.
SUBSCRIPTION: tuple[tuple[str, str], ...] = (
    (
        r"trial",
        gettext_noop(
            "The company's QuickBooks trial has ended. Subscribe there to go on."
        ),
    ),
    (
        r"closed|cancel+ed the company|deactivated",
        gettext_noop("The company was closed in QuickBooks."),
    ),
    (
        r"billing problem|payment method|past due",
        gettext_noop(
            "The company's QuickBooks subscription has ended or has a billing problem."
            " Mend it there; nothing is lost here meanwhile."
        ),
    ),
)
