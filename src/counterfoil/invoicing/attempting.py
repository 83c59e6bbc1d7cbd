"""Makes documents for steps and programs, and tells the record why there is none.

A person reads on the page what is in the way. Where nobody looks on, it must be found on
the record that the document was to be made from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db import transaction

from counterfoil.connections.models import Connection
from counterfoil.crm import timeline
from counterfoil.crm.models import Expense, Payment, Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import expenses, making, paying
from counterfoil.invoicing.checks import Problem
from counterfoil.invoicing.order import NotReady

Made = TypeVar("Made", bound=Record)
REFUSED = "document_refused"


@dataclass(frozen=True, slots=True)
class Attempt(Generic[Made]):
    """The document that was made, or every reason why there is none."""

    document: Made | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def why(self) -> str:
        """All reasons, one sentence after the other."""
        return " ".join(dict.fromkeys(each.message for each in self.problems))


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who wants a document of which record, in which books, and under which key."""

    connection: Connection
    source: Ref
    key: tuple[str, ...]
    actor: Actor
    now: datetime


def make(occasion: Occasion, settings: making.Settings) -> Attempt[Record]:
    """:func:`making.make`, once per key; a refusal is told on the source's timeline."""
    return _attempt(
        occasion,
        settings.kind,
        lambda: making.make(
            connection=occasion.connection,
            source=occasion.source,
            settings=settings,
            key=occasion.key,
            actor=occasion.actor,
            now=occasion.now,
        ),
    )


def book_fee(occasion: Occasion, settings: expenses.Settings) -> Attempt[Expense]:
    """:func:`expenses.make` for the payment; a refusal is told on its timeline."""
    return _attempt(
        occasion,
        "expense",
        lambda: expenses.make(
            connection=occasion.connection,
            payment=occasion.source,
            settings=settings,
            key=occasion.key,
            actor=occasion.actor,
            now=occasion.now,
        ),
    )


def pay(occasion: Occasion, settings: paying.Settings) -> Attempt[Payment]:
    """:func:`paying.pay`; a refusal is told on the record that the step is about."""
    return _attempt(
        occasion,
        "payment",
        lambda: paying.pay(
            connection=occasion.connection,
            settings=settings,
            key=occasion.key,
            actor=occasion.actor,
            now=occasion.now,
        ),
    )


def _attempt(
    occasion: Occasion, document: str, work: Callable[[], Made]
) -> Attempt[Made]:
    """The refused work is rolled back before the refusal is written.

    It is returned, not raised: it stays written also inside the caller's transaction.
    """
    try:
        return Attempt(work())
    except NotReady as refusal:
        refused: Attempt[Made] = Attempt(problems=tuple(refusal.problems))
    _tell(occasion, document, refused.why)
    return refused


@transaction.atomic
def _tell(occasion: Occasion, document: str, why: str) -> None:
    """Once per key and reason: a step that is tried again repeats nothing."""
    key: Sequence[str] = (document, *occasion.key, why)
    digest = hashlib.sha256("|".join(key).encode()).hexdigest()[:32]
    timeline.tell(
        workspace=occasion.connection.workspace,
        on=[occasion.source],
        kind=REFUSED,
        content={
            "document": document,
            "message": why,
            "company": occasion.connection.name,
            "text": why,
        },
        about=occasion.source,
        actor=occasion.actor,
        at=occasion.now,
        key=f"{REFUSED}:{digest}",
    )
