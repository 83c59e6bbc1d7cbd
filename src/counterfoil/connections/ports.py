"""What a service offers so that a company of it can be connected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from counterfoil.core.registry import Registry
from counterfoil.core.secrets import Secret

if TYPE_CHECKING:
    from counterfoil.connections.models import Connection


@dataclass(frozen=True)
class Grant:
    """Tokens as the service issued them; expiries are absolute."""

    access_token: Secret
    access_expires_at: datetime
    refresh_token: Secret
    refresh_expires_at: datetime | None = None
    hard_expires_at: datetime | None = None


@dataclass(frozen=True)
class CompanyFacts:
    """Who a company is, in our words, as read with its own tokens.

    ``facts`` holds what its preferences say: ``multi_currency`` (bool), ``currencies``
    (ISO codes it may use), ``tax_mode`` (``us_manual``, ``us_automated``, ``per_line``
    or ``none``), ``custom_numbers`` (bool), ``closed_on`` (ISO date or ``""``),
    ``default_terms`` (remote id or ``""``), ``class_tracking`` (``document``, ``line``
    or ``""``), ``tracks_departments`` (bool), ``department_word`` (what the company
    calls them), ``allows_discount``, ``allows_deposit``, ``allows_estimates``,
    ``allows_service_date``, ``allows_shipping`` (bools), ``custom_expense_numbers``
    (bool), ``default_tax_code``, ``default_deposit_account`` (remote ids or
    ``""``), ``default_message``.
    """

    account: str
    name: str
    country: str
    home_currency: str
    time_zone: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """How many calls one company allows; 0 is no limit.

    ``reads_per_month`` is what all companies of an installation may read for free.
    """

    per_second: int
    per_minute: int
    at_once: int
    reads_per_month: int = 0


class Service(Protocol):
    """One service that companies are connected from. Errors are ``core.errors``."""

    key: str
    label: str

    def environment(self) -> str:
        """``production`` or ``sandbox``, as configured."""
        ...

    def limits(self) -> Limits:
        """How fast one company may be called."""
        ...

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        """Where the browser goes to give its consent."""
        ...

    def exchange(self, *, code: str, redirect_uri: str, now: datetime) -> Grant:
        """Spend the code that the consent page sent back."""
        ...

    def refresh(self, *, refresh_token: Secret, now: datetime) -> Grant:
        """Trade a refresh token; ``NeedsReconnect`` when it is dead."""
        ...

    def revoke(self, *, token: Secret) -> None:
        """Tell the service that the grant ends; a dead token is no error."""
        ...

    def company(self, *, account: str, access_token: Secret) -> CompanyFacts:
        """Read the company with the new token: proof that the token is for it."""
        ...


services: Registry[Service] = Registry("service")


class Rates(Protocol):
    """What currencies are worth in a company's books. Errors are ``core.errors``."""

    key: str

    def rate(
        self, connection: Connection, code: str, on: date, *, now: datetime
    ) -> Decimal | None:
        """What one of a currency is worth at home on a day; ``None``: it is not known."""
        ...


rates: Registry[Rates] = Registry("rates")
