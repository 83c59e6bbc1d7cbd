"""What the books of a draft's company know and allow, read once per request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.invoicing.content import Content, day, number
from counterfoil.invoicing.terms import Terms
from counterfoil.invoicing.totals import Base, Rate, Tax, TaxMode
from counterfoil.workspaces.models import Workspace

INCOME = frozenset({"income", "other income"})
HOLDING = frozenset({"bank", "other current asset"})
PAYING = frozenset({"bank", "other current asset", "credit card"})
SPENDING = frozenset({"expense", "other expense", "cost of goods sold"})
LISTS = (
    "tax_codes",
    "tax_rates",
    "terms",
    "accounts",
    "payment_methods",
    "classes",
    "departments",
)
Rows = Sequence[RemoteObject]
OTHER_NAME_STREAMS = ("vendors", "employees")  # share their names with customers


@dataclass(frozen=True, slots=True)
class TaxCode:
    """A tax code and what it takes: ``rates`` on sales."""

    code_id: str
    name: str
    rates: tuple[Rate, ...]
    taxable: bool = True
    purchase_rates: tuple[Rate, ...] = ()

    @property
    def percent(self) -> Decimal:
        return sum((rate.percent for rate in self.rates), start=Decimal(0))


@dataclass(frozen=True, slots=True)
class Item:
    """A product in the books, as far as a line needs it."""

    item_id: str
    name: str
    active: bool
    taxable: bool
    unit_price: Decimal | None = None
    description: str = ""
    sku: str = ""
    tax_code_id: str = ""
    has_income_account: bool = True


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer in the books."""

    customer_id: str
    name: str
    email: str
    currency: str
    active: bool
    taxable: bool = True
    terms_id: str = ""
    tax_code_id: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """Payment terms by name."""

    terms_id: str
    name: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the books; ``type`` is the books' own, in lower case."""

    account_id: str
    name: str
    type: str
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """Facts of one company and those of its objects that a draft mentions.

    ``name_holder`` is the stream (customers, vendors, employees) in which the name of
    the customer to be created is taken already, or ``""``. ``class_tracking`` says where
    classes are told: ``line``, ``document`` or ``""``.
    """

    name: str
    country: str
    home_currency: str
    currencies: frozenset[str]
    tax_mode: TaxMode
    today: date
    is_multi_currency: bool = False
    has_custom_numbers: bool = False
    allows_discount: bool = True
    closed_on: date | None = None
    default_terms_id: str = ""
    default_tax_code_id: str = ""
    tax_codes: Mapping[str, TaxCode] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    payment_methods: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    class_tracking: str = ""
    tracks_departments: bool = False
    allows_shipping: bool = False
    allows_service_date: bool = False
    default_deposit_account_id: str = ""
    customer: Customer | None = None
    name_holder: str = ""

    @property
    def needs_code_per_line(self) -> bool:
        return self.tax_mode is TaxMode.PER_LINE

    def lacks_code(self, code_id: str) -> bool:
        """Whether a line with this tax code has none, where each needs one."""
        return self.needs_code_per_line and code_id not in self.tax_codes

    @property
    def income_accounts(self) -> Mapping[str, str]:
        return self._of_types(INCOME)

    @property
    def deposit_accounts(self) -> Mapping[str, str]:
        """Where money received is put, and money given back comes from."""
        return self._of_types(HOLDING)

    @property
    def usual_deposit_account(self) -> str:
        """Where the books put money that is not said to go elsewhere; "" if unknown."""
        usual = self.default_deposit_account_id
        return usual if usual in self.deposit_accounts else ""

    @property
    def paying_accounts(self) -> Mapping[str, str]:
        """What expenses are paid from."""
        return self._of_types(PAYING)

    @property
    def expense_accounts(self) -> Mapping[str, str]:
        return self._of_types(SPENDING)

    def method_called(self, name: str) -> str:
        """The payment method of that name, however it is written; ``""`` for none."""
        wanted = " ".join(name.casefold().split())
        named = (
            method_id
            for method_id, called in sorted(self.payment_methods.items())
            if wanted and " ".join(called.casefold().split()) == wanted
        )
        return next(named, "")

    def _of_types(self, types: frozenset[str]) -> dict[str, str]:
        return {
            each.account_id: each.name
            for each in self.accounts.values()
            if each.type in types
        }

    def tax(self, content: Content) -> Tax:
        """How this document is taxed."""
        return Tax(
            mode=self.tax_mode,
            code_id=content.tax_code_id,
            rates={code.code_id: code.rates for code in self.tax_codes.values()},
            prices_include_tax=content.prices_include_tax,
        )

    def has_closed(self, on: date) -> bool:
        """Whether the books of that day are closed."""
        return self.closed_on is not None and on <= self.closed_on

    def takes_no_tax(self) -> bool:
        return self.customer is not None and not self.customer.taxable


def today_at(connection: Connection, workspace: Workspace, now: datetime) -> date:
    """The calendar day in the company's zone, or the workspace's where it has none."""
    try:
        zone = ZoneInfo(connection.time_zone) if connection.time_zone else None
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    return now.astimezone(zone or workspace.zone).date()


def read(
    connection: Connection, workspace: Workspace, content: Content, *, now: datetime
) -> Company:
    """Read the company as far as ``content`` needs it."""
    facts = connection.facts
    home = connection.home_currency or workspace.home_currency
    lists = mirror.lists(connection, LISTS)
    return Company(
        name=connection.name,
        country=connection.country,
        home_currency=home,
        currencies=frozenset(map(str, facts.get("currencies") or ())) | {home},
        is_multi_currency=bool(facts.get("multi_currency")),
        tax_mode=TaxMode(facts.get("tax_mode") or "none"),
        has_custom_numbers=bool(facts.get("custom_numbers")),
        allows_discount=facts.get("allows_discount") is not False,
        closed_on=day(str(facts.get("closed_on") or "")),
        default_terms_id=str(facts.get("default_terms") or ""),
        default_tax_code_id=str(facts.get("default_tax_code") or ""),
        today=today_at(connection, workspace, now),
        tax_codes=_tax_codes(lists["tax_codes"], lists["tax_rates"]),
        terms=_terms(lists["terms"]),
        items=items(connection, [line.item_id for line in content.lines]),
        accounts=_accounts(lists["accounts"]),
        payment_methods=_names(lists["payment_methods"]),
        classes=_names(lists["classes"]),
        departments=_names(lists["departments"]),
        class_tracking=str(facts.get("class_tracking") or ""),
        tracks_departments=bool(facts.get("tracks_departments")),
        allows_shipping=bool(facts.get("allows_shipping")),
        allows_service_date=bool(facts.get("allows_service_date")),
        default_deposit_account_id=str(facts.get("default_deposit_account") or ""),
        customer=customer(connection, content.customer_id),
        name_holder=_holder(connection, content),
    )


def _tax_codes(codes: Rows, rates_of: Rows) -> dict[str, TaxCode]:
    percents = {row.remote_id: row for row in rates_of}
    found = {}
    for row in codes:
        if row.remote_id in {"TAX", "NON"}:  # stand-ins on US lines, no codes
            continue
        found[row.remote_id] = TaxCode(
            row.remote_id,
            row.name,
            _rates(row.content.get("sales_rates"), percents),
            taxable=bool(row.content.get("taxable", True)),
            purchase_rates=_rates(row.content.get("purchase_rates"), percents),
        )
    return found


def _rates(held: object, known: Mapping[str, RemoteObject]) -> tuple[Rate, ...]:
    rows = held if isinstance(held, list) else []
    return tuple(_rate(rate, known) for rate in rows)


def _rate(held: Mapping[str, object], known: Mapping[str, RemoteObject]) -> Rate:
    rate_id = str(held["rate_id"])
    row = known.get(rate_id)
    percent = held.get("percent")
    if percent in (None, "") and row is not None:
        percent = row.content.get("percent")
    return Rate(
        rate_id,
        number(str(percent or "0")) or Decimal(0),
        row.name if row else "",
        of=Base(str(held.get("of") or Base.AMOUNT.value)),
        order=int(str(held.get("order") or 0)),
    )


def _terms(rows: Rows) -> dict[str, Term]:
    return {
        row.remote_id: Term(row.remote_id, row.name, Terms.of(row.content))
        for row in rows
    }


def _accounts(rows: Rows) -> dict[str, Account]:
    return {
        row.remote_id: Account(
            row.remote_id,
            row.name,
            str(row.content.get("type") or "").lower(),
            str(row.content.get("currency") or ""),
        )
        for row in rows
    }


def _names(rows: Rows) -> dict[str, str]:
    return {row.remote_id: row.name for row in rows}


def items(connection: Connection, item_ids: Sequence[str]) -> dict[str, Item]:
    """Items by id, inactive ones included."""
    wanted = {item_id for item_id in item_ids if item_id}
    if not wanted:
        return {}
    rows = mirror.get_many(connection, "items", wanted)
    return {item_id: item_of(row) for item_id, row in rows.items()}


def item_of(row: RemoteObject) -> Item:
    """Read the mirror's row of an item."""
    content = row.content
    price = str(content.get("unit_price") or "")
    return Item(
        item_id=row.remote_id,
        name=str(content.get("full_name") or row.name),
        active=row.active,
        taxable=bool(content.get("taxable", False)),
        unit_price=number(price),
        description=str(content.get("description") or ""),
        sku=str(content.get("sku") or ""),
        tax_code_id=str(content.get("sales_tax_code_id") or ""),
        has_income_account=bool(content.get("income_account_id")),
    )


def customer(connection: Connection, customer_id: str) -> Customer | None:
    """A customer by id, inactive ones included."""
    row = mirror.get(connection, "customers", customer_id) if customer_id else None
    return customer_of(row, connection) if row else None


def customer_of(row: RemoteObject, connection: Connection) -> Customer:
    """Read the mirror's row of a customer."""
    content = row.content
    return Customer(
        customer_id=row.remote_id,
        name=str(content.get("full_name") or content.get("display_name") or row.name),
        email=str(content.get("email") or ""),
        currency=str(content.get("currency") or connection.home_currency),
        active=row.active,
        taxable=content.get("taxable") is not False,
        terms_id=str(content.get("terms_id") or ""),
        tax_code_id=str(content.get("default_tax_code_id") or ""),
    )


def customer_named(connection: Connection, name: str) -> RemoteObject | None:
    """The active customer of this name; sub-customers are named within their parent."""
    row = mirror.by_name(connection, "customers", name)
    if row is None or not row.content.get("parent_id"):
        return row
    alike = RemoteObject.objects.filter(
        connection=connection, stream="customers", active=True, name=row.name
    ).order_by("id")
    return next((each for each in alike if not each.content.get("parent_id")), None)


def _holder(connection: Connection, content: Content) -> str:
    name = content.new_customer.display_name.strip()
    if not content.creates_customer or not name:
        return ""
    if customer_named(connection, name) is not None:
        return "customers"
    for stream in OTHER_NAME_STREAMS:
        if mirror.by_name(connection, stream, name) is not None:
            return stream
    return ""
