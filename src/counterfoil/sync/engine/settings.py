"""How one object is synced at one connection: what a person chose, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from counterfoil.sync.engine.fields import Direction, FieldKind, Rule, Wins
from counterfoil.sync.engine.match import MatchKey


class Taking(StrEnum):
    """What a side does with what the other side has."""

    CREATE_UPDATE = "create_update"
    UPDATE = "update"
    NOTHING = "nothing"


class Gone(StrEnum):
    """What happens here when it is deleted or made inactive there."""

    KEEP = "keep"
    ARCHIVE = "archive"
    UNLINK = "unlink"


class Archived(StrEnum):
    """What happens there when it is archived here."""

    KEEP = "keep"
    DEACTIVATE = "deactivate"
    UNLINK = "unlink"


class NameTaken(StrEnum):
    """What happens when a customer, vendor or employee has the display name already."""

    SUFFIX = "suffix"
    LINK = "link"  # to the customer of that name; a vendor's name gets a suffix


Filter = tuple[str, str, object]


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices for one object; ``rules`` are its mappings.

    ``filters`` are triples of property, operator and value, all of which a record must
    meet (see ``crm.filters``). ``since``: documents dated before it are not imported.
    ``options`` are the connector's own, by name.
    """

    name: str
    enabled: bool = False
    direction: Direction = Direction.BOTH
    incoming: Taking = Taking.CREATE_UPDATE
    outgoing: Taking = Taking.CREATE_UPDATE
    on_gone: Gone = Gone.KEEP
    on_archived: Archived = Archived.KEEP
    name_taken: NameTaken = NameTaken.SUFFIX
    match_by: tuple[MatchKey, ...] = ()
    filters: tuple[Filter, ...] = ()
    rules: tuple[Rule, ...] = ()
    since: date | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def comes_in(self) -> bool:
        return self.enabled and self.direction is not Direction.OUT

    @property
    def goes_out(self) -> bool:
        return self.enabled and self.direction is not Direction.IN

    @property
    def effective_rules(self) -> tuple[Rule, ...]:
        """The rules within the object's own direction: one way is one way for all."""
        if self.direction is Direction.BOTH:
            return self.rules
        return tuple(
            replace(rule, direction=self.direction)
            for rule in self.rules
            if rule.direction in {Direction.BOTH, self.direction}
        )


def packed(settings: Settings) -> dict[str, Any]:
    """As JSON; :func:`unpacked` reads it."""
    values = asdict(settings)
    values["since"] = settings.since.isoformat() if settings.since else ""
    values["filters"] = [list(each) for each in settings.filters]
    values["match_by"] = [str(each) for each in settings.match_by]
    values["rules"] = [dict(rule) for rule in values["rules"]]
    return values


def unpacked(values: Mapping[str, Any], defaults: Settings) -> Settings:
    """Settings out of JSON; what is missing is as in ``defaults``."""
    given = {name: values[name] for name in _READ if name in values}
    read = {name: _READ[name](value) for name, value in given.items()}
    return replace(defaults, **read)


def _rule(values: Mapping[str, Any]) -> Rule:
    return Rule(
        local=str(values["local"]),
        remote=str(values["remote"]),
        kind=FieldKind(values["kind"]),
        direction=Direction(values["direction"]),
        wins=Wins(values["wins"]),
        may_empty=bool(values["may_empty"]),
        longest=int(values["longest"]),
    )


_READ: Mapping[str, Any] = {
    "enabled": bool,
    "direction": Direction,
    "incoming": Taking,
    "outgoing": Taking,
    "on_gone": Gone,
    "on_archived": Archived,
    "name_taken": NameTaken,
    "match_by": lambda each: tuple(MatchKey(key) for key in each),
    "filters": lambda each: tuple((row[0], row[1], row[2]) for row in each),
    "rules": lambda each: tuple(_rule(row) for row in each),
    "since": lambda text: date.fromisoformat(text) if text else None,
    "options": dict,
}
