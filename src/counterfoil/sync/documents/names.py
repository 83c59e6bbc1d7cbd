"""What the ids in documents stand for, looked up for a whole page at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection as database

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.sync.documents.reading import day
from counterfoil.sync.ports import Observed


@dataclass(frozen=True, slots=True)
class Deposit:
    """When and where money was taken to the bank."""

    remote_id: str
    deposited_on: date | None
    account: str

    def values(self) -> dict[str, object]:
        return {
            "deposit_remote_id": self.remote_id,
            "deposited_on": self.deposited_on,
            "bank_account": self.account,
        }


NOT_DEPOSITED = Deposit("", None, "")
_REFERENCES: Mapping[str, str] = {
    "customers": "customer_id",
    "terms": "terms_id",
    "payment_methods": "method_id",
    "accounts": "account_id",
    "deposits": "deposit_id",
}
"""By stream: the field of a document that names one of its objects."""


_NAMES = """
SELECT held.stream, held.remote_id,
       COALESCE(NULLIF(held.content ->> 'full_name', ''), held.name)
  FROM unnest(%(streams)s::text[], %(ids)s::text[]) AS asked(stream, remote_id)
  JOIN connections_remoteobject AS held
    ON held.connection_id = %(connection)s AND held.stream = asked.stream
   AND held.remote_id = asked.remote_id
"""

Key = tuple[str, str]  # stream and remote id


@dataclass(frozen=True)
class Names:
    """What the objects that a page of documents names are called, as last read."""

    names: Mapping[Key, str]
    deposits: Mapping[str, RemoteObject]

    @classmethod
    def of(cls, connection: Connection, news: Sequence[Observed]) -> Names:
        wanted = {
            (stream, str(each.content.get(field) or ""))
            for each in news
            for stream, field in _REFERENCES.items()
        }
        ids = {remote_id for stream, remote_id in wanted if stream == "deposits"}
        deposits = mirror.get_many(connection, "deposits", ids - {""})
        return cls(_names(connection, wanted | _accounts_of(deposits)), deposits)

    @classmethod
    def of_deposits(
        cls, connection: Connection, deposits: Mapping[str, RemoteObject]
    ) -> Names:
        """The deposits and the accounts that they went to."""
        return cls(_names(connection, _accounts_of(deposits)), deposits)

    def name(self, stream: str, remote_id: object) -> str:
        """Its name; of a sub-customer the full one (``Parent:Child``)."""
        return self.names.get((stream, str(remote_id or "")), "")

    def deposit(self, remote_id: object) -> Deposit:
        """The deposit, as far as it is known; one that is gone is none."""
        key = str(remote_id or "")
        row = self.deposits.get(key)
        if row is None:
            return Deposit(key, None, "") if key else NOT_DEPOSITED
        if not row.active:
            return NOT_DEPOSITED
        held: Mapping[str, Any] = row.content
        account = held["account"] or self.name("accounts", held["account_id"])
        return Deposit(key, day(held["deposited_on"]), account)


def of_customer(connection: Connection, customer_id: str) -> str:
    """What documents call a customer; ``""`` where it has not been read."""
    key = ("customers", customer_id)
    return _names(connection, [key]).get(key, "")


def _accounts_of(deposits: Mapping[str, RemoteObject]) -> set[Key]:
    return {
        ("accounts", str(row.content.get("account_id") or ""))
        for row in deposits.values()
    }


def _names(connection: Connection, wanted: Iterable[Key]) -> dict[Key, str]:
    asked = [key for key in wanted if key[1]]
    if not asked:
        return {}
    arguments: dict[str, Any] = {
        "connection": connection.pk,
        "streams": [stream for stream, _remote_id in asked],
        "ids": [remote_id for _stream, remote_id in asked],
    }
    with database.cursor() as cursor:
        cursor.execute(_NAMES, arguments)
        return {(stream, key): name for stream, key, name in cursor.fetchall()}
