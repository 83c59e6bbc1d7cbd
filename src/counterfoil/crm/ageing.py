"""What customers owe, by age: how long what is open of an invoice has been due.

Nothing is kept: the database compares due dates with the workspace's day whenever it is
asked, so that no age can be out of date.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Sum, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from counterfoil.crm.catalogue import Property
from counterfoil.crm.filters import Resolved
from counterfoil.crm.models import PostingState
from counterfoil.crm.property_types.choice import Choice
from counterfoil.crm.property_types.currency import Currency
from counterfoil.crm.property_types.operators import NEGATIVE, Operator

NOUN = "invoice"


class Age(models.TextChoices):
    """How long it has been due."""

    CURRENT = "current", _("Not due yet")
    TO_30 = "30", _("1 to 30 days")
    TO_60 = "60", _("31 to 60 days")
    TO_90 = "90", _("61 to 90 days")
    OLDER = "older", _("Over 90 days")


# The least and the most days past due; ``None`` is without an end.
DAYS: dict[Age, tuple[int | None, int | None]] = {
    Age.CURRENT: (None, 0),
    Age.TO_30: (1, 30),
    Age.TO_60: (31, 60),
    Age.TO_90: (61, 90),
    Age.OLDER: (91, None),
}
# What the books do not have is not owed yet, or never will be.
OPEN = Q(
    balance__gt=0,
    voided=False,
    deleted_remotely=False,
    posting_state__in=[PostingState.NONE, PostingState.CONFIRMED],
)
AGE = Property("age", Choice(Age.choices), _("Age"), read_only=True)
AMOUNTS: dict[Age, Property] = {
    age: Property(f"open_{age.value}", Currency(), age.label, read_only=True)
    for age in Age
}
COLUMNS = tuple(prop.name for prop in AMOUNTS.values())


def properties(object_type: str) -> dict[str, Property]:
    """What a list shows of age beside the noun's properties: columns, and a filter."""
    if object_type != NOUN:
        return {}
    return {prop.name: prop for prop in (AGE, *AMOUNTS.values())}


def filterable(object_type: str) -> dict[str, Property]:
    """What a list can be narrowed by beside the noun's properties."""
    return {AGE.name: AGE} if object_type == NOUN else {}


def condition(asked: Resolved, today: date) -> Q:
    """A filter on the age, as the due dates between which it lies."""
    if asked.operator in {Operator.KNOWN, Operator.UNKNOWN}:
        return OPEN if asked.operator is Operator.KNOWN else ~OPEN
    wanted = asked.operand if isinstance(asked.operand, list) else [asked.operand]
    due = Q()
    for value in wanted:
        due |= _due(Age(value), today)
    return ~(OPEN & due) if asked.operator in NEGATIVE else OPEN & due


def shown(object_type: str, today: date) -> dict[str, Combinable]:
    """The columns of each row: its age, and its balance in the column of that age."""
    if object_type != NOUN:
        return {}
    age = Case(
        *(When(OPEN & _due(each, today), then=Value(each.value)) for each in Age),
        default=None,
        output_field=models.CharField(null=True),
    )
    amounts: dict[str, Combinable] = {
        prop.name: Case(When(OPEN & _due(each, today), then=F("balance")), default=None)
        for each, prop in AMOUNTS.items()
    }
    return {AGE.name: age, **amounts}


def sums(object_type: str, today: date) -> Mapping[str, Any]:
    """What is open by age, to be grouped by currency."""
    if object_type != NOUN:
        return {}
    return {
        prop.name: Sum("balance", filter=OPEN & _due(age, today))
        for age, prop in AMOUNTS.items()
    }


def _due(age: Age, today: date) -> Q:
    """Due dates of that age; what has none is not due yet."""
    least, most = DAYS[age]
    due = Q()
    if most is not None:
        due &= Q(due_on__gte=today - timedelta(days=most))
    if least is not None:
        due &= Q(due_on__lte=today - timedelta(days=least))
    return due | Q(due_on__isnull=True) if age is Age.CURRENT else due
