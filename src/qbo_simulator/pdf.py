"""The printed form of a sales document, as QuickBooks' `/pdf` endpoint answers it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from qbo_simulator.print_fonts import marked_up, register_fonts
from qbo_simulator.print_lines import (
    Entity,
    PrintedLine,
    address_lines,
    day,
    number,
    printed_lines,
    text_at,
    totals,
)

TITLES: Mapping[str, str] = {
    "Invoice": "Invoice",
    "Estimate": "Estimate",
    "SalesReceipt": "Sales receipt",
    "CreditMemo": "Credit memo",
    "RefundReceipt": "Refund receipt",
    "Payment": "Payment receipt",
    "PurchaseOrder": "Purchase order",
}
INK = colors.HexColor("#1c2026")
MUTED = colors.HexColor("#5c6470")
LINE = colors.HexColor("#d9d6cf")
TINT = colors.HexColor("#f4f3ef")
ACCENT = colors.HexColor("#2545b8")
BAD = colors.HexColor("#ab2116")
LETTER_COUNTRIES = frozenset({"US", "USA", "CA", "CAN", "MX", "MEX", ""})
MARGIN = 18 * mm


def _style(**options: Any) -> ParagraphStyle:
    defaults = {
        "fontName": "Roboto",
        "fontSize": 9,
        "leading": 12.5,
        "textColor": INK,
        "splitLongWords": 1,
    }
    return ParagraphStyle("text", **{**defaults, **options})


def _say(text: str, **options: Any) -> Paragraph:
    return Paragraph(marked_up(text), _style(**options))


def _money(amount: Decimal, currency: str) -> str:
    return str(format_currency(amount, currency, locale="en_US"))


def _quantity(amount: Decimal | None) -> str:
    if amount is None:
        return ""
    return str(format_decimal(amount, format="#,##0.#######", locale="en_US"))


def _printed_day(value: str) -> str:
    moment = day(value)
    return str(format_date(moment, "d MMM y", locale="en_US")) if moment else value


def _head(company: Entity, name: str, width: float) -> Flowable:
    address = address_lines(company.get("CompanyAddr"))
    contact = [
        text_at(company, "PrimaryPhone", "FreeFormNumber"),
        text_at(company, "Email", "Address"),
        text_at(company, "WebAddr", "URI"),
    ]
    left = [
        _say(
            text_at(company, "CompanyName"),
            fontName="Roboto-Bold",
            fontSize=14,
            leading=18,
        ),
        _say("\n".join(address), textColor=MUTED),
        _say("\n".join(filter(None, contact)), textColor=MUTED),
    ]
    title = _say(
        TITLES.get(name, name),
        fontName="Roboto-Bold",
        fontSize=22,
        leading=26,
        alignment=TA_RIGHT,
        textColor=ACCENT,
    )
    return Table(
        [[left, title]],
        colWidths=[width * 0.6, width * 0.4],
        style=TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, 0), 0),
                ("RIGHTPADDING", (-1, 0), (-1, 0), 0),
            ]
        ),
    )


def _facts(entity: Entity, name: str) -> list[tuple[str, str]]:
    """List the small facts beside the address: number, dates, terms."""
    facts = [
        ("Number", text_at(entity, "DocNumber") or text_at(entity, "PaymentRefNum")),
        ("Date", _printed_day(text_at(entity, "TxnDate"))),
        ("Terms", text_at(entity, "SalesTermRef", "name")),
        ("Due date", _printed_day(text_at(entity, "DueDate"))),
        ("Expires on", _printed_day(text_at(entity, "ExpirationDate"))),
        ("Paid by", text_at(entity, "PaymentMethodRef", "name")),
    ]
    facts += [
        (text_at(field, "Name"), text_at(field, "StringValue"))
        for field in entity.get("CustomField") or []
    ]
    if name == "Payment":
        facts[0] = ("Reference", facts[0][1])
    return [(label, value) for label, value in facts if value]


def _partner_label(name: str) -> str:
    if name in ("Payment", "SalesReceipt", "RefundReceipt"):
        return "Customer"
    return "Vendor" if name == "PurchaseOrder" else "Bill to"


def _partner(entity: Entity, name: str) -> list[Flowable]:
    """Print who the form is for, with address and e-mail."""
    partner = text_at(entity, "CustomerRef", "name")
    partner = partner or text_at(entity, "VendorRef", "name")
    lines = address_lines(entity.get("BillAddr"))
    block: list[Flowable] = [_say(_partner_label(name), fontSize=8, textColor=MUTED)]
    if partner and partner not in lines:
        block.append(_say(partner, fontName="Roboto-Bold"))
    block.append(_say("\n".join(lines)))
    email = text_at(entity, "BillEmail", "Address")
    if email:
        block.append(_say(email, textColor=MUTED))
    return block


def _shipping(entity: Entity) -> list[Flowable]:
    lines = address_lines(entity.get("ShipAddr"))
    if not lines or lines == address_lines(entity.get("BillAddr")):
        return []
    return [_say("Ship to", fontSize=8, textColor=MUTED), _say("\n".join(lines))]


def _parties(entity: Entity, name: str, width: float) -> Flowable:
    rows = [
        [_say(label, textColor=MUTED), _say(value, alignment=TA_RIGHT)]
        for label, value in _facts(entity, name)
    ]
    facts = Table(
        rows or [[_say(""), _say("")]],
        colWidths=[width * 0.14, width * 0.2],
        style=TableStyle(
            [
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ]
        ),
    )
    return Table(
        [[_partner(entity, name), _shipping(entity), facts]],
        colWidths=[width * 0.36, width * 0.28, width * 0.36],
        style=TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, 0), 0),
                ("RIGHTPADDING", (-1, 0), (-1, 0), 0),
            ]
        ),
    )


def _line_row(line: PrintedLine, currency: str) -> list[Flowable]:
    right = {"alignment": TA_RIGHT}
    what: list[str] = []
    if line.title:
        what.append(f'<font name="Roboto-Bold">{marked_up(line.title)}</font>')
    if line.description and line.description != line.title:
        what.append(marked_up(line.description))
    rate = "" if line.rate is None else _quantity_money(line.rate, currency)
    amount = "" if line.amount is None else _money(line.amount, currency)
    return [
        Paragraph("<br/>".join(what), _style(leftIndent=10 if line.nested else 0)),
        _say(_quantity(line.quantity), **right),
        _say(rate, **right),
        _say(line.tax, textColor=MUTED, **right),
        _say(amount, **right),
    ]


def _quantity_money(rate: Decimal, currency: str) -> str:
    """Format a unit price, which may have more decimals than the currency."""
    exponent = rate.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -2:
        return _quantity(rate)
    return _money(rate, currency)


def _lines(entity: Entity, name: str, currency: str, width: float) -> Flowable:
    right = {"alignment": TA_RIGHT, "fontSize": 8, "textColor": MUTED}
    titles = ["Product or service", "Qty", "Rate", "Tax", "Amount"]
    if name == "Payment":
        titles = ["What it pays", "", "", "", "Amount"]
    heading = [_say(titles[0], fontSize=8, textColor=MUTED)]
    heading += [_say(title, **right) for title in titles[1:]]
    lines = printed_lines(entity, name)
    rows = [heading, *(_line_row(line, currency) for line in lines)]
    return Table(
        rows,
        repeatRows=1,
        colWidths=[width * part for part in (0.46, 0.1, 0.17, 0.09, 0.18)],
        style=TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), TINT),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
            ]
        ),
    )


def _sums(entity: Entity, name: str, currency: str, width: float) -> Flowable:
    rows = [
        [
            _say(label, fontName=_weight(heavy=strong), fontSize=11 if strong else 9),
            _say(
                _money(amount, currency),
                alignment=TA_RIGHT,
                fontName=_weight(heavy=strong),
                fontSize=11 if strong else 9,
            ),
        ]
        for label, amount, strong in totals(entity, name)
    ]
    memo = text_at(entity, "CustomerMemo", "value")
    note = _say(memo, textColor=MUTED) if memo else _say("")
    inner = Table(
        rows,
        colWidths=[width * 0.24, width * 0.18],
        style=TableStyle(
            [
                ("LINEABOVE", (0, -1), (-1, -1), 0.8, INK),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, -1), (-1, -1), 6),
            ]
        ),
    )
    return Table(
        [[note, inner]],
        colWidths=[width * 0.58, width * 0.42],
        style=TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ]
        ),
    )


def _weight(*, heavy: bool) -> str:
    return "Roboto-Bold" if heavy else "Roboto"


def _stamp(entity: Entity, name: str) -> tuple[str, colors.Color] | None:
    """Choose the word printed large on a form that asks for no money any more."""
    if text_at(entity, "PrivateNote").startswith("Voided"):
        return ("VOID", BAD)
    paid = name == "Invoice" and number(entity.get("TotalAmt")) > 0
    if paid and number(entity.get("Balance")) == 0:
        return ("PAID", colors.HexColor("#156b3f"))
    return None


def _footer(
    title: str, page: tuple[float, float], stamp: tuple[str, colors.Color] | None
) -> Callable[[Any, Any], None]:
    """Make the function that decorates each page: footer, and the stamp on the first."""

    def decorate(canvas: Any, document: Any) -> None:
        canvas.setFont("Roboto", 8)
        canvas.setFillColor(MUTED)
        canvas.drawString(MARGIN, 11 * mm, title)
        canvas.drawRightString(page[0] - MARGIN, 11 * mm, f"Page {document.page}")
        if stamp and document.page == 1:
            canvas.saveState()
            canvas.setFillColor(stamp[1], alpha=0.16)
            canvas.setFont("Roboto-Bold", 64)
            canvas.translate(page[0] / 2, page[1] * 0.42)
            canvas.rotate(24)
            canvas.drawCentredString(0, 0, stamp[0])
            canvas.restoreState()

    return decorate


def render(company: Entity, name: str, entity: Entity) -> bytes:
    """Print one form; `company` is CompanyInfo, `entity` the object as the API answers it."""
    register_fonts()
    country = text_at(company, "Country").upper()
    page = LETTER if country in LETTER_COUNTRIES else A4
    width = page[0] - 2 * MARGIN
    currency = text_at(entity, "CurrencyRef", "value") or "USD"
    story: list[Flowable] = [
        _head(company, name, width),
        Spacer(1, 8 * mm),
        _parties(entity, name, width),
        Spacer(1, 8 * mm),
        _lines(entity, name, currency, width),
        Spacer(1, 5 * mm),
        _sums(entity, name, currency, width),
    ]
    title = f"{TITLES.get(name, name)} {text_at(entity, 'DocNumber')}".strip()
    decorate = _footer(title, page, _stamp(entity, name))
    out = io.BytesIO()
    SimpleDocTemplate(
        out,
        pagesize=page,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=20 * mm,
        title=title,
        author=text_at(company, "CompanyName"),
        creator="QuickBooks Online simulator",
        invariant=1,
    ).build(story, onFirstPage=decorate, onLaterPages=decorate)
    return out.getvalue()
