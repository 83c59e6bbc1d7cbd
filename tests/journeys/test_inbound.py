"""News from the books: lost, doubled, out of order, and all of it arrives in the end."""

from __future__ import annotations

import itertools
import random
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from factories.people import make_workspace
from support import simulator as simulated
from support.books_there import imported
from support.worker import run_until_idle

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm.models import Invoice, Payment
from counterfoil.sync.incoming import applying
from counterfoil.sync.ports import sources
from counterfoil.sync.runs import plan
from qbo_simulator.webhooks.payloads import Event, cloud_events, legacy, sign

pytestmark = pytest.mark.django_db
NUMBERS = itertools.count(1)
HOOK = "/connect/quickbooks/hook"


@pytest.fixture
def connection(simulator: simulated.Simulator) -> Connection:
    return imported(simulator)


def invoiced(
    books: simulated.Bookkeeper, amount: str, *, customer: str
) -> dict[str, Any]:
    line = {
        "Amount": float(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": an_item(books)},
            "TaxCodeRef": {"value": "NON"},
        },
    }
    return books.post("Invoice", {"CustomerRef": {"value": customer}, "Line": [line]})


def an_item(books: simulated.Bookkeeper) -> str:
    return (
        RemoteObject.objects.filter(
            stream="items", content__type="service", active=True
        )
        .first()
        .remote_id
    )  # type: ignore[union-attr]


def a_customer(books: simulated.Bookkeeper) -> str:
    name = f"Newly Met {next(NUMBERS)} Ltd"
    return str(books.post("Customer", {"DisplayName": name})["Id"])


def paid(
    books: simulated.Bookkeeper, customer: str, parts: dict[str, str], total: str = ""
) -> dict[str, Any]:
    whole = total or str(sum(Decimal(each) for each in parts.values()))
    lines = [
        {"Amount": float(each), "LinkedTxn": [{"TxnId": txn, "TxnType": "Invoice"}]}
        for txn, each in parts.items()
    ]
    return books.post(
        "Payment",
        {
            "CustomerRef": {"value": customer},
            "TotalAmt": float(whole),
            "Line": lines,
        },
    )


def poll(connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(next_poll_at=None)
    run_until_idle(datetime.now(UTC))


def told(
    simulator: simulated.Simulator, *events: Event, is_new_format: bool = False
) -> int:
    body = cloud_events(events, client_id="app") if is_new_format else legacy(events)
    signature = sign(simulator.keys["webhook_verifier_token"], body)
    answer = Client().post(
        HOOK,
        data=body,
        content_type="application/json",
        headers={"intuit-signature": signature},
    )
    return answer.status_code


def state() -> list[tuple[Any, ...]]:
    """All that this part of the product is about, without our own ids and times."""
    invoices = Invoice.objects.order_by("number").values_list(
        "number", "total", "balance", "voided", "deleted_remotely", "email_status"
    )
    payments = Payment.objects.order_by("number").values_list(
        "number", "amount", "unapplied", "voided", "deleted_remotely"
    )
    parts = Payment.objects.order_by("number", "allocations__document_remote_id")
    split = parts.values_list(
        "number", "allocations__document_remote_id", "allocations__amount"
    )
    return [*invoices, *payments, *split]


def test_the_first_import_reads_everything(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    assert connection.imported_at is not None, connection.lane.error
    company = simulator.state.company(connection.account)
    assert company is not None
    assert mirror.all_of(connection, "terms")
    assert mirror.all_of(connection, "accounts")
    codes = mirror.all_of(connection, "tax_codes")
    assert any(
        rate["percent"] for code in codes for rate in code.content["sales_rates"]
    )
    assert Invoice.objects.filter(connection=connection).exists()


def test_when_webhooks_are_lost_the_poll_repairs_everything(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    customer = a_customer(books)
    first = invoiced(books, "100.00", customer=customer)
    second = invoiced(books, "250.00", customer=customer)
    payment = paid(books, customer, {first["Id"]: "100.00", second["Id"]: "50.00"})
    assert not Invoice.objects.filter(number=first["DocNumber"]).exists()
    poll(connection)
    assert mirror.get(connection, "customers", customer) is not None
    held = Invoice.objects.get(number=first["DocNumber"])
    assert held.balance == 0
    assert Invoice.objects.get(number=second["DocNumber"]).balance == 200
    received = Payment.objects.get(number=payment["Id"])
    amounts = received.allocations.order_by("amount").values_list("amount", flat=True)
    assert list(amounts) == [50, 100]
    assert all(part.invoice_id for part in received.allocations.all())


def test_a_void_and_a_deletion_arrive(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    customer = a_customer(books)
    voided = invoiced(books, "10.00", customer=customer)
    deleted = invoiced(books, "20.00", customer=customer)
    poll(connection)
    for one, operation in ((voided, "void"), (deleted, "delete")):
        body = {"Id": one["Id"], "SyncToken": one["SyncToken"]}
        books.post("Invoice", body, f"&operation={operation}")
    poll(connection)
    assert Invoice.objects.get(number=voided["DocNumber"]).voided
    assert Invoice.objects.get(number=deleted["DocNumber"]).deleted_remotely


def events_of(
    connection: Connection, *changes: tuple[str, str, str], at: datetime | None = None
) -> list[Event]:
    moment = at or datetime.now(UTC)
    return [
        Event(number, connection.account, entity, remote_id, operation, moment)
        for number, (entity, remote_id, operation) in enumerate(changes)
    ]


@pytest.mark.parametrize("is_new_format", [False, True])
def test_a_webhook_brings_the_object_that_it_names(
    connection: Connection,
    books: simulated.Bookkeeper,
    simulator: simulated.Simulator,
    is_new_format: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    customer = a_customer(books)
    made = invoiced(books, "75.50", customer=customer)
    events = events_of(
        connection,
        ("Customer", customer, "Create"),
        ("Invoice", made["Id"], "Create"),
    )
    assert told(simulator, *events, is_new_format=is_new_format) == 200
    run_until_idle(datetime.now(UTC))
    held = Invoice.objects.get(number=made["DocNumber"])
    assert (held.total, held.balance) == (Decimal("75.50"), Decimal("75.50"))
    assert mirror.get(connection, "customers", customer) is not None


def test_doubled_and_reordered_webhooks_end_in_the_state_of_orderly_ones(
    connection: Connection,
    books: simulated.Bookkeeper,
    simulator: simulated.Simulator,
) -> None:
    customer = a_customer(books)
    changes = [("Customer", customer, "Create")]
    numbers = random.Random(7)  # noqa: S311  repeatable, not secret
    for _each in range(3):
        made = invoiced(books, "80.00", customer=customer)
        changes.append(("Invoice", made["Id"], "Create"))
        payment = paid(books, customer, {made["Id"]: "30.00"})
        changes.append(("Payment", payment["Id"], "Create"))
        changes.append(("Invoice", made["Id"], "Update"))
    events = events_of(connection, *changes) * 2
    numbers.shuffle(events)
    for event in events:
        assert told(simulator, event) == 200
        if numbers.random() < 0.2:
            run_until_idle(datetime.now(UTC))
    run_until_idle(datetime.now(UTC))
    disorderly = state()
    # The untouched run: another workspace that reads the same books once, at the end.
    Invoice.objects.all().delete()
    Payment.objects.all().delete()
    other = simulated.connect(
        simulator, make_workspace("Untouched"), now=datetime.now(UTC)
    )
    plan.begin(other, datetime.now(UTC))
    run_until_idle(datetime.now(UTC))
    assert disorderly == state()


def test_documents_of_a_sub_customer_show_its_full_name(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    parent = a_customer(books)
    body = {"DisplayName": "Restaurant", "Job": True, "ParentRef": {"value": parent}}
    child = books.post("Customer", body)
    invoice = invoiced(books, "40.00", customer=child["Id"])
    paid(books, child["Id"], {invoice["Id"]: "40.00"})
    poll(connection)
    wanted = child["FullyQualifiedName"]
    assert wanted.endswith(":Restaurant")
    for model in (Invoice, Payment):
        assert model.objects.get(customer_remote_id=child["Id"]).customer_name == wanted


def test_a_payment_that_comes_before_its_invoice_finds_it_later(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    customer = a_customer(books)
    made = invoiced(books, "40.00", customer=customer)
    payment = paid(books, customer, {made["Id"]: "40.00"})
    now = datetime.now(UTC)
    source = sources["quickbooks"]
    for stream, remote_id in (("payments", payment["Id"]), ("invoices", made["Id"])):
        assert not Payment.objects.filter(
            number=payment["Id"], allocations__invoice__isnull=False
        )
        news = source.fetch(connection, stream, [remote_id], now=now)
        applying.apply(connection, stream, news, now=now)
    received = Payment.objects.get(number=payment["Id"])
    assert received.allocations.get().invoice == Invoice.objects.get(
        number=made["DocNumber"]
    )


def test_older_news_never_replaces_newer(
    connection: Connection,
    books: simulated.Bookkeeper,
    simulator: simulated.Simulator,
) -> None:
    customer = a_customer(books)
    made = invoiced(books, "40.00", customer=customer)
    poll(connection)
    link_time = Invoice.objects.get(number=made["DocNumber"]).remote_updated_at
    paid(books, customer, {made["Id"]: "40.00"})
    poll(connection)
    held = Invoice.objects.get(number=made["DocNumber"])
    assert held.balance == 0
    assert held.remote_updated_at >= link_time  # type: ignore[operator]
    later = datetime.now(UTC) + timedelta(seconds=1)
    told(simulator, *events_of(connection, ("Invoice", made["Id"], "Update"), at=later))
    run_until_idle(datetime.now(UTC))
    held.refresh_from_db()
    assert held.balance == 0


def test_a_forged_or_unsigned_delivery_is_refused(
    connection: Connection, simulator: simulated.Simulator
) -> None:
    body = legacy(events_of(connection, ("Invoice", "1", "Update")))
    for signature in ("", "AAAA", "ü", sign("wrong", body)):
        answer = Client().post(
            HOOK,
            data=body,
            content_type="application/json",
            headers={"intuit-signature": signature},
        )
        assert answer.status_code == 401


def test_news_of_a_company_that_nobody_knows_is_counted_and_accepted(
    simulator: simulated.Simulator,
) -> None:
    from counterfoil.sync.models import UnknownAccount  # noqa: PLC0415

    event = Event(1, "999", "Invoice", "1", "Update", datetime.now(UTC))
    assert told(simulator, event) == 200
    run_until_idle(datetime.now(UTC))
    assert UnknownAccount.objects.get(account="999").count == 1


def test_a_payment_alone_brings_the_balance_of_its_invoice_up_to_date(
    connection: Connection,
    books: simulated.Bookkeeper,
    simulator: simulated.Simulator,
) -> None:
    customer = a_customer(books)
    made = invoiced(books, "90.00", customer=customer)
    told(simulator, *events_of(connection, ("Invoice", made["Id"], "Create")))
    run_until_idle(datetime.now(UTC))
    time.sleep(1)  # times in the books have whole seconds
    payment = paid(books, customer, {made["Id"]: "60.00"})
    told(simulator, *events_of(connection, ("Payment", payment["Id"], "Create")))
    run_until_idle(datetime.now(UTC))
    held = Invoice.objects.get(number=made["DocNumber"])
    assert held.balance == 30
    time.sleep(1)
    body = {"Id": payment["Id"], "SyncToken": "0", "sparse": True}
    books.post("Payment", body, "&operation=update&include=void")
    told(simulator, *events_of(connection, ("Payment", payment["Id"], "Void")))
    run_until_idle(datetime.now(UTC))
    held.refresh_from_db()
    assert held.balance == 90
    received = Payment.objects.get(number=payment["Id"])
    assert received.voided
    assert not received.allocations.exists()


def test_a_hostile_delivery_stops_nothing(
    connection: Connection,
    books: simulated.Bookkeeper,
    simulator: simulated.Simulator,
) -> None:
    made = invoiced(books, "12.00", customer=a_customer(books))
    hostile = [
        b"[" * 100_000,
        b'{"eventNotifications":[{"realmId":"\\u0000","dataChangeEvent":{"entities":'
        b'[{"name":"Invoice","id":"\\u0000","operation":"Create"}]}}]}',
        b"not json",
    ]
    for body in hostile:
        signature = sign(simulator.keys["webhook_verifier_token"], body)
        answer = Client().post(
            HOOK,
            data=body,
            content_type="application/json",
            headers={"intuit-signature": signature},
        )
        assert answer.status_code == 200
    told(simulator, *events_of(connection, ("Invoice", made["Id"], "Create")))
    run_until_idle(datetime.now(UTC))
    assert Invoice.objects.filter(number=made["DocNumber"]).exists()
