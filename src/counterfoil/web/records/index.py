"""A list of records: columns, rows, filters, totals and where to go from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.crm import ageing, queries
from counterfoil.crm.catalogue import ObjectType, Property
from counterfoil.crm.models import EstimateStatus, InvoiceStage, Record
from counterfoil.web import formats
from counterfoil.web.records.asked import Asked, known
from counterfoil.web.records.cells import Cell, cell
from counterfoil.web.records.owed import Strip, by_age, is_by_age, listed, strip
from counterfoil.web.records.questions import Chip, Question, chips, question
from counterfoil.web.records.saved import Saved, current, tabs as saved_tabs
from counterfoil.workspaces.access import Access

SIZE = 50
# What an invoice list shows beside the noun's own columns when there are companies.
COLUMNS = {
    "invoice": (
        "customer_name",
        "stage",
        "due_on",
        "total",
        "balance",
        "connection",
        "issued_on",
    ),
    "payment": (
        "customer_name",
        "amount",
        "paid_on",
        "source",
        "method",
        "connection",
    ),
    "estimate": (
        "customer_name",
        "status",
        "total",
        "issued_on",
        "expires_on",
        "connection",
    ),
    "sales_receipt": ("customer_name", "total", "issued_on", "method", "connection"),
    "credit_memo": ("customer_name", "total", "remaining", "issued_on", "connection"),
    "refund_receipt": ("customer_name", "total", "issued_on", "method", "connection"),
    "expense": ("vendor_name", "total", "spent_on", "category", "connection"),
}
TABS = {
    "invoice": ("stage", InvoiceStage.choices),
    "estimate": ("status", EstimateStatus.choices),
}


@dataclass(frozen=True)
class Column:
    """A head of the table."""

    name: str
    label: str
    is_number: bool
    sort: str
    order: str
    totals: Sequence[str]


@dataclass(frozen=True)
class Row:
    """One record of the table."""

    record: Record
    title: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Tab:
    """A filter that is one click away."""

    label: str
    address: str
    is_current: bool


@dataclass(frozen=True)
class Index:
    """Everything that the list's template reads."""

    noun: ObjectType
    asked: Asked
    columns: Sequence[Column]
    rows: Sequence[Row]
    count: str
    chips: Sequence[Chip]
    tabs: Sequence[Tab]
    question: Question | None
    choosable: Sequence[tuple[str, str, bool]]
    filterable: Sequence[tuple[str, str]]
    problem: str
    next: str
    previous: str
    title_sort: str
    title_order: str
    owed: Strip
    saved: Sequence[Saved]

    @property
    def view(self) -> Saved | None:
        """The saved view that the list is, or was before it was changed."""
        return current(self.saved)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing narrows the list: then an empty one has no records at all."""
        return not (self.asked.filters or self.asked.search or self.asked.after)

    @property
    def has_totals(self) -> bool:
        return any(column.totals for column in self.columns)


def index_of(access: Access, noun: ObjectType, asked: Asked, now: datetime) -> Index:
    """The list that an address asks for; what is wrong with it is said above it."""
    workspace = access.workspace
    properties = listed(noun, workspace)
    names = known(asked.columns, list(properties)) or [
        name for name in COLUMNS.get(noun.key, noun.columns) if name in properties
    ]
    problem, totals, owed = "", {}, Strip()
    try:
        page = _page(access, noun, asked, now)
        totals = _totals(access, noun, asked, names, page, now)
        owed = strip(access, noun, asked, now)
    except Invalid as error:
        problem = str(error)
        page = queries.Page([], "", "", 0, count_is_capped=False)
    sort = asked.sort or noun.sort
    return Index(
        noun,
        asked,
        [_column(properties[name], asked, sort, totals) for name in names],
        [_row(record, names, properties) for record in page.rows],
        formats.number(page.count) + ("+" if page.count_is_capped else ""),
        chips(asked, properties, workspace),
        _tabs(noun, asked),
        question(asked.adding, noun.key, properties, workspace)
        if asked.adding
        else None,
        [(name, str(prop.label), name in names) for name, prop in properties.items()],
        [
            (str(prop.label), asked.adding_filter(name).query)
            for name, prop in properties.items()
            if prop.type.operators and name not in ageing.COLUMNS
        ],
        problem,
        asked.at(page.next).query if page.next else "",
        asked.at(page.previous).query if page.previous else "",
        asked.sorted_by("title").query,
        _order("title", sort),
        owed,
        saved_tabs(access, noun, asked),
    )


def _page(
    access: Access, noun: ObjectType, asked: Asked, now: datetime
) -> queries.Page:
    return queries.page(
        workspace=access.workspace,
        object_type=noun.key,
        filters=asked.filters,
        search=asked.search,
        sort=asked.sort,
        after=asked.after,
        size=SIZE,
        now=now,
    )


def _totals(
    access: Access,
    noun: ObjectType,
    asked: Asked,
    names: Sequence[str],
    page: queries.Page,
    now: datetime,
) -> dict[str, list[str]]:
    """Sums of the money columns, one per currency; none over more than are counted."""
    money = {prop.name for prop in noun.properties if prop.type.key == "currency"}
    money.update(ageing.properties(noun.key))
    if money.isdisjoint(names) or not page.rows or page.count_is_capped:
        return {}
    found = queries.totals(
        workspace=access.workspace,
        object_type=noun.key,
        filters=asked.filters,
        search=asked.search,
        now=now,
    )
    return {
        name: [formats.money(sum_.amount, sum_.currency) for sum_ in sums]
        for name, sums in found.items()
        if name in names
    }


def _column(
    prop: Property, asked: Asked, sort: str, totals: Mapping[str, list[str]]
) -> Column:
    return Column(
        prop.name,
        str(prop.label),
        prop.type.key in {"currency", "number"},
        asked.sorted_by(prop.name).query if _is_sortable(prop) else "",
        _order(prop.name, sort),
        totals.get(prop.name, ()),
    )


def _is_sortable(prop: Property) -> bool:
    return prop.type.is_sortable and prop.name not in ageing.properties(ageing.NOUN)


def _order(name: str, sort: str) -> str:
    if sort.removeprefix("-") != name:
        return ""
    return "descending" if sort.startswith("-") else "ascending"


def _row(
    record: Record, names: Sequence[str], properties: Mapping[str, Property]
) -> Row:
    return Row(
        record,
        str(record),
        [cell(record, properties[name]) for name in names],
    )


def _tabs(noun: ObjectType, asked: Asked) -> list[Tab]:
    if noun.key not in TABS:
        return []
    name, choices = TABS[noun.key]
    aged = noun.key == ageing.NOUN and is_by_age(asked)
    wanted = replace(asked, saved="")
    if aged:
        wanted = replace(wanted.only(ageing.AGE.name, ""), columns=(), sort="")
    current = None if aged or asked.saved else asked.value_of(name)
    everything: list[tuple[Any, Any]] = [("", _("All")), *choices]
    tabs = [
        Tab(str(label), wanted.only(name, value).query, current == value)
        for value, label in everything
    ]
    if noun.key == ageing.NOUN:
        address = by_age(wanted.only(name, ""))
        tabs.append(Tab(_("By age"), address.query, aged and not asked.saved))
    return tabs
