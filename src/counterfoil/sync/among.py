"""Asks for many rows by one list: a thousand parameters cost more than the answer."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import BooleanField, F, Func, Value

from counterfoil.core import rows


class Among(Func):
    """``column = ANY(array)``: what ``__in`` asks, with one parameter."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()
    conditional = True


def among(column: str, values: Iterable[str] | Iterable[int]) -> Among:
    """The condition that a column holds one of some values."""
    return Among(F(column), Value(rows.array(values)))
