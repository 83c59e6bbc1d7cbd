"""What is written here reaches a running QuickBooks company, once, and no further."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import quote

import pytest
from django.test import Client
from factories.records import make_company, make_contact
from support import simulator as simulated
from support.books_there import as_if_imported
from support.worker import run_until_idle

from counterfoil.connections.models import CallCount, Connection, Link, RemoteObject
from counterfoil.connectors.quickbooks.query import quoted, select
from counterfoil.crm import associations
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.posting.models import Intent
from counterfoil.sync.engine.fields import FieldKind, Rule
from counterfoil.sync.engine.settings import Archived, Settings
from counterfoil.sync.incoming import applying
from counterfoil.sync.models import Hint, Issue, Outgoing
from counterfoil.sync.ports import sources
from counterfoil.sync.settings import choices
from qbo_simulator.webhooks.payloads import Event, legacy, sign

pytestmark = pytest.mark.django_db
NUMBERS = itertools.count(1)


@pytest.fixture
def connection(simulator: simulated.Simulator) -> Connection:
    found = as_if_imported(simulator)
    turn_on(found, "contacts", "companies")
    return found


def turn_on(connection: Connection, *names: str, **values: Any) -> None:
    for name in names:
        settings: Settings = replace(
            choices.of(connection, name), enabled=True, **values
        )
        choices.save(connection, settings, by=None, now=datetime.now(UTC))


def work() -> None:
    run_until_idle(datetime.now(UTC))


def called() -> str:
    return f"Lovelace{next(NUMBERS)}"


def edit(record: Any, *, archived: bool | None = None, **values: object) -> None:
    """Somebody here changes a record."""
    write(
        workspace=record.workspace,
        changes=[Change(record.object_type, values, record.pk, archived)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=datetime.now(UTC),
    )


def customer_of(record: Any) -> str:
    link = Link.objects.get(object_type=record.object_type, record_id=record.pk)
    return link.remote_id


def customers(books: simulated.Bookkeeper, name: str) -> list[dict[str, Any]]:
    """Those whose name begins like this."""
    query = quote(select("Customer", f"DisplayName like {quoted(name + '%')}"))
    path = f"/v3/company/{books.realm}/query?query={query}"
    found = books.simulator.call("GET", path, token=books.token)
    return cast("list[dict[str, Any]]", found["QueryResponse"].get("Customer", []))


def calls(connection: Connection) -> tuple[int, int]:
    rows = CallCount.objects.filter(connection=connection)
    return sum(row.reads for row in rows), sum(row.writes for row in rows)


def a_synced_contact(connection: Connection, **values: Any) -> Contact:
    contact = make_contact(
        connection.workspace, first_name="Ada", last_name=called(), **values
    )
    work()
    return contact


def test_a_contact_made_here_becomes_a_customer_once(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    contact = a_synced_contact(connection, phone="555-100", city="Boston")
    [customer] = customers(books, f"Ada {contact.last_name}")
    assert customer["GivenName"] == "Ada"
    assert customer["PrimaryEmailAddr"] == {"Address": contact.email}
    assert customer["PrimaryPhone"] == {"FreeFormNumber": "555-100"}
    assert customer["BillAddr"]["City"] == "Boston"
    assert customer_of(contact) == customer["Id"]
    assert not Outgoing.objects.exists()
    assert not Issue.objects.exists()


def test_a_name_that_only_a_deleted_customer_had_is_used_as_it_is(
    connection: Connection,
    simulator: simulated.Simulator,
    books: simulated.Bookkeeper,
) -> None:
    name = called()
    held = books.post("Customer", {"DisplayName": f"Ada {name}"})
    head = {"Id": held["Id"], "SyncToken": held["SyncToken"], "sparse": True}
    gone = books.post("Customer", {**head, "Active": False})
    assert gone["DisplayName"] == f"Ada {name} (deleted)"
    tell(simulator, connection, books, held["Id"], "Update")
    assert not RemoteObject.objects.get(remote_id=held["Id"]).active
    contact = make_contact(connection.workspace, first_name="Ada", last_name=name)
    work()
    assert customer_of(contact) != held["Id"]
    made = books.get("Customer", customer_of(contact))
    assert made["DisplayName"] == f"Ada {name}"
    assert not Issue.objects.exists()


def test_nothing_more_is_written_once_both_sides_agree(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    contact = a_synced_contact(connection)
    before = calls(connection)
    for _again in range(3):
        edit(contact, job_title=called())
        work()
    assert calls(connection) == before


def test_news_of_what_we_wrote_ourselves_cost_no_call(
    connection: Connection,
    simulator: simulated.Simulator,
    books: simulated.Bookkeeper,
) -> None:
    contact = a_synced_contact(connection, phone="555-100")
    number = customer_of(contact)
    tell(simulator, connection, books, number, "Create")
    edit(contact, phone="555-200")
    work()
    settled = calls(connection)
    tell(simulator, connection, books, number, "Update")
    assert calls(connection) == settled
    assert not Hint.objects.exists()


def tell(
    simulator: simulated.Simulator,
    connection: Connection,
    books: simulated.Bookkeeper,
    number: str,
    operation: str,
) -> None:
    """The webhook that follows a change, and what comes of it."""
    changed = books.get("Customer", number)["MetaData"]["LastUpdatedTime"]
    at = datetime.fromisoformat(changed)
    event = Event(next(NUMBERS), connection.account, "Customer", number, operation, at)
    body = legacy([event])
    signature = sign(simulator.keys["webhook_verifier_token"], body)
    answer = Client().post(
        "/connect/quickbooks/hook",
        data=body,
        content_type="application/json",
        headers={"intuit-signature": signature},
    )
    assert answer.status_code == 200
    work()


def test_an_edit_here_changes_only_that_field_there(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    contact = a_synced_contact(connection, phone="555-100", city="Boston")
    number = customer_of(contact)
    before = books.get("Customer", number)
    reads, writes = calls(connection)
    edit(contact, phone="555-200")
    work()
    after = books.get("Customer", number)
    moved = {name for name in after if after[name] != before.get(name)}
    assert moved - {"MetaData"} == {"PrimaryPhone", "SyncToken"}
    assert after["PrimaryPhone"] == {"FreeFormNumber": "555-200"}
    assert calls(connection) == (reads, writes + 1)
    link = Link.objects.get(object_type="contact", record_id=contact.pk)
    assert link.pushed_at is not None
    assert link.base_remote["phone"] == "555-200"
    assert link.version == after["SyncToken"]


def test_a_bookkeepers_edit_of_another_field_survives(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    contact = a_synced_contact(connection, phone="555-100", city="Boston")
    number = customer_of(contact)
    held = books.get("Customer", number)
    head = {"Id": number, "SyncToken": held["SyncToken"], "sparse": True}
    books.post("Customer", {**head, "GivenName": "Augusta", "Title": "Lady"})
    edit(contact, phone="555-200")
    work()
    after = books.get("Customer", number)
    assert (after["GivenName"], after["Title"]) == ("Augusta", "Lady")
    assert after["PrimaryPhone"] == {"FreeFormNumber": "555-200"}
    contact.refresh_from_db()
    assert (contact.first_name, contact.phone) == ("Augusta", "555-200")
    settled = calls(connection)
    work()
    assert calls(connection) == settled


def test_a_name_that_a_vendor_has_gets_a_number(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    name = called()
    books.post("Vendor", {"DisplayName": f"Ada {name}"})
    contact = make_contact(connection.workspace, first_name="Ada", last_name=name)
    work()
    customer = books.get("Customer", customer_of(contact))
    assert customer["DisplayName"] == f"Ada {name} (2)"
    assert (customer["GivenName"], customer["FamilyName"]) == ("Ada", name)
    assert not Issue.objects.exists()
    assert Intent.objects.get(record_id=contact.pk, object_type="contact").generation


def test_a_company_is_one_customer_with_its_person(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    name = called()
    company = make_company(connection.workspace, name=name, phone="555-1")
    first = make_contact(connection.workspace, first_name="Ada", last_name="King")
    second = make_contact(connection.workspace, first_name="Bo", last_name="Lord")
    for each in (first, second):
        associations.associate(
            workspace=connection.workspace,
            left=Ref.of(company),
            right=Ref.of(each),
            now=datetime.now(UTC),
        )
    work()
    [customer] = customers(books, name)
    assert (customer["CompanyName"], customer["GivenName"]) == (name, "Ada")
    assert customer["PrimaryEmailAddr"] == {"Address": first.email}
    assert customer_of(company) == customer_of(first) == customer["Id"]
    assert not Link.objects.filter(object_type="contact", record_id=second.pk).exists()
    assert customers(books, "Bo Lord") == []
    edit(first, email="ada.king@example.com")
    edit(company, phone="555-2")
    work()
    after = books.get("Customer", customer["Id"])
    assert after["PrimaryEmailAddr"] == {"Address": "ada.king@example.com"}
    assert after["PrimaryPhone"] == {"FreeFormNumber": "555-2"}


def test_a_person_of_two_companies_is_the_person_of_one_customer(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    name = called()
    person = make_contact(connection.workspace, first_name="Ada", last_name=name)
    both = [make_company(connection.workspace, name=f"{name} {i}") for i in "AB"]
    for each in both:
        associations.associate(
            workspace=connection.workspace,
            left=Ref.of(each),
            right=Ref.of(person),
            now=datetime.now(UTC),
        )
    work()
    found = sorted(
        customers(books, f"{name} "), key=lambda each: str(each["DisplayName"])
    )
    assert [each.get("GivenName", "") for each in found] == ["Ada", ""]
    assert [customer_of(each) for each in both] == [each["Id"] for each in found]
    assert customer_of(person) == found[0]["Id"]
    source = sources[connection.service]
    for each in found:  # read anew, neither is somebody else
        [seen] = source.fetch(
            connection, "customers", [each["Id"]], now=datetime.now(UTC)
        )
        applying.apply(connection, "customers", [seen], now=datetime.now(UTC))
    work()
    assert Contact.objects.get(last_name=name) == person


def test_a_contact_that_is_there_already_is_linked_and_not_doubled(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    name = called()
    email = f"{name}@example.com".lower()
    made = books.post(
        "Customer",
        {
            "DisplayName": f"Ada {name}",
            "GivenName": "Ada",
            "FamilyName": name,
            "PrimaryEmailAddr": {"Address": email},
        },
    )
    Connection.objects.filter(pk=connection.pk).update(next_poll_at=None)
    turn_on(connection, "contacts", incoming="update")
    work()
    assert RemoteObject.objects.filter(remote_id=made["Id"]).exists()
    contact = make_contact(
        connection.workspace,
        first_name="Ada",
        last_name=name,
        email=email,
        phone="555-9",
    )
    work()
    assert customer_of(contact) == made["Id"]
    assert len(customers(books, f"Ada {name}")) == 1
    after = books.get("Customer", made["Id"])
    assert after["PrimaryPhone"] == {"FreeFormNumber": "555-9"}


def test_a_new_note_keeps_the_mark_by_which_the_customer_is_known(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    chosen = choices.of(connection, "contacts")
    rule = Rule("job_title", "notes", FieldKind.LONG_TEXT)
    turn_on(connection, "contacts", rules=(*chosen.rules, rule))
    contact = a_synced_contact(connection, job_title="Countess")
    mark, _break, note = books.get("Customer", customer_of(contact))["Notes"].partition(
        "\n"
    )
    assert note == "Countess"
    edit(contact, job_title="Programmer")
    work()
    after = books.get("Customer", customer_of(contact))
    assert after["Notes"] == f"{mark}\nProgrammer"
    contact.refresh_from_db()
    assert contact.job_title == "Programmer"


def test_what_is_archived_here_becomes_inactive_there_and_active_again(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    turn_on(connection, "contacts", on_archived=Archived.DEACTIVATE)
    contact = a_synced_contact(connection)
    number = customer_of(contact)
    edit(contact, archived=True)
    work()
    assert books.get("Customer", number)["Active"] is False
    edit(contact, archived=False)
    work()
    after = books.get("Customer", number)
    assert after["Active"] is True
    assert after["DisplayName"] == f"Ada {contact.last_name}"
    settled = calls(connection)
    work()
    assert calls(connection) == settled


@pytest.mark.parametrize("entity", ["Customer", "Vendor", "Employee"])
def test_a_company_comes_back_under_the_next_name_where_its_own_was_taken(
    connection: Connection, books: simulated.Bookkeeper, entity: str
) -> None:
    turn_on(connection, "companies", on_archived=Archived.DEACTIVATE)
    company = make_company(connection.workspace, name=called())
    work()
    number = customer_of(company)
    edit(company, archived=True)
    work()
    assert books.get("Customer", number)["Active"] is False
    books.post(entity, {"DisplayName": company.name, "FamilyName": "Rival"})
    edit(company, archived=False)
    work()
    after = books.get("Customer", number)
    assert (after["Active"], after["DisplayName"]) == (True, f"{company.name} (2)")
    company.refresh_from_db()
    assert company.name == after["DisplayName"].removesuffix(" (2)")
    assert not Issue.objects.exists()
    settled = calls(connection)
    work()
    assert calls(connection) == settled


def test_what_is_archived_here_stays_there_where_the_settings_say_so(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    contact = a_synced_contact(connection)
    edit(contact, archived=True)
    work()
    assert books.get("Customer", customer_of(contact))["Active"] is True
