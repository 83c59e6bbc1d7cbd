"""What a company deals in, and with whom: what the seed files list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Trade:
    """The people and goods of one company, as the seed files list them.

    `codes` are the tax codes of items that do not bear the usual one, `place_codes`
    those of provinces. `currencies` says who deals in a foreign one, `exempt` who
    bears no tax. `numbers` is how forms are numbered where the company does so itself.
    A `thorough` trade has business of every kind, not invoices and payments alone.
    """

    cities: Sequence[tuple[str, str, str]]
    streets: Sequence[str]
    customers: Sequence[tuple[str, str, str, int]]
    sub_customers: Sequence[tuple[str, str]]
    vendors: Sequence[tuple[str, str]]
    items: Sequence[tuple[str, str, str, str, Decimal, bool, int]]
    inactive_item: str
    phone: str
    country: str
    invoices: int
    codes: Mapping[str, str] = field(default_factory=dict)
    place_codes: Mapping[str, str] = field(default_factory=dict)
    modes: Sequence[str] = ("TaxExcluded",)
    us_code: str | None = None
    employees: Sequence[tuple[str, str]] = ()
    classes: Sequence[str] = ()
    departments: Sequence[str] = ()
    categories: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stock: Sequence[tuple[str, str, Decimal, Decimal, int]] = ()
    bundle: tuple[str, Sequence[tuple[str, int]]] | None = None
    currencies: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, str] = field(default_factory=dict)
    bought: Sequence[tuple[str, str]] = ()
    remarks: Sequence[str] = ()
    exempt: Sequence[str] = ()
    numbers: str | None = None
    thorough: bool = False

    @property
    def is_american(self) -> bool:
        """Whether lines are told apart as taxed or not, and not by codes."""
        return not self.codes
