"""Tables of seed data written as text: a line per row, bars between the columns."""

from __future__ import annotations

from decimal import Decimal


def rows(text: str) -> list[list[str]]:
    """The cells of every line that is not empty."""
    return [
        [cell.strip() for cell in line.split("|")]
        for line in text.splitlines()
        if line.strip()
    ]


def customers(text: str) -> tuple[tuple[str, str, str, int], ...]:
    """Lines of name, given name, family name, term."""
    return tuple(
        (name, given, family, int(term)) for name, given, family, term in rows(text)
    )


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Lines of two columns."""
    return tuple((first, second) for first, second in rows(text))


def places(text: str) -> tuple[tuple[str, str, str], ...]:
    """Lines of city, state or province, postal code."""
    return tuple((city, state, code) for city, state, code in rows(text))


def items(text: str) -> tuple[tuple[str, str, str, str, Decimal, bool, int], ...]:
    """Lines of name, SKU, description, type, price, "taxed" or not, income account."""
    return tuple(
        (name, sku, told, type_, Decimal(price), taxed == "taxed", int(account))
        for name, sku, told, type_, price, taxed, account in rows(text)
    )


def stock(text: str) -> tuple[tuple[str, str, Decimal, Decimal, int], ...]:
    """Lines of name, SKU, price, cost, quantity on hand at the start."""
    return tuple(
        (name, sku, Decimal(price), Decimal(cost), int(quantity))
        for name, sku, price, cost, quantity in rows(text)
    )
