"""Reads what was entered in a step of the wizard into the draft's content.

Nothing is refused here: what was typed is kept as it is, at most cut to what a field
can hold. The checks of ``invoicing`` say what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from counterfoil.invoicing import match, rates
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content, DraftLine, NewCustomer
from counterfoil.invoicing.drafts import following_terms
from counterfoil.web import typed

HEADER = (
    "expires_on",
    "class_id",
    "department_id",
    "deposit_account_id",
    "payment_method_id",
    "reference",
)
Posted = Mapping[str, str]
LONGEST = 500
LONGEST_TEXT = 5000
NEW_CUSTOMER_FIELDS = {
    field.name: f"new_{field.name}" for field in fields(NewCustomer)
} | {"display_name": "display_name", "email": "customer_email", "currency": "currency"}


def text(
    posted: Posted, name: str, default: str = "", *, longest: int = LONGEST
) -> str:
    """A field's text, trimmed; the default when it was not sent at all."""
    return posted.get(name, default).strip().replace("\x00", "")[:longest]


def figure(posted: Posted, name: str, default: str = "") -> str:
    """A field's figure, plain; what is kept already is no longer as it was typed."""
    return typed.figure(text(posted, name)) if name in posted else default


def customer(content: Content, posted: Posted, company: Company) -> Content:
    """The customer's step: one that exists, or what is known of a new one.

    Another customer has another tax, which is preselected anew on the way to the lines.
    """
    new = content.new_customer
    entered = {
        name: text(posted, field, getattr(new, name))
        for name, field in NEW_CUSTOMER_FIELDS.items()
    }
    content = replace(content, new_customer=NewCustomer(**entered))
    chosen = posted.get("customer_id", "")
    if chosen == "new":
        tax_code = content.tax_code_id if content.creates_customer else ""
        return replace(
            content,
            customer="new",
            customer_id="",
            customer_reason="",
            tax_code_id=tax_code,
        )
    if not chosen or chosen == content.customer_id:
        return content
    return replace(
        _without_theirs(content, company),
        customer="existing",
        customer_id=chosen[:64],
        customer_reason=text(posted, f"reason-{chosen}", match.PICKED),
        tax_code_id="",
    )


def _without_theirs(content: Content, company: Company) -> Content:
    """What was proposed for the customer before is not this one's; the rest stays."""
    before = company.customer
    if before is None:
        return content
    email = "" if content.email == before.email else content.email
    is_theirs = bool(before.terms_id) and content.terms_id == before.terms_id
    return replace(
        content,
        email=email,
        terms_id="" if is_theirs else content.terms_id,
        due_on="" if is_theirs else content.due_on,
    )


def lines(content: Content, posted: Posted, company: Company) -> Content:
    """The lines as they stand in the table, and what is on the whole document."""
    entered = tuple(_line(line, posted, company) for line in content.lines)
    return replace(
        content,
        lines=entered,
        discount_kind=text(posted, "discount_kind", content.discount_kind),
        discount_value=figure(posted, "discount_value", content.discount_value),
        tax_code_id=text(posted, "tax_code_id", content.tax_code_id),
        shipping=figure(posted, "shipping", content.shipping),
        shipping_tax_code_id=text(
            posted, "shipping_tax_code_id", content.shipping_tax_code_id
        ),
        prices_include_tax=posted.get("prices", "") == "gross"
        if "prices" in posted
        else content.prices_include_tax,
    )


def _line(line: DraftLine, posted: Posted, company: Company) -> DraftLine:
    key = line.key
    if f"description-{key}" not in posted:
        return line
    shown = replace(
        line,
        description=text(posted, f"description-{key}", longest=LONGEST_TEXT),
    )
    if line.is_text:
        return shown
    return replace(
        shown,
        quantity=figure(posted, f"quantity-{key}"),
        unit_price=figure(posted, f"unit_price-{key}"),
        discount_percent=figure(posted, f"discount_percent-{key}"),
        discount_amount=figure(posted, f"discount_amount-{key}", line.discount_amount),
        service_on=text(posted, f"service_on-{key}", line.service_on),
        class_id=text(posted, f"class_id-{key}", line.class_id),
        income_account_id=text(posted, f"account-{key}", line.income_account_id),
        taxable=line.taxable
        if company.needs_code_per_line
        else f"taxable-{key}" in posted,
        tax_code_id=text(posted, f"tax_code-{key}", line.tax_code_id),
    )


def terms(content: Content, posted: Posted, company: Company) -> Content:
    """Dates, message and address; the due date follows unless it was typed."""
    more: dict[str, Any] = {
        name: text(posted, name, getattr(content, name)) for name in HEADER
    }
    entered = replace(
        content,
        terms_id=text(posted, "terms_id", content.terms_id),
        issued_on=text(posted, "issued_on", content.issued_on),
        due_on=text(posted, "due_on", content.due_on),
        number=text(posted, "number", content.number),
        email=text(posted, "email", content.email),
        message=text(posted, "message", content.message, longest=LONGEST_TEXT),
        **more,
    )
    rate = figure(posted, "exchange_rate", content.exchange_rate)
    entered = rates.typed(entered, company, rate)
    before = (content.terms_id, content.issued_on)
    has_moved = before != (entered.terms_id, entered.issued_on)
    if has_moved and entered.due_on == content.due_on:
        return following_terms(entered, company)
    return entered


READERS = {"customer": customer, "lines": lines, "terms": terms}


def read(step: str, content: Content, posted: Posted, company: Company) -> Content:
    """What the draft holds once this step has been entered."""
    reader = READERS.get(step)
    return reader(content, posted, company) if reader else content
