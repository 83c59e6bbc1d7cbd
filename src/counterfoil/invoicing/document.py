"""The neutral documents of a content: customer, new items, sales form, payment. Pure.

``posting.ports`` says what they look like; a reference to a parent stands where the
remote id of something is that does not exist yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from counterfoil.core.errors import invariant
from counterfoil.crm.models import Payment, Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content, DraftLine, day, number
from counterfoil.invoicing.kinds import kinds
from counterfoil.invoicing.reckoning import currency, reckon
from counterfoil.invoicing.totals import LineTotal, TaxMode, Totals
from counterfoil.posting.documents import reference

Reference = str | Mapping[str, str]
# Of every document, for people: the connectors leave it out.
MADE_FROM = "made_from"


def made_from(*told: Record | Ref) -> dict[str, object]:
    """The records that a document is made from, as it keeps them; each once."""
    refs = [each if isinstance(each, Ref) else Ref.of(each) for each in told]
    return {MADE_FROM: [list(ref) for ref in dict.fromkeys(refs)]}


def sources_in(built: Mapping[str, object]) -> list[Ref]:
    """What :func:`made_from` kept; nothing of a document that was made elsewhere."""
    held = built.get(MADE_FROM)
    rows = held if isinstance(held, list) else []
    return [Ref(str(noun), int(record_id)) for noun, record_id in rows]


def customer(content: Content, company: Company) -> dict[str, object]:
    """The customer to be created."""
    new = content.new_customer
    return {
        "name": new.display_name.strip(),
        "company_name": new.company_name.strip(),
        "given_name": new.given_name.strip(),
        "family_name": new.family_name.strip(),
        "email": new.email.strip(),
        "phone": new.phone.strip(),
        "currency": new.currency or company.home_currency,
        "notes": "",
        "address": {},
    }


def item(line: DraftLine) -> dict[str, object]:
    """A product to be created: sold only, as a service, under an income account."""
    return {
        "name": line.name.strip(),
        "sku": line.sku.strip(),
        "kind": "service",
        "description": line.description.strip(),
        "unit_price": text(number(line.unit_price) or Decimal(0)),
        "income_account_id": line.income_account_id,
        "taxable": line.taxable,
    }


def sale(
    content: Content,
    company: Company,
    *,
    customer_id: Reference,
    items: Mapping[str, Reference],
    document_number: str,
) -> dict[str, object]:
    """The sales form; ``items`` are the remote ids, or references, by the lines' keys."""
    totals = reckon(content, company)
    lines = [
        _line(line, total, company, items.get(line.key, ""))
        for line, total in zip(content.lines, totals.lines, strict=True)
    ]
    if totals.discount_given:
        lines.append(_discount(content, totals))
    return {
        "customer_id": customer_id,
        "number": document_number,
        "issued_on": _date(content.issued_on),
        "message": content.message.strip(),
        "email": content.email.strip(),
        "note": "",
        "lines": lines,
        "class_id": content.class_id if company.class_tracking == "document" else "",
        "department_id": content.department_id if company.tracks_departments else "",
        "shipping": text(number(content.shipping) or Decimal(0))
        if totals.shipping
        else "",
        "shipping_net": text(totals.shipping),
        "shipping_tax_code_id": content.shipping_tax_code_id
        if company.needs_code_per_line
        else "",
        "tax_mode": company.tax_mode.value,
        "tax_code_id": _header_code(content, company),
        "prices_include_tax": content.prices_include_tax,
        "expected_total": "" if totals.tax_is_left_to_books else text(totals.total),
        **_money(content, company),
        **kinds[content.kind].header(content),
    }


def payment(
    content: Content,
    company: Company,
    *,
    payment: Payment,
    customer_id: Reference,
    applied: Sequence[Mapping[str, object]],
) -> dict[str, object]:
    """Money that came in, and the documents that it pays.

    It is dated on its own day; where that is unknown, or its books are closed, as the
    document that it pays.
    """
    own = payment.paid_on
    is_open = own is not None and not company.has_closed(own)
    method = content.payment_method_id or company.method_called(payment.method)
    return {
        "customer_id": customer_id,
        "paid_on": own.isoformat() if own and is_open else _date(content.issued_on),
        "amount": text(payment.amount),
        "payment_method_id": method,
        "reference": (content.reference or payment.reference).strip(),
        "deposit_account_id": content.deposit_account_id,
        "note": "",
        "applied": list(applied),
        **_money(content, company),
    }


def applied(invoice: UUID | str, amount: Decimal) -> dict[str, object]:
    """What a payment pays of an invoice, which may not exist yet."""
    known: Reference = invoice if isinstance(invoice, str) else reference(invoice)
    return {"kind": "invoice", "id": known, "amount": text(amount)}


def credited(credit_memo: str, amount: Decimal) -> dict[str, object]:
    """What a payment uses up of a credit memo, which the books have."""
    return {"kind": "credit_memo", "id": credit_memo, "amount": text(amount)}


def worth(rate: str) -> str:
    """What a foreign currency is worth at home: never taken for 1 when nobody knows."""
    found = number(rate) or Decimal(0)
    invariant(found > 0, "a document in a foreign currency has its rate")
    return text(found)


def _money(content: Content, company: Company) -> dict[str, object]:
    code = currency(content, company)
    if code == company.home_currency:
        return {"currency": code}
    return {"currency": code, "exchange_rate": worth(content.exchange_rate)}


def _line(
    line: DraftLine, total: LineTotal, company: Company, item_id: Reference
) -> dict[str, object]:
    if line.is_text:
        return {"kind": "text", "description": line.description.strip()}
    return {
        "kind": "item",
        "item_id": item_id,
        "description": line.description.strip(),
        "quantity": text(number(line.quantity) or Decimal(0)),
        "unit_price": text(total.price),
        "amount": text(total.amount),
        "net_amount": text(total.net),
        "tax_code_id": line.tax_code_id if company.needs_code_per_line else "",
        "taxable": line.taxable and not company.takes_no_tax(),
        "service_on": _date(line.service_on) if company.allows_service_date else "",
        "class_id": line.class_id if company.class_tracking == "line" else "",
    }


def _date(entered: str) -> str:
    """As the books read it, however ISO 8601 was written."""
    found = day(entered)
    return found.isoformat() if found else ""


def _header_code(content: Content, company: Company) -> str:
    """The code of a US document; elsewhere, and where there is no tax, none."""
    is_used = company.tax_mode is TaxMode.US_MANUAL
    is_known = content.tax_code_id in company.tax_codes  # ``NO_TAX`` is not
    return content.tax_code_id if is_used and is_known else ""


def _discount(content: Content, totals: Totals) -> dict[str, object]:
    given = text(totals.discount_given)
    line: dict[str, object] = {"kind": "discount", "amount": given}
    if content.discount_kind == "percent":
        line["percent"] = text(number(content.discount_value) or Decimal(0))
    return line


def text(value: Decimal) -> str:
    """A decimal as plain digits; trailing zeros beyond need are left out."""
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
