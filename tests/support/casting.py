"""A company, and what of it the picks in a request stand for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qbo_simulator.company import Company
from support.picks import NOTHING, Body, Pick
from support.samples import STOCK

NEWEST = 30
"""Among so many of the newest ones a pick is made."""


class Cast:
    """A company, and what of it the picks in a request stand for."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.made = 0
        self.country = self.read("CompanyInfo", 1)["Country"]

    def read(self, kind: str, number: int) -> Body:
        return self.company.read(kind, str(number))

    def resolve(self, value: Any, turn: int = 0) -> Any:
        """A value with everything picked; another `turn` picks other things."""
        if isinstance(value, Pick):
            return self._pick(value, turn)
        if isinstance(value, dict):
            found = {name: self.resolve(part, turn) for name, part in value.items()}
            return {name: part for name, part in found.items() if part != NOTHING}
        if isinstance(value, list):
            return [self.resolve(part, turn) for part in value]
        return value

    def _pick(self, pick: Pick, turn: int) -> Any:
        if pick.kind == "new":
            self.made += 1
            return f"Nº {self.made}"
        if pick.kind in {"code", "abroad"} and self.country == "US":
            return ("TAX", "NON")[turn % 2] if pick.kind == "code" else None
        kind, _, type_ = pick.kind.partition("/")
        kind = {"code": "TaxCode", "abroad": "TaxCode"}.get(kind, kind)
        known = self.ids(kind, type_)
        if not known:
            return "1"
        found: Any = self.read(kind, known[turn % len(known)])
        for name in pick.part.split("."):
            found = found.get(name, "1") if isinstance(found, dict) else "1"
        return found

    def ids(self, kind: str, type_: str = "") -> list[int]:
        """The newest of a kind, newest first."""
        with self.company.store.read() as db:
            rows = db.execute(
                "SELECT id FROM entity WHERE realm = ? AND kind = ? AND deleted = 0 AND id > 0"
                " AND active = 1 AND (? = '' OR ? IN (json_extract(body, '$.Type'),"
                " json_extract(body, '$.AccountType'),"
                " json_extract(body, '$.AccountSubType')))"
                " ORDER BY id DESC LIMIT ?",
                (self.company.realm, kind, type_, type_, NEWEST),
            )
            return [int(row[0]) for row in rows]

    def enter(self, kind: str, body: Body, now: datetime) -> Body:
        """Create one."""
        return self.company.create(kind, self.resolve(body), now=now)

    def furnish(self, now: datetime) -> None:
        """Give the company one of everything that others refer to."""
        for kind, body in STOCK:
            self.enter(kind, body, now)
