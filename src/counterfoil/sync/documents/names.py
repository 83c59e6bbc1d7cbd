"""What the ids in documents stand for, looked up for a whole page at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

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


@dataclass(frozen=True)
class Names:
    """The objects that a page of documents names, as last read."""

    rows: Mapping[str, Mapping[str, RemoteObject]]

    @classmethod
    def of(cls, connection: Connection, news: Sequence[Observed]) -> Names:
        wanted = {
            stream: {str(each.content.get(field) or "") for each in news} - {""}
            for stream, field in _REFERENCES.items()
        }
        deposits = mirror.get_many(connection, "deposits", wanted.pop("deposits"))
        wanted["accounts"] |= _accounts_of(deposits.values())
        rows = {
            stream: mirror.get_many(connection, stream, ids)
            for stream, ids in wanted.items()
            if ids
        }
        return cls({**rows, "deposits": deposits})

    @classmethod
    def of_deposits(
        cls, connection: Connection, deposits: Mapping[str, RemoteObject]
    ) -> Names:
        """The deposits and the accounts that they went to."""
        accounts = mirror.get_many(
            connection, "accounts", _accounts_of(deposits.values())
        )
        return cls({"deposits": deposits, "accounts": accounts})

    def name(self, stream: str, remote_id: object) -> str:
        row = self.rows.get(stream, {}).get(str(remote_id or ""))
        return row.name if row is not None else ""

    def customer(self, remote_id: object) -> str:
        """The full name (``Parent:Child``): documents carry a sub-customer's own only."""
        row = self.rows.get("customers", {}).get(str(remote_id or ""))
        return "" if row is None else str(row.content.get("full_name") or row.name)

    def deposit(self, remote_id: object) -> Deposit:
        """The deposit, as far as it is known; one that is gone is none."""
        key = str(remote_id or "")
        row = self.rows.get("deposits", {}).get(key)
        if row is None:
            return Deposit(key, None, "") if key else NOT_DEPOSITED
        if not row.active:
            return NOT_DEPOSITED
        held: Mapping[str, Any] = row.content
        account = held["account"] or self.name("accounts", held["account_id"])
        return Deposit(key, day(held["deposited_on"]), account)


def _accounts_of(deposits: Iterable[RemoteObject]) -> set[str]:
    return {str(row.content.get("account_id") or "") for row in deposits} - {""}
