"""Documents of every kind in one shape, as cards and lists show them: one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    Expression,
    F,
    Field,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast

from counterfoil.connections.models import Connection
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import (
    Association,
    PaymentAllocation,
    Record,
    TimelineEntry,
)
from counterfoil.workspaces.models import Workspace

SHOWN = 20  # of each kind
NOUNS = (
    "invoice",
    "estimate",
    "sales_receipt",
    "credit_memo",
    "refund_receipt",
    "expense",
)


@dataclass(frozen=True, slots=True)
class Paper:
    """What is known of one document, whatever its kind.

    ``left`` is still owed or to be used; ``until`` is when it is due or no longer an
    offer; ``state`` is what its kind says of it.
    """

    object_type: str
    pk: int
    version: int
    number: str
    who: str
    currency: str
    total: Decimal
    left: Decimal | None
    dated: date | None
    until: date | None
    last_paid_on: date | None
    state: str
    posting_state: str
    posting_message: str
    voided: bool
    deleted_remotely: bool
    email_status: str
    sent_at: datetime | None
    connection: Connection | None

    @property
    def slug(self) -> str:
        return object_types[self.object_type].slug


def _none(field: Field[Any, Any]) -> Expression:
    return Cast(Value(None), field)


_MONEY = DecimalField(max_digits=19, decimal_places=4)
_DEPOSITED = Case(
    When(
        Q(deposited_on__isnull=False) | ~Q(deposit_remote_id=""),
        then=Value("deposited"),
    ),
    default=Value("paid"),
    output_field=CharField(),
)
# What stands in place of each column: (who, left, dated, until, state).
_ISSUED = ("customer_name", "", "issued_on", "", Value("", CharField()))
_COLUMNS: dict[str, tuple[str, str, str, str, Any]] = {
    "invoice": ("customer_name", "balance", "issued_on", "due_on", F("stage")),
    "estimate": ("customer_name", "", "issued_on", "expires_on", F("status")),
    "sales_receipt": ("customer_name", "", "issued_on", "", _DEPOSITED),
    "credit_memo": ("customer_name", "remaining", *_ISSUED[2:]),
    "refund_receipt": _ISSUED,
    "expense": ("vendor_name", "", "spent_on", "", Value("", CharField())),
}
_PLAIN = ("version", "number", "currency", "total", "posting_state")
_MORE = ("posting_message", "voided", "deleted_remotely", "connection_id")


def arm(workspace: Workspace, noun: str) -> QuerySet[Any, Any]:
    """The rows of one kind with the columns that all kinds have."""
    who, left, dated, until, state = _COLUMNS[noun]
    has_mail = noun != "expense"
    paid = PaymentAllocation.objects.filter(invoice=OuterRef("pk")).order_by()
    every: Any = object_types[noun].model._default_manager
    rows: QuerySet[Any, Any] = every.filter(workspace=workspace, archived_at=None)
    found: QuerySet[Any, Any] = rows.annotate(
        noun=Value(noun, CharField()),
        who=F(who),
        remainder=F(left) if left else _none(_MONEY),
        dated=F(dated),
        until=F(until) if until else _none(DateField()),
        last_paid=Subquery(
            paid.values("invoice")
            .annotate(day=Max("payment__paid_on"))
            .values("day")[:1]
        )
        if noun == "invoice"
        else _none(DateField()),
        said=state,
        mail=F("email_status") if has_mail else Value("", CharField()),
        mailed_at=F("sent_at") if has_mail else _none(DateTimeField()),
    )
    return found


_ROW = ("noun", "pk", *_PLAIN, "who", "remainder", "dated", "until", "last_paid")
_REST = ("said", "mail", "mailed_at", *_MORE)


def newest(
    workspace: Workspace,
    record: Record,
    nouns: Sequence[str],
    connections: Mapping[int, Connection],
) -> tuple[dict[str, list[Paper]], int | None]:
    """The newest documents of a record by kind, one more than is shown, in one query.

    With them the last entry of the record's timeline, which changes with its news.
    """
    told = (
        TimelineEntry.objects.filter(
            workspace=workspace,
            object_type=record.object_type,
            record_id=record.pk,
        )
        .order_by("-id")
        .values("id")[:1]
    )
    arms = []
    for noun in nouns:
        ties = Association.objects.filter(
            workspace=workspace,
            from_type=record.object_type,
            from_id=record.pk,
            to_type=noun,
        )
        rows = arm(workspace, noun).filter(pk__in=ties.values("to_id"))
        rows = rows.annotate(told=Subquery(told)).order_by("-dated", "-pk")
        arms.append(rows.values(*_ROW, *_REST, "told")[: SHOWN + 1])
    first, *others = arms
    read = list(first.union(*others, all=True) if others else first)
    found: dict[str, list[Paper]] = {}
    papers = [_paper(row, connections) for row in read]
    for noun in nouns:
        alike = [each for each in papers if each.object_type == noun]
        if alike:
            found[noun] = sorted(
                alike, key=lambda one: (one.dated or date.max, one.pk), reverse=True
            )
    return found, read[0]["told"] if read else None


def of_many(
    workspace: Workspace, noun: str, ids: Sequence[int], connection: Connection
) -> dict[int, Paper]:
    """Some documents of a company in this shape, by their ids."""
    rows = arm(workspace, noun).filter(connection=connection, pk__in=ids)
    known = {connection.pk: connection}
    found = [_paper(row, known) for row in rows.values(*_ROW, *_REST)]
    return {each.pk: each for each in found}


def _paper(row: Mapping[str, Any], connections: Mapping[int, Connection]) -> Paper:
    return Paper(
        object_type=row["noun"],
        pk=row["pk"],
        version=row["version"],
        number=row["number"],
        who=row["who"],
        currency=row["currency"],
        total=row["total"],
        left=row["remainder"],
        dated=row["dated"],
        until=row["until"],
        last_paid_on=row["last_paid"],
        state=row["said"],
        posting_state=row["posting_state"],
        posting_message=row["posting_message"],
        voided=row["voided"],
        deleted_remotely=row["deleted_remotely"],
        email_status=row["mail"],
        sent_at=row["mailed_at"],
        connection=connections.get(row["connection_id"] or 0),
    )
