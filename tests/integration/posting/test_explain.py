"""Why does this document exist: from the trigger to the last answer."""

from __future__ import annotations

from collections import deque

from integration.posting.conftest import Office
from support.books import Fault

from counterfoil.connections.models import ConnectionState
from counterfoil.posting import documents, outcomes
from counterfoil.posting.explain import explain
from counterfoil.posting.models import Intent


def test_the_story_names_who_asked_and_everything_that_was_tried(
    office: Office,
) -> None:
    office.shelf.faults = deque([Fault.DROP_AFTER])
    intent = office.invoice("deal 7")
    office.finish(intent)
    story = explain(intent)
    assert (story.asked_by, story.occasion) == ("Ada", ["deal 7"])
    assert [(step.action, step.outcome) for step in story.steps] == [
        ("Sent", "No clear answer"),
        ("Looked up", "Found"),
    ]
    assert story.steps[0].correlation_id == "1-fault"
    assert story.steps[0].request_id == intent.request_id
    assert story.label == "Created"
    assert story.waiting_for == ""


def test_the_story_tells_the_chain_from_the_customer_to_the_payment(
    office: Office,
) -> None:
    customer = office.named("customer", "Dora Field")
    invoice = office.invoice(customer=documents.reference(customer.pk))
    payment = office.submit(
        "payment",
        {
            "customer_id": documents.reference(customer.pk),
            "amount": "120.00",
            "applied": [{"kind": "invoice", "id": documents.reference(invoice.pk)}],
        },
        "payment 7",
        record=None,
    )
    assert explain(payment).waiting_for == (
        "Waiting for the customer Dora Field to be created."
    )
    office.finish(customer, invoice, payment)
    story = explain(payment)
    assert [each.intent for each in story.parents] == [customer, invoice]
    assert [each.intent for each in story.parents[1].parents] == [customer]
    assert all(each.steps[0].correlation_id for each in story.parents)
    below = explain(customer).children
    assert [each.intent for each in below] == [invoice, payment]
    assert [each.intent for each in below[0].children] == [payment]


def test_a_document_goes_by_the_number_that_the_books_gave_it(office: Office) -> None:
    intent = office.invoice("deal 7", document={"number": ""})
    assert explain(intent).title == ""
    Intent.objects.filter(pk=intent.pk).update(number="1041")
    intent.refresh_from_db()
    assert explain(intent).title == "1041"


def test_every_kind_can_be_waited_for_and_named_in_a_refusal(office: Office) -> None:
    for kind in documents.KINDS:
        parent = office.submit(kind, {"name": "X", "number": "X"}, kind, record=None)
        child = office.invoice(after=[parent])
        assert explain(child).waiting_for.endswith("X to be created.")
        assert outcomes.parent_refusal(parent).message.startswith("The ")


def test_the_story_says_what_is_waited_for(office: Office) -> None:
    customer = office.named("customer", "Dora Field")
    intent = office.invoice(customer=documents.reference(customer.pk))
    assert explain(intent).waiting_for == (
        "Waiting for the customer Dora Field to be created."
    )
    office.shelf.faults = deque([Fault.DROP_BEFORE])
    office.run()
    customer.refresh_from_db()
    assert "gave no clear answer" in explain(customer).waiting_for
    customer.connection.state = ConnectionState.RECONNECT
    assert "connected again" in explain(customer).waiting_for
