"""The connector keeps its promises against the running simulator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import override_settings
from support import simulator as simulated

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.connectors.quickbooks.books import QuickBooksBooks
from counterfoil.connectors.quickbooks.client import Client, address
from counterfoil.core.errors import (
    Gone,
    InvariantBroken,
    NeedsReconnect,
    Rejected,
    Retryable,
    Stale,
    Unclear,
)
from counterfoil.posting import documents
from counterfoil.posting.ports import Expectation, Lookup, Receipt
from counterfoil.workspaces.models import Workspace
from counterfoil.workspaces.people import create_workspace
from qbo_simulator.injection import Rule

pytestmark = pytest.mark.django_db
MARKER = "[#0123456789ABCDEF]"


@pytest.fixture
def workspace(now: datetime) -> Workspace:
    return create_workspace(
        name="Ada's",
        home_currency="USD",
        time_zone="America/New_York",
        country="US",
        language="en",
        now=now,
    )


@pytest.fixture
def connection(simulator: simulated.Simulator, workspace: Workspace) -> Connection:
    return simulated.connect(simulator, workspace, now=datetime.now(UTC))


@pytest.fixture
def books(connection: Connection) -> QuickBooksBooks:
    return QuickBooksBooks(connection)


def create(books: QuickBooksBooks, kind: str, document: dict[str, object], key: str):  # type: ignore[no-untyped-def]
    payload, expected = books.render(kind, document, marker=MARKER)
    receipt = books.create(kind, payload, request_id=key, deadline=30)
    return receipt, expected


def test_a_company_tells_who_it_is_and_how_it_is_taxed(connection: Connection) -> None:
    assert connection.name
    assert connection.home_currency == "USD"
    assert connection.facts["tax_mode"] in {"us_manual", "us_automated"}


def test_a_customer_is_created_and_found_again_by_its_marker(
    books: QuickBooksBooks,
) -> None:
    document = {"name": "Grace O'Hara \\ Sons", "email": "grace@example.com"}
    receipt, expected = create(books, "customer", document, "customer-1")
    assert receipt.marker == MARKER
    assert receipt.expectation.name == expected.name
    found = books.find(
        Lookup(
            "customer",
            MARKER,
            datetime.now(UTC) - timedelta(minutes=10),
            expected,
        )
    )
    assert [each.remote_id for each in found.receipts] == [receipt.remote_id]


def test_a_name_that_is_taken_is_refused_with_a_sentence(
    books: QuickBooksBooks,
) -> None:
    create(books, "customer", {"name": "Twice Ltd"}, "twice-1")
    with pytest.raises(Rejected) as refusal:
        create(books, "customer", {"name": "Twice Ltd"}, "twice-2")
    assert refusal.value.code == "6240"
    assert refusal.value.field == "name"
    assert refusal.value.correlation_id


def an_item(books: QuickBooksBooks, simulator: simulated.Simulator, name: str) -> str:
    account = next(
        row["Id"]
        for row in query(
            simulator, "select * from Account where AccountType = 'Income'"
        )
    )
    document = {"name": name, "kind": "service", "income_account_id": account}
    receipt, expected = create(books, "item", document, f"item {name}")
    assert receipt.marker == ""
    assert receipt.expectation.name == expected.name
    return receipt.remote_id


def query(
    simulator: simulated.Simulator, statement: str, company: int = 1
) -> list[dict[str, str]]:
    keys = simulator.credentials(company)
    answer = simulator.call(
        "GET",
        f"/v3/company/{keys['realm_id']}/query?query={quote(statement)}",
        token=keys["access_token"],
    )
    rows = [each for each in answer["QueryResponse"].values() if isinstance(each, list)]
    return rows[0] if rows else []


def an_invoice(customer_id: str, item_id: str) -> dict[str, object]:
    return {
        "customer_id": customer_id,
        "currency": "USD",
        "issued_on": "2026-03-04",
        "due_on": "2026-04-03",
        "email": "grace@example.com",
        "message": "Thank you",
        "note": "From deal 7",
        "tax_mode": "us_manual",
        "lines": [
            {
                "kind": "item",
                "item_id": item_id,
                "description": "Hours",
                "quantity": "3",
                "unit_price": "33.333333",
                "amount": "100.00",
                "taxable": False,
            },
            {"kind": "text", "description": "As agreed"},
            {"kind": "discount", "percent": "10"},
        ],
        "expected_total": "90.00",
    }


def test_an_invoice_echoes_what_was_sent_and_is_found_once(
    books: QuickBooksBooks, simulator: simulated.Simulator
) -> None:
    customer, _ = create(books, "customer", {"name": "Ink & Co"}, "ink-1")
    item = an_item(books, simulator, "Hours of work")
    document = an_invoice(customer.remote_id, item)
    receipt, expected = create(books, "invoice", document, "ink-invoice")
    assert receipt.expectation == expected
    assert receipt.expectation.total == Decimal("90.00")
    assert receipt.marker == MARKER
    assert receipt.body["email_status"] == "NotSet"
    since = datetime.now(UTC) - timedelta(minutes=10)
    found = books.find(Lookup("invoice", MARKER, since, expected)).receipts
    assert [each.remote_id for each in found] == [receipt.remote_id]
    again, _ = create(books, "invoice", document, "ink-invoice")
    assert again.remote_id == receipt.remote_id
    marked = books.marked_since(["invoice", "customer"], since)
    assert receipt.remote_id in {each.remote_id for each in marked.found["invoice"]}
    assert marked.until is not None
    assert books.pdf("invoice", receipt.remote_id).startswith(b"%PDF")
    assert receipt.remote_id in books.page_address("invoice", receipt.remote_id)


def test_a_long_reading_waits_for_room_among_the_calls_of_a_second(
    books: QuickBooksBooks,
) -> None:
    before_the_feed = datetime.now(UTC) - timedelta(days=35)
    limited = {**settings.QUICKBOOKS, "calls_per_second": 10}
    with override_settings(QUICKBOOKS=limited):
        marked = books.marked_since(list(documents.KINDS), before_the_feed)
    assert marked.until is not None
    assert set(marked.found) >= {"invoice", "payment", "expense"}


def test_outside_the_us_codes_on_lines_give_the_total_to_the_cent(
    simulator: simulated.Simulator, workspace: Workspace
) -> None:
    abroad = simulated.connect(simulator, workspace, now=datetime.now(UTC), company=2)
    assert abroad.facts["tax_mode"] == "per_line"
    there = QuickBooksBooks(abroad)
    keeper = simulator.bookkeeper(2)
    rows = query(simulator, "select * from TaxCode", company=2)
    standard = next(row for row in rows if str(row["Name"]).startswith("20.0% S"))
    (account, *_others) = query(
        simulator, "select * from Account where AccountType = 'Income'", company=2
    )
    item = keeper.post(
        "Item",
        {
            "Name": "Consulting abroad",
            "Type": "Service",
            "IncomeAccountRef": {"value": account["Id"]},
        },
    )
    customer = keeper.post("Customer", {"DisplayName": "Abroad Ltd"})
    line = {
        "kind": "item",
        "item_id": item["Id"],
        "quantity": "3",
        "unit_price": "33.33",
        "amount": "99.99",
        "tax_code_id": standard["Id"],
    }
    document = {
        "customer_id": customer["Id"],
        "currency": abroad.home_currency,
        "issued_on": "2026-03-04",
        "tax_mode": "per_line",
        "lines": [line],
        "expected_total": "119.99",
    }
    receipt, expected = create(there, "invoice", document, "abroad-1")
    assert receipt.expectation == expected
    assert receipt.body["tax"] == "20"
    gross = {
        **document,
        "prices_include_tax": True,
        "expected_total": "99.99",
        "lines": [{**line, "tax_code_id": standard["Id"]}],
    }
    receipt, expected = create(there, "invoice", gross, "abroad-2")
    assert receipt.expectation == expected


@pytest.mark.parametrize("form", ["json", "xml"])
def test_when_quickbooks_throttles_nobody_calls_for_a_minute(
    simulator: simulated.Simulator, books: QuickBooksBooks, form: str
) -> None:
    simulator.state.faults.add(Rule("throttle", count=1, format=form))
    with pytest.raises(Retryable) as refusal:
        create(books, "customer", {"name": f"Throttled {form}"}, f"throttled-{form}")
    assert refusal.value.after == timedelta(seconds=60)
    with pytest.raises(Retryable) as closed:
        create(books, "customer", {"name": f"Throttled {form}"}, f"throttled-{form}")
    assert closed.value.after is not None
    assert closed.value.after > timedelta(seconds=50)


def test_an_expired_token_is_renewed_and_the_write_repeated_once(
    simulator: simulated.Simulator, books: QuickBooksBooks
) -> None:
    simulator.state.faults.add(Rule("expire_token", count=1))
    receipt, _ = create(books, "customer", {"name": "After expiry"}, "after-expiry")
    assert receipt.remote_id
    books.connection.refresh_from_db()
    assert books.connection.token_version == 2


def void(books: QuickBooksBooks, receipt: Receipt, key: str) -> Receipt:
    return books.act(
        "void",
        "invoice",
        receipt.remote_id,
        version=receipt.version,
        request_id=key,
        deadline=30,
    )


def an_unpaid_invoice(
    books: QuickBooksBooks, simulator: simulated.Simulator, name: str
) -> Receipt:
    customer, _ = create(books, "customer", {"name": name}, f"customer {name}")
    item = an_item(books, simulator, f"Hours for {name}")
    receipt, _ = create(
        books, "invoice", an_invoice(customer.remote_id, item), f"invoice {name}"
    )
    assert isinstance(receipt, Receipt)
    return receipt


def test_an_action_under_an_expired_token_is_done_once(
    simulator: simulated.Simulator, books: QuickBooksBooks
) -> None:
    made = an_unpaid_invoice(books, simulator, "Voided after expiry")
    simulator.state.faults.add(Rule("expire_token", count=1))
    voided = void(books, made, "void-after-expiry")
    assert voided.body["voided"] is True
    assert voided.marker == MARKER
    assert books.read("invoice", made.remote_id).version == voided.version


def test_an_action_repeated_under_its_request_id_answers_as_before(
    simulator: simulated.Simulator, books: QuickBooksBooks
) -> None:
    made = an_unpaid_invoice(books, simulator, "Voided twice")
    first = void(books, made, "void-twice")
    assert void(books, made, "void-twice").version == first.version
    with pytest.raises(Stale):
        void(books, made, "void-a-third-time")


def test_an_action_that_was_throttled_did_nothing(
    simulator: simulated.Simulator, books: QuickBooksBooks
) -> None:
    made = an_unpaid_invoice(books, simulator, "Never voided")
    simulator.state.faults.add(Rule("throttle", count=1))
    with pytest.raises(Retryable):
        void(books, made, "void-throttled")
    held = simulator.bookkeeper().get("Invoice", made.remote_id)
    assert held["SyncToken"] == made.version


def test_what_never_was_is_gone(books: QuickBooksBooks) -> None:
    for kind in documents.KINDS:
        with pytest.raises(Gone):
            books.read(kind, "987654")
    with pytest.raises(Gone):
        books.pdf("invoice", "987654")


def test_a_grant_revoked_in_the_middle_needs_reconnecting(
    simulator: simulated.Simulator, books: QuickBooksBooks
) -> None:
    realm = books.connection.account
    simulator.call("POST", "/_sim/oauth/revoke", {"realm": realm})
    with pytest.raises(NeedsReconnect):
        create(books, "customer", {"name": "Never made"}, "never-made")
    books.connection.refresh_from_db()
    assert books.connection.state == ConnectionState.RECONNECT
    with pytest.raises(NeedsReconnect):
        create(books, "customer", {"name": "Never made"}, "never-made")


@pytest.mark.parametrize("kind", ["drop_after", "error_after", "truncate"])
def test_an_answer_that_is_lost_is_unclear_and_the_document_can_be_found(
    simulator: simulated.Simulator, books: QuickBooksBooks, kind: str
) -> None:
    name = f"Unclear {kind}"
    simulator.state.faults.add(Rule(kind, count=1, entity="Customer"))
    with pytest.raises(Unclear):
        create(books, "customer", {"name": name}, name)
    expected = Expectation(name=name)
    since = datetime.now(UTC) - timedelta(minutes=10)
    (found,) = books.find(Lookup("customer", MARKER, since, expected)).receipts
    assert found.expectation.name == name


def test_a_call_to_another_company_is_stopped_before_it_leaves(
    simulator: simulated.Simulator, books: QuickBooksBooks
) -> None:
    client = Client(books.connection, now=datetime.now(UTC))
    other = address("999", "companyinfo/999", {})
    with pytest.raises(InvariantBroken):
        client._check(other)
