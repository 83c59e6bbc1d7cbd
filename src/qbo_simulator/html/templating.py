"""Renders the simulator's own pages; one Jinja environment for all of them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from jinja2 import ChainableUndefined, Environment, FileSystemLoader, select_autoescape
from starlette.responses import HTMLResponse

from qbo_simulator.wire import from_cents

TEMPLATES = Path(__file__).parents[1] / "bookkeeper" / "templates"


def money(amount: Any, currency: str = "USD") -> str:
    """Format an amount of money; what is no number reads as a dash."""
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return "\u2013"
    return str(format_currency(value, currency, locale="en_US"))


def cents(amount: int | None) -> Decimal:
    """Read an amount of cents."""
    return from_cents(amount or 0)


def quantity(amount: Any) -> str:
    """Format a quantity or a unit price with the decimals it has."""
    if amount is None or amount == "":
        return ""
    return str(format_decimal(Decimal(str(amount)), "#,##0.#######", locale="en_US"))


def day(value: str | date | None) -> str:
    """Format an ISO date or an instant as a day."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value[:10])
        except ValueError:
            return str(value)
    return str(format_date(value, "d MMM y", locale="en_US")) if value else ""


def moment(value: datetime | None) -> str:
    """Format an instant to the second, in UTC."""
    return value.strftime("%d %b %Y %H:%M:%S UTC") if value else ""


@cache
def environment() -> Environment:
    """Build the environment once."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters.update(
        money=money, cents=cents, quantity=quantity, day=day, moment=moment
    )
    return jinja


def page(template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Render a template into an answer that no browser keeps."""
    html = environment().get_template(template).render(**context)
    headers = {
        "cache-control": "no-store",
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'self'; frame-ancestors 'none'; "
        "base-uri 'none'; object-src 'none'",
    }
    return HTMLResponse(html, status_code=status, headers=headers)
