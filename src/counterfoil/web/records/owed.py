"""What customers owe, above a list of invoices: by age, and a currency to a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.core.money import Money
from counterfoil.crm import ageing, queries
from counterfoil.crm.catalogue import ObjectType, Property, properties_of
from counterfoil.web import formats
from counterfoil.web.records.asked import Asked
from counterfoil.web.records.lookup import visible
from counterfoil.workspaces.access import Access
from counterfoil.workspaces.models import Workspace

# The list by age: what is open, the longest due first.
BY_AGE = ("customer_name", "due_on", *ageing.COLUMNS, "balance")


@dataclass(frozen=True)
class Part:
    """One sum, and the list of what it is the sum of."""

    label: str
    amount: str
    address: str
    is_current: bool
    is_zero: bool


@dataclass(frozen=True)
class Line:
    """What is open in one currency; ``currency`` is empty where there is only one."""

    currency: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Strip:
    """All currencies, or why there are no sums."""

    lines: Sequence[Line] = ()
    problem: str = ""


def listed(noun: ObjectType, workspace: Workspace) -> Mapping[str, Property]:
    """The properties that a list shows: its noun's, and what follows from the day."""
    return {
        **visible(properties_of(noun.key, workspace)),
        **ageing.properties(noun.key),
    }


def by_age(asked: Asked) -> Asked:
    """The list with a column for each age."""
    kept = tuple(part for part in asked.filters if part[0] != ageing.AGE.name)
    return replace(
        asked.lasting,
        filters=(*kept, (ageing.AGE.name, "known", "")),
        columns=BY_AGE,
        sort="due_on",
    )


def is_by_age(asked: Asked) -> bool:
    return asked.columns == BY_AGE


def strip(access: Access, noun: ObjectType, asked: Asked, now: datetime) -> Strip:
    """The sums of what the filters let through, whatever its age."""
    if noun.key != ageing.NOUN:
        return Strip()
    anyhow = asked.only(ageing.AGE.name, "")
    try:
        found = queries.owed(
            workspace=access.workspace,
            filters=anyhow.filters,
            search=anyhow.search,
            now=now,
        )
    except Invalid:
        problem = _("What is open takes too long to add up. Add a filter.")
        return Strip(problem=problem)
    return Strip([_line(owed, asked, is_one=len(found) == 1) for owed in found])


def _line(owed: queries.Owed, asked: Asked, *, is_one: bool) -> Line:
    wanted = asked if is_one else asked.only("currency", owed.currency)
    here = is_one or asked.value_of("currency") == owed.currency
    name = ageing.AGE.name
    current = asked.value_of(name) if here else ""
    parts = [
        _part(
            str(age.label),
            money,
            wanted.only(name, "" if current == age.value else age.value),
            is_current=current == age.value,
        )
        for age, money in owed.by_age.items()
    ]
    everything = wanted.only(name, "").filtered(name, "known")
    is_known = here and (name, "known", "") in asked.filters
    parts.append(_part(_("Open"), owed.total, everything, is_current=is_known))
    return Line("" if is_one else owed.currency, parts)


def _part(label: str, money: Money, address: Asked, *, is_current: bool) -> Part:
    return Part(
        label,
        formats.money(money.amount, money.currency),
        address.query,
        is_current,
        is_zero=not money.amount,
    )
