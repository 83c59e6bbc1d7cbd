"""A sound draft and its company, for tests that put one thing wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from counterfoil.invoicing.company import (
    Account,
    Company,
    Customer,
    Item,
    TaxCode,
    Term,
)
from counterfoil.invoicing.content import Content, DraftLine
from counterfoil.invoicing.terms import Terms
from counterfoil.invoicing.totals import Rate, TaxMode

CUSTOMER = Customer("58", "Marbella Foods", "ada@marbella.example", "USD", active=True)
COMPANY = Company(
    name="Harbour Bakery",
    country="US",
    home_currency="USD",
    currencies=frozenset({"USD", "EUR"}),
    tax_mode=TaxMode.US_MANUAL,
    today=date(2026, 3, 4),
    tax_codes={
        "3": TaxCode("3", "Tucson", (Rate("1", Decimal(10)),)),
        "0": TaxCode("0", "Zero", (Rate("2", Decimal(0)),)),
    },
    terms={"3": Term("3", "Net 30", Terms(due_days=30))},
    items={
        "11": Item("11", "Oven service", active=True, taxable=True),
        "12": Item("12", "Rotor belt", active=False, taxable=True),
        "13": Item("13", "Odds", active=True, taxable=True, has_income_account=False),
    },
    accounts={
        "79": Account("79", "Sales", "income"),
        "35": Account("35", "Checking", "bank"),
        "40": Account("40", "Card", "credit card"),
        "60": Account("60", "Fees", "expense"),
    },
    payment_methods={"2": "Check"},
    classes={"4": "East"},
    departments={"6": "Tucson"},
    allows_shipping=True,
    customer=CUSTOMER,
)
ABROAD = replace(COMPANY, country="GB", tax_mode=TaxMode.PER_LINE)
LINE = DraftLine("1", item_id="11", name="Oven service", quantity="2", unit_price="95")
CONTENT = Content(
    currency="USD",
    customer_id="58",
    lines=(LINE,),
    last_key=1,
    tax_code_id="3",
    issued_on="2026-03-04",
    due_on="2026-04-03",
)


def of_lines(*changes: dict[str, Any], **more: Any) -> Content:
    """The draft with these lines in place of its own."""
    lines = tuple(
        replace(LINE, key=str(key), **each) for key, each in enumerate(changes, 1)
    )
    return replace(CONTENT, lines=lines, **more)
