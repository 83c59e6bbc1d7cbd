"""Money: an exact amount with its currency, rounded and split by its exponent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import (
    get_currency_precision,
    get_territory_currencies,
    list_currencies,
)


@lru_cache
def known_currencies() -> frozenset[str]:
    """ISO 4217 codes, as CLDR lists them."""
    return frozenset(list_currencies())


@lru_cache
def lasting_currencies() -> frozenset[str]:
    """Those that are money somewhere, and whose end CLDR does not know."""
    places = Locale("en").territories
    return frozenset().union(
        *(get_territory_currencies(str(each), start_date=date.max) for each in places)
    )


@lru_cache(maxsize=512)
def exponent(currency: str) -> Decimal:
    """The smallest unit, e.g. ``0.01`` for USD, ``1`` for JPY, ``0.001`` for KWD."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half away from zero, to the currency's smallest unit, as QuickBooks rounds."""
    return amount.quantize(exponent(currency), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency; arithmetic across currencies is refused."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"money needs a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite():
            raise ValueError("money needs a finite amount")
        if self.currency not in known_currencies():
            raise ValueError(f"{self.currency!r} is not an ISO 4217 currency")

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(Decimal(0), currency)

    @classmethod
    def total(cls, parts: Iterable[Money], currency: str) -> Money:
        """Sum that knows its currency even when there is nothing to add."""
        result = cls.zero(currency)
        for part in parts:
            result += part
        return result

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        if isinstance(factor, float):
            raise TypeError("money is not multiplied by a float")
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def rounded(self) -> Money:
        return Money(rounded(self.amount, self.currency), self.currency)

    def split(self, weights: Sequence[Decimal | int]) -> list[Money]:
        """Divide by ``weights`` so that the parts add up exactly.

        Each part gets its floor in smallest units; what is left over goes, unit by
        unit, to the largest remainders (first come first when equal).
        """
        whole = sum((Decimal(weight) for weight in weights), Decimal(0))
        if not weights or any(weight < 0 for weight in weights) or whole == 0:
            raise ValueError("a split needs weights that are not negative nor all zero")
        if self.amount != rounded(self.amount, self.currency):
            raise ValueError("round an amount before splitting it")
        unit = exponent(self.currency)
        shares = [self.amount * Decimal(weight) / whole for weight in weights]
        parts = [share.quantize(unit, rounding=ROUND_DOWN) for share in shares]
        step = unit if self.amount >= 0 else -unit
        left = int((self.amount - sum(parts, Decimal(0))) / step)
        by_remainder = sorted(
            range(len(parts)), key=lambda i: -abs(shares[i] - parts[i])
        )
        for index in by_remainder[:left]:
            parts[index] += step
        return [Money(part, self.currency) for part in parts]
