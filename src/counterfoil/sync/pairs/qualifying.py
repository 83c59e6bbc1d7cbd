"""Which records are synced at all: those that meet every filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from counterfoil.core.errors import Invalid
from counterfoil.crm import filters
from counterfoil.crm.catalogue import Property
from counterfoil.crm.filters import Resolved
from counterfoil.crm.models import Record
from counterfoil.sync.engine.settings import Filter
from counterfoil.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Sieve:
    """Filters that were read once for many records.

    ``broken`` says why they cannot be read any more (a property was removed): nobody
    passes then, since nothing must be synced by mistake.
    """

    questions: tuple[Resolved, ...] = ()
    broken: str = ""

    def lets(self, record: Record) -> bool:
        """Whether the record meets them all."""
        return not self.broken and all(each.matches(record) for each in self.questions)


def sieve(
    asked: Sequence[Filter],
    properties: Mapping[str, Property],
    *,
    workspace: Workspace,
    now: datetime,
) -> Sieve:
    """Read the filters of a pairing."""
    try:
        return Sieve(tuple(filters.resolve(asked, properties, workspace, now)))
    except Invalid as error:
        return Sieve(broken=str(error))


def meets(
    record: Record,
    asked: Sequence[Filter],
    properties: Mapping[str, Property],
    *,
    workspace: Workspace,
    now: datetime,
) -> bool:
    """Whether one record meets every filter."""
    return sieve(asked, properties, workspace=workspace, now=now).lets(record)
