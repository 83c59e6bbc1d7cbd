"""What is said of a document that is not here, or that is no longer kept in step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import people, records, troubles

from counterfoil.connections.models import Connection
from counterfoil.crm.refs import Ref
from counterfoil.sync.engine.settings import Taking
from counterfoil.sync.explain.record import of_record
from counterfoil.sync.explain.remote import of_remote
from counterfoil.sync.explain.story import State
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db
NOW = people.NOW


@pytest.fixture
def books() -> Connection:
    return people.make_connection(people.make_workspace())


def choose(books: Connection, **changes: Any) -> None:
    wanted = replace(choices.of(books, "invoices"), **changes)
    choices.save(books, wanted, by=None, now=NOW)


def missing(books: Connection) -> str:
    return of_remote(books, "invoices", "731", NOW).sentence


def test_a_document_that_is_not_here_says_which_setting_keeps_it_out(
    books: Connection,
) -> None:
    assert "nothing of this kind and number has been read" in missing(books)
    choose(books, since=date(2026, 2, 1))
    assert "from before Feb. 1, 2026 are left out" in missing(books)
    choose(books, incoming=Taking.UPDATE)
    assert "create nothing here" in missing(books)
    choose(books, incoming=Taking.NOTHING)
    assert "write nothing here" in missing(books)
    choose(books, enabled=False)
    assert "sync of “Invoices” is off" in missing(books)


def test_a_document_that_is_not_kept_in_step_any_more_does_not_say_it_is(
    books: Connection,
) -> None:
    invoice = records.make_invoice(books.workspace, connection=books)
    troubles.make_link(books, invoice, "731", stream="invoices", reason="read")

    def state() -> State:
        [part] = of_record(books.workspace, Ref.of(invoice), NOW).parts
        return part.state

    assert state() is State.IN_STEP
    choose(books, incoming=Taking.NOTHING)
    assert state() is State.PAUSED
    choose(books, enabled=False)
    assert state() is State.PAUSED
