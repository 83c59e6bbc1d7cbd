"""What the books already have is recognized as ours, also where the database forgot it."""

from __future__ import annotations

from collections import deque

from integration.posting.conftest import Office
from support.books import FakeBooks, Fault, Requests

from counterfoil.connections.models import Link
from counterfoil.crm.refs import Ref
from counterfoil.posting import post, tasks
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State


def test_a_restored_database_comes_to_the_same_ids(office: Office) -> None:
    before = office.invoice("deal 7")
    ids = (before.request_id, before.marker, bytes(before.dedup_hash))
    office.finish(before)
    Intent.objects.all().delete()
    after = office.invoice("deal 7")
    assert (after.request_id, after.marker, bytes(after.dedup_hash)) == ids
    office.finish(after)
    assert len(office.shelf.existing()) == 1
    assert after.remote_id == before.remote_id


def test_after_a_restore_a_sweep_prevents_the_double_even_without_request_ids(
    office: Office,
) -> None:
    office.shelf.requests = Requests.IGNORED
    before = office.invoice("deal 7")
    office.finish(before)
    Intent.objects.all().delete()
    Link.objects.all().delete()
    tasks.run_sweep(office.now)
    office.wait(hours=2)
    after = office.invoice("deal 7")
    assert after.state == State.UNKNOWN
    office.finish(after)
    assert after.state == State.CONFIRMED
    assert after.remote_id == before.remote_id
    assert len(office.shelf.existing()) == 1


def test_reading_the_books_confirms_what_was_unclear(office: Office) -> None:
    office.shelf.faults = deque([Fault.DROP_AFTER])
    intent = office.invoice()
    office.run()
    seen = FakeBooks(office.shelf).marked_since(["invoice"], office.now)
    [known] = post.record_sighting(
        connection=office.connection,
        kind="invoice",
        receipts=seen.found["invoice"],
        now=office.now,
    )
    assert known.pk == intent.pk
    assert known.state == State.CONFIRMED
    assert office.events("document_confirmed")
    assert post.of_record(Ref("invoice", intent.record_id or 0)) == intent
