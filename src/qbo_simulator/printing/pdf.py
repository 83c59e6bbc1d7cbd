"""The printed form of a sales document, as QuickBooks' `/pdf` endpoint answers it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

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

from qbo_simulator.printing.faces import marked_up, register_fonts
from qbo_simulator.printing.reading import (
    Entity,
    PrintedLine,
    address_lines,
    number,
    printed_lines,
    text_at,
)
from qbo_simulator.printing.totals import totals
from qbo_simulator.printing.voice import Voice, voice_of

INK = colors.HexColor("#1c2026")
MUTED = colors.HexColor("#5c6470")
LINE = colors.HexColor("#d9d6cf")
TINT = colors.HexColor("#f4f3ef")
ACCENT = colors.HexColor("#2545b8")
BAD = colors.HexColor("#ab2116")
LETTER_COUNTRIES = frozenset({"US", "USA", "CA", "CAN", "MX", "MEX", ""})
MARGIN = 18 * mm
WIDTHS = (0.46, 0.1, 0.17, 0.09, 0.18)


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


def _head(company: Entity, name: str, voice: Voice, width: float) -> Flowable:
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
        voice.words.titles.get(name, name),
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


def _facts(entity: Entity, name: str, voice: Voice) -> list[tuple[str, str]]:
    """List the small facts beside the address: number, dates, terms."""
    words = voice.words
    held = text_at(entity, "DocNumber") or text_at(entity, "PaymentRefNum")
    facts = [
        (words["reference" if name == "Payment" else "number"], held),
        (words["date"], voice.day(text_at(entity, "TxnDate"))),
        (words["terms"], text_at(entity, "SalesTermRef", "name")),
        (words["due"], voice.day(text_at(entity, "DueDate"))),
        (words["expires"], voice.day(text_at(entity, "ExpirationDate"))),
        (words["paid_by"], text_at(entity, "PaymentMethodRef", "name")),
    ]
    if name != "Payment" and text_at(entity, "DocNumber"):
        facts.insert(1, (words["reference"], text_at(entity, "PaymentRefNum")))
    facts += [
        (text_at(field, "Name"), text_at(field, "StringValue"))
        for field in entity.get("CustomField") or []
    ]
    return [(label, value) for label, value in facts if value]


def _partner_label(name: str) -> str:
    if name in ("Payment", "SalesReceipt", "RefundReceipt"):
        return "customer"
    return "vendor" if name == "PurchaseOrder" else "bill_to"


def _partner(entity: Entity, name: str, voice: Voice) -> list[Flowable]:
    """Print who the form is for, with address and e-mail."""
    partner = text_at(entity, "CustomerRef", "name")
    partner = partner or text_at(entity, "VendorRef", "name")
    lines = address_lines(entity.get("BillAddr") or entity.get("VendorAddr"))
    email = text_at(entity, "BillEmail", "Address")
    if not (partner or lines or email):
        return []
    label = voice.words[_partner_label(name)]
    block: list[Flowable] = [_say(label, fontSize=8, textColor=MUTED)]
    if partner and partner not in lines:
        block.append(_say(partner, fontName="Roboto-Bold"))
    block.append(_say("\n".join(lines)))
    if email:
        block.append(_say(email, textColor=MUTED))
    return block


def _shipping(entity: Entity, voice: Voice) -> list[Flowable]:
    lines = address_lines(entity.get("ShipAddr"))
    if not lines or lines == address_lines(entity.get("BillAddr")):
        return []
    label = _say(voice.words["ship_to"], fontSize=8, textColor=MUTED)
    return [label, _say("\n".join(lines))]


def _parties(entity: Entity, name: str, voice: Voice, width: float) -> Flowable:
    rows = [
        [_say(label, textColor=MUTED), _say(value, alignment=TA_RIGHT)]
        for label, value in _facts(entity, name, voice)
    ]
    facts = Table(
        rows or [[_say(""), _say("")]],
        colWidths=[width * 0.17, width * 0.19],
        style=TableStyle(
            [
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ]
        ),
    )
    shipping = _shipping(entity, voice)
    parts = (0.36, 0.28, 0.36) if shipping else (0.62, 0.02, 0.36)
    return Table(
        [[_partner(entity, name, voice), shipping, facts]],
        colWidths=[width * part for part in parts],
        style=TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (-1, 0), (-1, 0), 0),
            ]
        ),
    )


def _line_row(line: PrintedLine, voice: Voice) -> list[Flowable]:
    right = {"alignment": TA_RIGHT}
    what: list[str] = []
    if line.title:
        what.append(f'<font name="Roboto-Bold">{marked_up(line.title)}</font>')
    if line.description and line.description != line.title:
        what.append(marked_up(line.description))
    rate = "" if line.rate is None else voice.price(line.rate)
    amount = "" if line.amount is None else voice.money(line.amount)
    return [
        Paragraph("<br/>".join(what), _style(leftIndent=10 if line.nested else 0)),
        _say(voice.quantity(line.quantity), **right),
        _say(rate, **right),
        _say(line.tax, textColor=MUTED, **right),
        _say(amount, **right),
    ]


def _lines(entity: Entity, name: str, voice: Voice, width: float) -> Flowable:
    """The table of what is sold, with only the columns that say something."""
    right = {"alignment": TA_RIGHT, "fontSize": 8, "textColor": MUTED}
    words, lines = voice.words, printed_lines(entity, name, voice.words)
    shown = {
        "item": True,
        "quantity": any(line.quantity is not None for line in lines),
        "rate": any(line.rate is not None for line in lines),
        "tax": any(line.tax for line in lines),
        "amount": True,
    }
    first = "pays" if name == "Payment" else "item"
    heading = [_say(words[first], fontSize=8, textColor=MUTED)]
    heading += [_say(words[each], **right) for each in list(shown)[1:]]
    rows = [heading, *(_line_row(line, voice) for line in lines)]
    kept = [column for column, each in enumerate(shown.values()) if each]
    widths = [WIDTHS[column] for column in kept]
    widths[0] += 1 - sum(widths)
    return Table(
        [[row[column] for column in kept] for row in rows],
        repeatRows=1,
        colWidths=[width * part for part in widths],
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


def _sums(entity: Entity, name: str, voice: Voice, width: float) -> Flowable:
    rows = [
        [
            _say(label, fontName=_weight(heavy=strong), fontSize=11 if strong else 9),
            _say(
                amount,
                alignment=TA_RIGHT,
                fontName=_weight(heavy=strong),
                fontSize=11 if strong else 9,
            ),
        ]
        for label, amount, strong in _figures(entity, name, voice)
    ]
    memo = text_at(entity, "CustomerMemo", "value")
    note = _say(memo, textColor=MUTED) if memo else _say("")
    inner = Table(
        rows,
        colWidths=[width * 0.27, width * 0.23],
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
        colWidths=[width * 0.5, width * 0.5],
        style=TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (0, 0), 12),
                ("RIGHTPADDING", (-1, 0), (-1, 0), 0),
            ]
        ),
    )


def _figures(entity: Entity, name: str, voice: Voice) -> list[tuple[str, str, bool]]:
    """The sums as they are written, and the total at home of a foreign form."""
    rows = [
        (label, voice.money(amount), strong)
        for label, amount, strong in totals(
            entity, name, voice.words, voice.figure, voice.share
        )
    ]
    if "HomeTotalAmt" in entity and voice.home != voice.currency:
        rate = voice.quantity(number(entity.get("ExchangeRate")))
        told = voice.words["home"].format(voice.home, rate)
        amount = voice.money(number(entity["HomeTotalAmt"]), voice.home)
        rows.insert(-1, (told, amount, False))
    return rows


def _weight(*, heavy: bool) -> str:
    return "Roboto-Bold" if heavy else "Roboto"


def _stamp(entity: Entity, name: str, voice: Voice) -> tuple[str, colors.Color] | None:
    """Choose the word printed large on a form that asks for no money any more."""
    if text_at(entity, "PrivateNote").startswith("Voided"):
        return (voice.words["void"], BAD)
    paid = name == "Invoice" and number(entity.get("TotalAmt")) > 0
    if paid and number(entity.get("Balance")) == 0:
        return (voice.words["settled"], colors.HexColor("#156b3f"))
    return None


def _footer(
    title: str,
    voice: Voice,
    page: tuple[float, float],
    stamp: tuple[str, colors.Color] | None,
) -> Callable[[Any, Any], None]:
    """Make the function that decorates each page: footer, and the stamp on the first."""

    def decorate(canvas: Any, document: Any) -> None:
        canvas.setFont("Roboto", 8)
        canvas.setFillColor(MUTED)
        canvas.drawString(MARGIN, 11 * mm, title)
        canvas.drawRightString(
            page[0] - MARGIN, 11 * mm, voice.words["page"].format(document.page)
        )
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
    voice = voice_of(company, entity)
    story: list[Flowable] = [
        _head(company, name, voice, width),
        Spacer(1, 8 * mm),
        _parties(entity, name, voice, width),
        Spacer(1, 8 * mm),
        _lines(entity, name, voice, width),
        Spacer(1, 5 * mm),
        _sums(entity, name, voice, width),
    ]
    kind = voice.words.titles.get(name, name)
    title = f"{kind} {text_at(entity, 'DocNumber')}".strip()
    decorate = _footer(title, voice, page, _stamp(entity, name, voice))
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
