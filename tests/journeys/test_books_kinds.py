"""Every kind of document in QuickBooks: made, read, found, printed, sent, ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from support import simulator as simulated
from support.booking import Made, Place

from counterfoil.connectors.quickbooks.acting import PRINTED, VOIDED
from counterfoil.connectors.quickbooks.receipts import KINDS as ENTITIES
from counterfoil.core.errors import Gone, Rejected, Stale, Unclear
from counterfoil.posting.documents import KINDS
from qbo_simulator.injection import Rule

pytestmark = pytest.mark.django_db
DOCUMENTS = [kind for kind in KINDS if kind not in {"customer", "item"}]
PLACES = {1: "us", 2: "abroad"}


@pytest.fixture(scope="module")
def simulator(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[simulated.Simulator]:
    folder = tmp_path_factory.mktemp("simulator")
    with simulated.serving(folder, empty=True) as running:
        yield running


@pytest.fixture(params=PLACES, ids=PLACES.get)
def place(simulator: simulated.Simulator, request: pytest.FixtureRequest) -> Place:
    return Place(simulator, request.param)


@pytest.fixture
def home(simulator: simulated.Simulator) -> Place:
    return Place(simulator, 1)


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_echoes_what_was_sent_and_is_found_by_its_marker(
    place: Place, kind: str
) -> None:
    made = place.make(kind)
    assert made.receipt.expectation == made.expected
    assert made.expected.total
    assert made.receipt.marker == made.marker
    assert made.receipt.correlation_id
    held = place.books.read(kind, made.receipt.remote_id)
    assert held.body == made.receipt.body
    assert held.version == made.receipt.version
    found = place.books.find(made.lookup).receipts
    assert [each.remote_id for each in found] == [held.remote_id]
    seen = place.books.marked_since(KINDS, an_hour_ago())
    assert held.remote_id in {each.remote_id for each in seen.found[kind]}
    assert set(seen.found) == set(KINDS) - {"item"}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_same_request_again_makes_no_second_document(
    home: Place, kind: str
) -> None:
    made = home.make(kind)
    assert home.send(made).receipt.remote_id == made.receipt.remote_id


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_an_answer_that_is_lost_is_unclear_and_the_document_is_found(
    home: Place, simulator: simulated.Simulator, kind: str
) -> None:
    meant = home.mean(kind)
    entity = ENTITIES[kind].entity
    simulator.state.faults.add(Rule("drop_after", count=1, entity=entity))
    with pytest.raises(Unclear):
        home.send(meant)
    (found,) = home.books.find(meant.lookup).receipts
    assert found.marker == meant.marker
    assert found.expectation == meant.expected
    assert home.send(meant).receipt.remote_id == found.remote_id


@pytest.mark.parametrize("kind", sorted(set(DOCUMENTS) - {"payment"}))
def test_a_document_is_found_by_its_number_where_we_gave_it_one(
    home: Place, kind: str
) -> None:
    number = f"{kind[:6]}-0007"
    made = home.make(kind, number=number)
    assert made.receipt.number == number
    lookup = replace(made.lookup, number=number, since=datetime.now(UTC))
    found = home.books.find(lookup).receipts
    assert [each.remote_id for each in found] == [made.receipt.remote_id]


@pytest.mark.parametrize("kind", sorted(PRINTED))
def test_what_quickbooks_prints_can_be_had_and_sent(place: Place, kind: str) -> None:
    made = place.make(kind)
    assert place.books.pdf(kind, made.receipt.remote_id).startswith(b"%PDF")
    assert made.receipt.body.get("email_status", "") in {"", "NotSet"}
    sent = place.act("send", made.receipt, kind, to="grace@example.com")
    assert sent.body["email_status"] == "EmailSent"
    assert sent.body["sent_at"]
    held = place.books.read(kind, sent.remote_id)
    assert held.body["email_status"] == "EmailSent"
    assert held.marker == made.marker
    (mail, *_others) = place.simulator.call(
        "GET", f"/_sim/outbox?realm={place.keeper.realm}"
    )["mails"]
    assert (mail["id"], mail["recipient"]) == (sent.remote_id, "grace@example.com")


def test_an_expense_is_neither_printed_nor_sent(home: Place) -> None:
    made = home.make("expense")
    with pytest.raises(Rejected, match="neither prints nor e-mails"):
        home.books.pdf("expense", made.receipt.remote_id)
    with pytest.raises(Rejected, match="neither prints nor e-mails"):
        home.act("send", made.receipt, "expense", to="ada@example.com")


@pytest.mark.parametrize("kind", sorted(VOIDED))
def test_a_voided_document_stays_with_its_marker_and_comes_to_nothing(
    place: Place, kind: str
) -> None:
    made = place.make(kind)
    voided = place.act("void", made.receipt, kind)
    assert voided.body["voided"] is True
    assert voided.expectation.total == 0
    assert voided.version != made.receipt.version
    held = place.books.read(kind, voided.remote_id)
    assert (held.marker, held.body["voided"]) == (made.marker, True)
    with pytest.raises(Stale):
        place.act("void", made.receipt, kind)


@pytest.mark.parametrize("kind", sorted(set(DOCUMENTS) - set(VOIDED)))
def test_what_quickbooks_voids_on_its_pages_only_says_to_delete_it(
    home: Place, kind: str
) -> None:
    made = home.make(kind)
    with pytest.raises(Rejected, match="Delete it here"):
        home.act("void", made.receipt, kind)
    assert home.books.read(kind, made.receipt.remote_id).version == "0"


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_deleted_document_is_gone_and_the_sweep_tells_of_it(
    place: Place, kind: str
) -> None:
    made = place.make(kind)
    gone = place.act("delete", made.receipt, kind)
    assert gone.remote_id == made.receipt.remote_id
    with pytest.raises(Gone):
        place.books.read(kind, gone.remote_id)
    with pytest.raises(Gone):
        place.act("delete", made.receipt, kind)
    searched = place.books.find(made.lookup)
    assert searched.receipts == []
    assert all(searched.answers)
    assert searched.correlation_id
    seen = place.books.marked_since([kind], an_hour_ago())
    assert gone.remote_id in seen.deleted[kind]


@pytest.mark.parametrize("kind", ["customer", "item"])
@pytest.mark.parametrize("action", ["send", "void", "delete"])
def test_names_of_lists_can_be_neither_sent_nor_ended(
    home: Place, kind: str, action: str
) -> None:
    held = home.books.read(kind, home.customer if kind == "customer" else home.item)
    with pytest.raises(Rejected):
        home.act(action, held, kind)
    assert home.books.read(kind, held.remote_id).version == held.version


@pytest.mark.parametrize("fault", ["drop_after", "error_after", "truncate"])
def test_an_action_without_an_answer_is_unclear_and_reading_tells(
    home: Place, simulator: simulated.Simulator, fault: str
) -> None:
    made = home.make("invoice")
    simulator.state.faults.add(Rule(fault, count=1, entity="Invoice"))
    with pytest.raises(Unclear):
        home.act("void", made.receipt, "invoice")
    held = home.books.read("invoice", made.receipt.remote_id)
    assert held.body["voided"] is True


def paid(place: Place, invoice: Made, **changes: object) -> Made:
    part = {"kind": "invoice", "id": invoice.receipt.remote_id, "amount": "94.99"}
    return place.make("payment", **{"applied": [part], **changes})


def test_a_paid_invoice_owes_nothing_until_its_payment_is_voided(home: Place) -> None:
    invoice = home.make("invoice")
    payment = paid(home, invoice)
    assert payment.receipt.body["allocations"] == [
        {"kind": "invoice", "remote_id": invoice.receipt.remote_id, "amount": "94.99"}
    ]
    remote_id = invoice.receipt.remote_id
    assert home.books.read("invoice", remote_id).body["balance"] == "0"
    home.act("void", payment.receipt, "payment")
    assert home.books.read("invoice", remote_id).body["balance"] == "94.99"


def test_a_credit_memo_and_money_pay_an_invoice_together(home: Place) -> None:
    invoice, memo = home.make("invoice"), home.make("credit_memo", shipping="")
    credit = memo.receipt.expectation.total
    assert credit == Decimal("89.99")
    payment = paid(
        home,
        invoice,
        amount="5.00",
        applied=[
            {"kind": "invoice", "id": invoice.receipt.remote_id, "amount": "94.99"},
            {"kind": "credit_memo", "id": memo.receipt.remote_id, "amount": "89.99"},
        ],
    )
    assert payment.receipt.expectation == payment.expected
    assert home.books.read("invoice", invoice.receipt.remote_id).body["balance"] == "0"
    held = home.books.read("credit_memo", memo.receipt.remote_id)
    assert held.body["remaining"] == "0"


def test_what_a_payment_does_not_apply_stays_unapplied(
    simulator: simulated.Simulator,
) -> None:
    place = Place(simulator, 1, {"SalesFormsPrefs": {"AutoApplyPayments": True}})
    place.make("invoice")
    payment = place.make("payment")
    assert payment.receipt.body["unapplied"] == "94.99"
    place.prefer({"SalesFormsPrefs": {"AutoApplyPayments": False}})


def test_an_invoice_made_of_an_estimate_closes_it(place: Place) -> None:
    estimate = place.make("estimate")
    invoice = place.make("invoice", estimate_ids=[estimate.receipt.remote_id])
    assert invoice.receipt.body["estimate_ids"] == [estimate.receipt.remote_id]
    held = place.books.read("estimate", estimate.receipt.remote_id)
    assert held.body["status"] == "closed"


def test_a_sweep_of_many_days_asks_beyond_the_reach_of_the_change_feed(
    simulator: simulated.Simulator, home: Place
) -> None:
    made = home.make("expense")
    simulator.state.switches.change({"cdc_days": 30})
    try:
        seen = home.books.marked_since(KINDS, datetime.now(UTC) - timedelta(days=35))
    finally:
        simulator.state.switches.change({"cdc_days": 0})
    ids = {each.remote_id for each in seen.found["expense"]}
    assert made.receipt.remote_id in ids
