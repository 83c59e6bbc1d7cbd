"""Looks customers up: one by one as they are asked for, or for many people at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Upper

from counterfoil.connections import links, mirror, qualification
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm.models import Company, Contact, Record
from counterfoil.crm.property_types.text import upper
from counterfoil.crm.refs import Ref
from counterfoil.invoicing.company import customer_named

CUSTOMERS = "customers"


def name_of(record: Record) -> str:
    """The name under which a contact or company would be a customer."""
    if isinstance(record, Contact):
        return f"{record.first_name} {record.last_name}".strip()
    if isinstance(record, Company):
        return record.name.strip()
    return ""


class Lookups:
    """Each question is a query: for a single document."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def linked(self, record: Record) -> RemoteObject | None:
        """The active customer that a record is."""
        remote_id = links.remote_for(self.connection, CUSTOMERS, Ref.of(record))
        row = mirror.get(self.connection, CUSTOMERS, remote_id) if remote_id else None
        return row if row is not None and row.active else None

    def of_email(self, email: str) -> Sequence[RemoteObject]:
        """The active customers of an address."""
        return mirror.by_email(self.connection, CUSTOMERS, email) if email else ()

    def named(self, name: str) -> RemoteObject | None:
        """The active customer of a name, in any case."""
        return customer_named(self.connection, name) if name else None

    def why_not(self, record: Record, *, now: datetime) -> str:
        """Why a record does not qualify, or ``""``."""
        return qualification.judge(self.connection, now=now)(record)


class Gathered(Lookups):
    """The same answers about some people, read in a handful of statements."""

    def __init__(
        self, connection: Connection, people: Collection[Record], *, now: datetime
    ) -> None:
        super().__init__(connection)
        self._judge = qualification.judge(connection, now=now)
        self._linked = _linked(connection, people)
        self._emails = _of_emails(
            connection, {_address(getattr(each, "email", "")) for each in people}
        )
        self._names = _named(connection, {name_of(each) for each in people})

    def linked(self, record: Record) -> RemoteObject | None:
        return self._linked.get(Ref.of(record))

    def of_email(self, email: str) -> Sequence[RemoteObject]:
        return self._emails.get(_address(email), ())

    def named(self, name: str) -> RemoteObject | None:
        alike = self._names.get(name.upper(), [])
        same = [row for row in alike if row.name == name]
        row = next(iter(same or alike), None)
        if row is None or not row.content.get("parent_id"):
            return row
        on_top = (each for each in alike if not each.content.get("parent_id"))
        return next((each for each in on_top if each.name == row.name), None)

    def why_not(self, record: Record, *, now: datetime) -> str:
        return self._judge(record)


def _address(email: str) -> str:
    return email.strip().lower()


def _active(connection: Connection) -> QuerySet[RemoteObject]:
    return RemoteObject.objects.filter(
        connection=connection, stream=CUSTOMERS, active=True
    )


def _linked(
    connection: Connection, people: Iterable[Record]
) -> dict[Ref, RemoteObject]:
    by_type: dict[str, list[int]] = defaultdict(list)
    for record in people:
        by_type[record.object_type].append(record.pk)
    numbers = {
        Ref(object_type, pk): remote_id
        for object_type, ids in by_type.items()
        for pk, remote_id in links.remotes_for(
            connection, CUSTOMERS, object_type, ids
        ).items()
    }
    found = _active(connection).filter(remote_id__in=set(numbers.values()))
    rows = {row.remote_id: row for row in found}
    return {ref: rows[each] for ref, each in numbers.items() if each in rows}


def _of_emails(
    connection: Connection, addresses: set[str]
) -> dict[str, list[RemoteObject]]:
    found: dict[str, list[RemoteObject]] = defaultdict(list)
    for row in _active(connection).filter(email__in=addresses - {""}).order_by("id"):
        found[row.email].append(row)
    return found


def _named(connection: Connection, names: set[str]) -> dict[str, list[RemoteObject]]:
    """By the name in upper case, the oldest first."""
    wanted = names - {""}
    forms = {upper(name) for name in wanted} | {name.upper() for name in wanted}
    rows = _active(connection).alias(form=Upper("name")).filter(form__in=forms)
    found: dict[str, list[RemoteObject]] = defaultdict(list)
    for row in rows.order_by("id"):
        found[row.name.upper()].append(row)
    return found
