"""Documents are sent, voided and deleted in running books, and the records follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from factories import make_access
from support import simulator as simulated
from support.books_there import Shop, imported, poll
from support.worker import run_until_idle

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid
from counterfoil.crm.models import (
    CreditMemo,
    Estimate,
    Invoice,
    Payment,
    Record,
    RefundReceipt,
    SalesReceipt,
    TimelineEntry,
)
from counterfoil.invoicing import delivering
from counterfoil.invoicing.offers import offers
from counterfoil.posting.act_state import Deed
from counterfoil.posting.models import Act, ActAttempt
from counterfoil.posting.state import State
from counterfoil.workspaces.access import Access

pytestmark = pytest.mark.django_db
MODELS: dict[str, type[Record]] = {
    "Invoice": Invoice,
    "Estimate": Estimate,
    "SalesReceipt": SalesReceipt,
    "CreditMemo": CreditMemo,
    "RefundReceipt": RefundReceipt,
}


@pytest.fixture
def connection(simulator: simulated.Simulator) -> Connection:
    return imported(simulator)


@pytest.fixture
def shop(simulator: simulated.Simulator, connection: Connection) -> Shop:
    return Shop(simulator, connection)


@pytest.fixture
def access(connection: Connection) -> Access:
    return make_access(connection.workspace)


def drained(record: Any, later: timedelta = timedelta(0)) -> Any:
    run_until_idle(datetime.now(UTC) + later)
    record.refresh_from_db()
    return record


def in_books(shop: Shop, entity: str, customer: str = "") -> tuple[Any, str]:
    """A document made there and read here, and its id there."""
    customer = customer or shop.customer()
    more: dict[str, Any] = {"BillEmail": {"Address": "first@example.com"}}
    if entity == "RefundReceipt":
        more["DepositToAccountRef"] = {"value": shop.account("Checking")["Id"]}
    sold = shop.sell(entity, "80.00", customer, **more)
    poll(shop.connection)
    found = MODELS[entity]._default_manager.get(customer_remote_id=customer)
    return found, str(sold["Id"])


def mails(simulator: simulated.Simulator, entity: str, remote_id: str) -> list[str]:
    """To whom a document went out, by the books' own outbox."""
    realm = simulator.bookkeeper().realm
    held = simulator.call("GET", f"/_sim/outbox?realm={realm}")["mails"]
    return [
        str(mail["recipient"])
        for mail in held
        if (mail["entity"], str(mail["id"])) == (entity, remote_id)
    ]


@pytest.mark.parametrize("entity", list(MODELS))
def test_a_document_is_e_mailed_once(
    simulator: simulated.Simulator, shop: Shop, access: Access, entity: str
) -> None:
    record, remote_id = in_books(shop, entity)
    now = datetime.now(UTC)
    delivering.send(access=access, record=record, now=now, to="ada@example.com")
    drained(record)
    assert mails(simulator, entity, remote_id) == ["ada@example.com"]
    poll(shop.connection)
    record.refresh_from_db()
    assert record.recipient == "ada@example.com"
    with pytest.raises(Invalid, match="was sent to"):
        delivering.send(access=access, record=record, now=datetime.now(UTC))
    told = TimelineEntry.objects.filter(
        object_type=record.object_type,
        record_id=record.pk,
        kind=f"{record.object_type}_sent",
    )
    assert [entry.actor_label for entry in told] == [access.user.name]
    act = Act.objects.get(record_id=record.pk, object_type=record.object_type)
    assert act.correlation_id


@pytest.mark.parametrize("entity", ["Invoice", "SalesReceipt"])
def test_a_document_is_voided(shop: Shop, access: Access, entity: str) -> None:
    record, remote_id = in_books(shop, entity)
    delivering.void(access=access, record=record, now=datetime.now(UTC))
    drained(record)
    assert record.voided
    held = shop.again(entity, remote_id)
    assert (held["TotalAmt"], held["PrivateNote"][:6]) == (0, "Voided")
    poll(shop.connection)
    record.refresh_from_db()
    assert (record.voided, record.total) == (True, 0)


def test_a_voided_payment_leaves_its_invoice_open(shop: Shop, access: Access) -> None:
    customer = shop.customer()
    invoice, remote_id = in_books(shop, "Invoice", customer)
    shop.pay(customer, "80.00", ("Invoice", remote_id, "80.00"))
    poll(shop.connection)
    payment = Payment.objects.get(customer_remote_id=customer)
    delivering.void(access=access, record=payment, now=datetime.now(UTC))
    drained(payment)
    poll(shop.connection)
    invoice.refresh_from_db()
    assert payment.voided
    assert invoice.balance == invoice.total
    assert shop.again("Invoice", remote_id)["Balance"] == 80


def test_a_paid_invoice_is_voided_and_its_payment_stays(
    shop: Shop, access: Access
) -> None:
    customer = shop.customer()
    invoice, remote_id = in_books(shop, "Invoice", customer)
    paid = shop.pay(customer, "80.00", ("Invoice", remote_id, "80.00"))
    poll(shop.connection)
    invoice.refresh_from_db()
    offered = offers(access, invoice)
    assert "not applied to anything" in offered.void.warning
    assert "Void it" in offered.delete.why
    delivering.void(access=access, record=invoice, now=datetime.now(UTC))
    assert drained(invoice).voided
    assert shop.again("Payment", str(paid["Id"]))["UnappliedAmt"] == 80


@pytest.mark.parametrize("entity", list(MODELS))
def test_a_document_is_deleted_and_its_record_says_so(
    shop: Shop, access: Access, entity: str
) -> None:
    record, _remote_id = in_books(shop, entity)
    delivering.delete(access=access, record=record, now=datetime.now(UTC))
    assert drained(record).deleted_remotely
    assert not offers(access, record).delete.may


def test_what_was_deposited_meanwhile_is_refused_with_a_sentence(
    shop: Shop, access: Access
) -> None:
    customer = shop.customer()
    receipt, remote_id = in_books(shop, "SalesReceipt", customer)
    checking = shop.account("Checking")["Id"]
    shop.deposit(checking, ("SalesReceipt", remote_id, "80.00"))
    act = delivering.void(access=access, record=receipt, now=datetime.now(UTC))
    drained(receipt)
    act.refresh_from_db()
    assert (act.state, act.code) == (State.REJECTED, "6540")
    assert "deposit" in act.message.lower()
    assert not receipt.voided


@pytest.mark.parametrize(
    ("fault", "deed"),
    [
        ("drop_after", Deed.SEND),
        ("error_after", Deed.SEND),
        ("drop_before", Deed.VOID),
        ("drop_after", Deed.VOID),
        ("error_after", Deed.DELETE),
        ("drop_before", Deed.DELETE),
    ],
)
def test_after_a_lost_answer_it_has_happened_once(
    simulator: simulated.Simulator,
    shop: Shop,
    access: Access,
    fault: str,
    deed: Deed,
) -> None:
    record, remote_id = in_books(shop, "Invoice")
    rule = {"kind": fault, "entity": "Invoice", "operation": deed.value, "count": 1}
    simulator.call("POST", "/_sim/faults", {"rules": [rule]})
    ask = {"send": delivering.send, "void": delivering.void}
    use = ask.get(deed.value, delivering.delete)
    act = use(access=access, record=record, now=datetime.now(UTC))
    for minutes in (0, 1, 2, 4, 6):
        drained(record, timedelta(minutes=minutes))
    act.refresh_from_db()
    assert act.state == State.CONFIRMED, act.message
    assert ActAttempt.objects.filter(act=act, outcome="unclear").count() == 1
    if deed is Deed.SEND:
        assert len(mails(simulator, "Invoice", remote_id)) == 1
        assert record.sent_at is not None
    elif deed is Deed.VOID:
        assert shop.again("Invoice", remote_id)["SyncToken"] == "1"
        assert record.voided
    else:
        assert record.deleted_remotely


def test_an_e_mail_that_never_left_waits_for_a_persons_word(
    simulator: simulated.Simulator, shop: Shop, access: Access
) -> None:
    record, remote_id = in_books(shop, "Invoice")
    rule = {"kind": "drop_before", "operation": "send", "count": 1}
    simulator.call("POST", "/_sim/faults", {"rules": [rule]})
    act = delivering.send(access=access, record=record, now=datetime.now(UTC))
    for minutes in (0, 1, 2, 4, 6):
        drained(record, timedelta(minutes=minutes))
    act.refresh_from_db()
    assert act.state == State.ESCALATED
    assert mails(simulator, "Invoice", remote_id) == []
    given = {"access": access, "record": record, "act_id": act.pk}
    later = datetime.now(UTC) + timedelta(minutes=6)
    delivering.try_again(**given, now=later, reason="Nothing went out.")
    drained(record, timedelta(minutes=7))
    assert mails(simulator, "Invoice", remote_id) == ["first@example.com"]
