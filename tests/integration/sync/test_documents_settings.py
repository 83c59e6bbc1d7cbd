"""What people chose for documents: on or off, since when, and what a deletion does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from factories import NOW
from support.invoices_read import invoice

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.crm.models import Estimate, Invoice
from counterfoil.sync.engine.settings import Gone, Taking
from counterfoil.sync.incoming import applying
from counterfoil.sync.ports import Observed
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db


def choose(connection: Connection, stream: str, **values: Any) -> None:
    settings = replace(choices.of(connection, stream), **values)
    choices.save(connection, settings, by=None, now=NOW)


def gone(remote_id: str = "7") -> Observed:
    later = NOW + timedelta(hours=1)
    return Observed("invoices", remote_id, updated_at=later, deleted=True)


def apply(connection: Connection, *seen: Observed, historical: bool = False) -> int:
    return applying.apply(connection, "invoices", seen, historical=historical, now=NOW)


def test_documents_come_in_from_the_start(connection: Connection) -> None:
    assert apply(connection, invoice()) == 1
    assert apply(connection, invoice()) == 0
    assert Invoice.objects.get().number == "7"


def test_what_was_sent_stays_so_where_the_books_do_not_tell_of_it(
    connection: Connection,
) -> None:
    apply(connection, invoice("1"), invoice("2"))
    sent = Invoice.objects.get(number="1")
    Invoice.objects.filter(pk=sent.pk).update(sent_at=NOW, stage="sent")
    later = NOW + timedelta(hours=1)
    news = [replace(invoice(each, message="Hi"), updated_at=later) for each in "12"]
    assert apply(connection, *news) == 2
    sent.refresh_from_db()
    assert (sent.message, sent.sent_at, sent.stage) == ("Hi", NOW, "sent")
    other = Invoice.objects.get(number="2")
    assert (other.sent_at, other.stage) == (None, "awaiting_send")
    said = invoice("1", sent_at="2026-03-02T08:00:00+00:00", email_status="EmailSent")
    apply(connection, replace(said, updated_at=later + timedelta(hours=1)))
    sent.refresh_from_db()
    assert sent.sent_at == datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "values", [{"enabled": False}, {"incoming": Taking.NOTHING}], ids=["off", "nothing"]
)
def test_what_is_turned_off_stays_out_and_as_it_is(
    connection: Connection, values: dict[str, Any]
) -> None:
    apply(connection, invoice("1"))
    choose(connection, "invoices", **values)
    assert apply(connection, invoice("1", total="20"), invoice("2"), gone("1")) == 0
    held = Invoice.objects.get()
    assert (held.total, held.deleted_remotely) == (10, False)


def test_the_settings_of_one_kind_leave_the_others_alone(
    connection: Connection,
) -> None:
    choose(connection, "estimates", enabled=False)
    assert apply(connection, invoice()) == 1
    assert not Estimate.objects.exists()


def test_only_updates_let_nothing_new_in(connection: Connection) -> None:
    apply(connection, invoice("1"))
    choose(connection, "invoices", incoming=Taking.UPDATE)
    newer = replace(invoice("1", total="20"), updated_at=NOW + timedelta(seconds=1))
    assert apply(connection, newer, invoice("2")) == 1
    assert Invoice.objects.get().total == 20


def test_the_past_begins_on_the_day_that_was_chosen(connection: Connection) -> None:
    choose(connection, "invoices", since=date(2026, 2, 1))
    old = invoice("1", issued_on="2026-01-31")
    assert apply(connection, old, invoice("2"), historical=True) == 1
    assert Invoice.objects.get().number == "2"
    assert apply(connection, old) == 1


def test_a_document_that_is_left_alone_is_left_alone(connection: Connection) -> None:
    apply(connection, invoice())
    Link.objects.update(state=LinkState.IGNORED)
    newer = replace(invoice(total="20"), updated_at=NOW + timedelta(seconds=1))
    assert apply(connection, newer, gone()) == 0
    assert Invoice.objects.get().total == 10


def test_a_deleted_document_is_kept_and_says_so(connection: Connection) -> None:
    apply(connection, invoice())
    assert apply(connection, gone()) == 1
    assert apply(connection, gone()) == 0
    held = Invoice.objects.get()
    assert (held.deleted_remotely, held.archived_at) == (True, None)


def test_a_deleted_document_is_archived_where_that_was_chosen_and_comes_back(
    connection: Connection,
) -> None:
    choose(connection, "invoices", on_gone=Gone.ARCHIVE)
    apply(connection, invoice())
    apply(connection, gone())
    assert Invoice.objects.get().archived_at == NOW
    back = replace(invoice(), updated_at=datetime(2026, 3, 5, tzinfo=UTC))
    apply(connection, back)
    held = Invoice.objects.get()
    assert (held.archived_at, held.deleted_remotely) == (None, False)


def test_a_deleted_document_is_unlinked_where_that_was_chosen(
    connection: Connection,
) -> None:
    choose(connection, "invoices", on_gone=Gone.UNLINK)
    apply(connection, invoice())
    apply(connection, gone())
    assert Invoice.objects.get().deleted_remotely
    assert not Link.objects.exists()
