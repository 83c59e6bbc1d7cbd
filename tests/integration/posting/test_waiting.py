"""What a document waits for: others, its turn, the connection, and a person who cancels it."""

from __future__ import annotations

from collections import deque

import pytest
from integration.posting.conftest import ADA, Office
from support.books import Fault, Shelf, shelves

from counterfoil.connections.models import ConnectionState
from counterfoil.core.errors import Invalid
from counterfoil.posting import claims, documents, post
from counterfoil.posting.installation import limits
from counterfoil.posting.state import State


def test_invoice_waits_for_the_customer_and_the_item_that_it_needs(
    office: Office,
) -> None:
    customer = office.named("customer", "Dora Field")
    item = office.named("item", "Sourdough")
    line = {"kind": "item", "item_id": documents.reference(item.pk)}
    intent = office.invoice(
        customer=documents.reference(customer.pk), document={"lines": [line]}
    )
    office.shelf.faults = deque([Fault.DROP_AFTER])
    office.run()
    intent.refresh_from_db()
    assert intent.state == State.INTENDED
    office.finish(customer, item, intent)
    assert intent.state == State.CONFIRMED
    sent = bytes(intent.payload or b"").decode()
    assert f'"customer_id": "{customer.remote_id}"' in sent
    assert f'"item_id": "{item.remote_id}"' in sent


def test_what_waits_for_a_refused_document_is_refused_by_its_name(
    office: Office,
) -> None:
    customer = office.named("customer", "Dora Field")
    intent = office.invoice(customer=documents.reference(customer.pk))
    office.shelf.faults = deque([Fault.REFUSED])
    office.finish(customer, intent)
    assert customer.state == State.REJECTED
    assert intent.state == State.REJECTED
    assert "The customer Dora Field was not created" in intent.message
    assert "The period is closed." in intent.message
    late = office.invoice(customer=documents.reference(customer.pk))
    assert late.state == State.REJECTED
    with pytest.raises(Invalid, match="Dora Field"):
        post.retry(intent=intent, actor=ADA, now=office.now)


def test_a_refusal_is_told_in_the_language_of_the_workspace(office: Office) -> None:
    office.workspace.language = "pl"
    office.workspace.save()
    customer = office.named("customer", "Dora Field")
    intent = office.invoice(customer=documents.reference(customer.pk))
    office.shelf.faults = deque([Fault.REFUSED])
    office.finish(customer, intent)
    assert "Dora Field: nie utworzono w firmie" in intent.message


def test_retrying_the_parent_brings_its_children_back(office: Office) -> None:
    customer = office.named("customer", "Dora Field")
    intent = office.invoice(customer=documents.reference(customer.pk))
    office.shelf.faults = deque([Fault.REFUSED])
    office.finish(customer, intent)
    post.retry(intent=customer, actor=ADA, now=office.now)
    office.finish(customer, intent)
    assert customer.state == State.CONFIRMED
    assert intent.state == State.CONFIRMED


def test_only_what_is_not_on_its_way_can_be_cancelled(office: Office) -> None:
    waiting = office.invoice()
    post.cancel(intent=waiting, actor=ADA, now=office.now)
    office.finish(waiting)
    assert waiting.state == State.CANCELLED
    assert office.shelf.sent == []

    office.shelf.faults = deque([Fault.DROP_AFTER])
    unclear = office.invoice()
    office.run()
    with pytest.raises(Invalid, match="Wait for the answer"):
        post.cancel(intent=unclear, actor=ADA, now=office.now)
    office.finish(unclear)
    with pytest.raises(Invalid, match="N100"):
        post.cancel(intent=unclear, actor=ADA, now=office.now)


def test_everything_waits_while_the_connection_needs_reconnecting(
    office: Office,
) -> None:
    office.shelf.faults = deque([Fault.DROP_AFTER])
    unclear = office.invoice()
    office.run()
    waiting = office.invoice(customer="59")
    office.connection.state = ConnectionState.RECONNECT
    office.connection.save()
    for _ in range(20):
        office.wait(seconds=60)
        office.run()
    assert len(office.shelf.sent) == 1
    office.connection.state = ConnectionState.ACTIVE
    office.connection.save()
    office.finish(unclear, waiting)
    assert {unclear.state, waiting.state} == {State.CONFIRMED}
    assert len(office.shelf.existing()) == 2


def test_nothing_goes_into_another_companys_books(office: Office) -> None:
    queued = office.invoice()
    meant_for = office.connection.account
    office.connection.account = "another"
    office.connection.save()
    other = shelves.put(Shelf("another", office.now))
    office.finish(queued)
    assert queued.state == State.REJECTED
    assert meant_for in queued.message
    assert other.sent == []
    assert office.shelf.sent == []


def test_one_customers_documents_are_written_one_after_the_other(
    office: Office,
) -> None:
    first, second = office.invoice(), office.invoice()
    other = office.invoice(customer="59")
    one = claims.next_send(office.now, limits())
    two = claims.next_send(office.now, limits())
    assert one is not None
    assert two is not None
    assert {one.intent.pk, two.intent.pk} == {first.pk, other.pk}
    assert claims.next_send(office.now, limits()) is None
    assert second.state == State.INTENDED


def test_a_company_gets_four_writes_at_once_and_no_more(office: Office) -> None:
    for number in range(6):
        office.invoice(customer=str(number))
    taken = [claims.next_send(office.now, limits()) for _ in range(5)]
    assert [claim is not None for claim in taken] == [True] * 4 + [False]
