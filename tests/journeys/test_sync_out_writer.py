"""Sparse updates in a running QuickBooks company: what is sent changes, nothing else."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from factories.people import make_workspace
from support import simulator as simulated

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.core.errors import Gone, Rejected, Stale
from counterfoil.sync import reference
from counterfoil.sync.ports import Observed, sources, writers

pytestmark = pytest.mark.django_db
NUMBERS = itertools.count(1)
FULL = {
    "GivenName": "Ada",
    "FamilyName": "King",
    "CompanyName": "Engines",
    "PrimaryPhone": {"FreeFormNumber": "555-1"},
    "Mobile": {"FreeFormNumber": "555-2"},
    "PrimaryEmailAddr": {"Address": "ada@example.com"},
    "WebAddr": {"URI": "https://ada.example"},
    "BillAddr": {"Line1": "1 Main St", "City": "Boston", "PostalCode": "02110"},
    "Notes": "[#0123456789ABCDEF]\nPays late",
}


@pytest.fixture
def connection(simulator: simulated.Simulator) -> Connection:
    return simulated.connect(simulator, make_workspace(), now=datetime.now(UTC))


def made(
    connection: Connection, books: simulated.Bookkeeper, **more: object
) -> Observed:
    """A customer with every field, as the mirror holds it."""
    name = f"Ada King {next(NUMBERS)}"
    number = str(books.post("Customer", {"DisplayName": name, **FULL, **more})["Id"])
    return seen(connection, number)


def seen(connection: Connection, number: str, stream: str = "customers") -> Observed:
    now = datetime.now(UTC)
    source = sources[connection.service]
    [observed] = source.fetch(connection, stream, [number], now=now)
    reference.keep(connection, stream, [observed], now=now)
    return observed


def update(connection: Connection, held: Observed, **values: object) -> Observed:
    return writers[connection.service].update(
        connection,
        held.stream,
        held.remote_id,
        version=held.version,
        values={name.replace("__", "."): value for name, value in values.items()},
        now=datetime.now(UTC),
    )


def differences(before: Observed, after: Observed) -> dict[str, object]:
    return {
        name: after.content[name]
        for name in after.content
        if after.content[name] != before.content.get(name)
    }


def test_only_the_field_that_changes_is_touched(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    held = made(connection, books)
    after = update(connection, held, phone="555-9")
    assert differences(held, after) == {"phone": "555-9"}
    assert int(after.version) == int(held.version) + 1
    assert seen(connection, held.remote_id).content == after.content


def test_a_part_of_an_address_leaves_the_other_parts(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    held = made(connection, books)
    after = update(connection, held, bill_address__city="Salem")
    address: Any = held.content["bill_address"]
    assert after.content["bill_address"] == {**address, "city": "Salem"}


def test_new_notes_keep_the_marker_and_emptied_ones_too(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    held = made(connection, books)
    after = update(connection, held, notes="Pays at once")
    raw = books.get("Customer", held.remote_id)
    assert raw["Notes"] == "[#0123456789ABCDEF]\nPays at once"
    assert after.content["notes"] == "Pays at once"
    after = seen(connection, held.remote_id)
    after = update(connection, after, notes="")
    assert books.get("Customer", held.remote_id)["Notes"] == "[#0123456789ABCDEF]"
    assert after.content["notes"] == ""


@pytest.mark.parametrize(
    ("field", "empty"),
    [
        ("phone", ""),
        ("mobile", None),
        ("email", ""),
        ("website", ""),
        ("company_name", ""),
        ("family_name", ""),
        ("bill_address", {}),
    ],
)
def test_a_field_can_be_emptied(
    connection: Connection, books: simulated.Bookkeeper, field: str, empty: object
) -> None:
    held = made(connection, books)
    after = update(connection, held, **{field: empty})
    left: Any = after.content[field]
    assert not (any(left.values()) if isinstance(left, dict) else left)
    assert set(differences(held, after)) <= {field, "print_name"}


def test_a_newer_version_there_is_never_overwritten(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    held = made(connection, books)
    head = {"Id": held.remote_id, "SyncToken": held.version, "sparse": True}
    books.post("Customer", {**head, "CompanyName": "Difference Engines"})
    with pytest.raises(Stale):
        update(connection, held, phone="555-9")
    assert books.get("Customer", held.remote_id)["PrimaryPhone"] == {
        "FreeFormNumber": "555-1"
    }


def test_the_mirror_must_be_of_the_version_that_is_changed(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    held = made(connection, books)
    RemoteObject.objects.filter(connection=connection).update(version="77")
    with pytest.raises(Stale):
        update(connection, held, bill_address__city="Salem")


def test_a_vendors_name_is_refused_and_says_whose_it_is(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    vendor = f"Quarry {next(NUMBERS)}"
    number = books.post("Vendor", {"DisplayName": vendor})["Id"]
    seen(connection, str(number), "vendors")
    held = made(connection, books)
    with pytest.raises(Rejected, match=f"vendor in QuickBooks is already .*{vendor}"):
        update(connection, held, display_name=vendor)


def test_a_customer_that_never_was_is_gone(connection: Connection) -> None:
    with pytest.raises(Gone):
        update(connection, Observed("customers", "999999", version="0"), phone="5")


def test_a_customer_is_made_inactive_and_active_again_under_its_name(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    held = made(connection, books)
    writer = writers[connection.service]
    for is_active in (False, True):
        held = writer.set_active(
            connection,
            "customers",
            held.remote_id,
            version=held.version,
            active=is_active,
            now=datetime.now(UTC),
        )
        assert held.active is is_active
        assert "(deleted)" not in str(held.content["display_name"])
    assert seen(connection, held.remote_id).content == held.content


def test_a_name_that_was_taken_meanwhile_is_told_and_another_brings_it_back(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    held, writer = made(connection, books), writers[connection.service]
    name, now = str(held.content["display_name"]), datetime.now(UTC)
    about = (connection, "customers", held.remote_id)
    gone = writer.set_active(*about, version=held.version, active=False, now=now)
    vendor = books.post("Vendor", {"DisplayName": name})
    seen(connection, str(vendor["Id"]), "vendors")
    seen(connection, held.remote_id)
    with pytest.raises(Rejected, match=f"vendor in QuickBooks is already .*{name}"):
        writer.set_active(*about, version=gone.version, active=True, now=now)
    back = writer.restore(*about, version=gone.version, name=f"{name} (2)", now=now)
    assert back.active
    assert back.content["display_name"] == f"{name} (2)"
    assert seen(connection, held.remote_id).content == back.content


def test_an_item_is_changed_field_by_field(
    connection: Connection, books: simulated.Bookkeeper
) -> None:
    number = next(NUMBERS)
    item = {
        "Name": f"Gear {number}",
        "Type": "Service",
        "Sku": "G-1",
        "Description": "A gear",
        "UnitPrice": 12.5,
        "IncomeAccountRef": {"value": an_income_account(books)},
    }
    held = seen(connection, str(books.post("Item", item)["Id"]), "items")
    after = update(connection, held, unit_price="19.99", description="")
    assert differences(held, after) == {"unit_price": "19.99", "description": ""}


def an_income_account(books: simulated.Bookkeeper) -> str:
    path = f"/v3/company/{books.realm}/query?query=select%20*%20from%20Account"
    rows = books.simulator.call("GET", path, token=books.token)["QueryResponse"]
    return next(
        str(row["Id"]) for row in rows["Account"] if row["AccountType"] == "Income"
    )
