"""What is to be made: a document's content, and all that is known around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid
from counterfoil.crm.models import Record
from counterfoil.events.origin import Actor
from counterfoil.invoicing.checks import Problem
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content
from counterfoil.invoicing.kinds import DocumentKind, kinds
from counterfoil.workspaces.models import Workspace

DRAFT = "draft"  # what the keys of orders from the wizard begin with


@dataclass(frozen=True, slots=True)
class Order:
    """One document to be made, by a person, a step or a program.

    ``key`` is the business key: ordered again with the same, it is the same document.
    ``record_id`` is the record of an earlier attempt that the books refused.
    """

    workspace: Workspace
    actor: Actor
    connection: Connection
    content: Content
    company: Company
    started: Record
    key: tuple[str, ...]
    now: datetime
    record_id: int | None = None

    @property
    def kind(self) -> DocumentKind:
        return kinds[self.content.kind]

    @property
    def is_draft(self) -> bool:
        """Whether a person ordered it in the wizard, where it can be taken up again."""
        return self.key[0] == DRAFT


class NotReady(Invalid):
    """The document cannot be made as it stands; ``problems`` say where and why."""

    def __init__(self, found: list[Problem]) -> None:
        messages: dict[str, list[str]] = {}
        for each in found:
            messages.setdefault(each.field, []).append(each.message)
        super().__init__(messages)
        self.problems = found
