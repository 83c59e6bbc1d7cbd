"""A company exported and imported: the same bytes, or a sentence and nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from qbo_simulator.api.attachments import Attachments
from qbo_simulator.company import Company
from qbo_simulator.scaling.growing import Wanted, grow
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.export import NotImportableError, lines_of, take_in
from qbo_simulator.storage.store import Store
from qbo_simulator.webhooks.log import WebhookLog


@pytest.fixture
def lived(tmp_path: Path, now: datetime) -> Iterator[Company]:
    """A company with some months of business, one deletion and one void in it."""
    store = Store(tmp_path / "lived.sqlite3")
    Attachments(store)
    company = seed(store, now=now)[0]
    grow(company, Wanted(customers=5, items=5, invoices=10), now=now)
    payment = company.query("select * from Payment maxresults 1")["Payment"][0]
    company.delete("Payment", payment, now=now)
    store.connection.execute(
        "INSERT INTO attachment VALUES (?, 1, 'k', 'a.png', 'image/png', ?)",
        (company.realm, b"\x00\xff\x10"),
    )
    company.create(
        "Vendor", {"DisplayName": "Ünïcode {realm} 'quoted'\n"[:-1]}, now=now
    )
    yield company
    store.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "fresh.sqlite3")
    Attachments(store)
    yield store
    store.close()


def test_what_is_imported_is_exported_again_to_the_byte(
    lived: Company, fresh: Store
) -> None:
    lines = list(lines_of(lived.store, lived.realm))
    assert take_in(fresh, lines) == lived.realm
    assert list(lines_of(fresh, lived.realm)) == lines
    there = Company(fresh, lived.realm)
    assert there.trial_balance() == lived.trial_balance()
    for entity in ("Customer", "Invoice", "Payment", "Account", "Preferences"):
        statement = f"select * from {entity} maxresults 1000"  # noqa: S608  names of the tests
        assert there.query_bytes(statement) == lived.query_bytes(statement)
        kinds = [entity]
        since = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
        if lived.kind(entity).in_change_feed:
            assert there.changes_bytes(kinds, since) == lived.changes_bytes(
                kinds, since
            )


def test_the_next_write_goes_on_where_the_company_stopped(
    lived: Company, fresh: Store, now: datetime
) -> None:
    take_in(fresh, lines_of(lived.store, lived.realm))
    body = {
        "CustomerRef": {"value": "1"},
        "Line": [
            {
                "Amount": 5,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {},
            }
        ],
    }
    later = now + timedelta(days=1)
    made = Company(fresh, lived.realm).create("Invoice", body, now=later)
    assert made == lived.create("Invoice", body, now=later)


def test_it_may_become_another_company_in_the_same_file(lived: Company) -> None:
    lived.store.connection.execute("DELETE FROM attachment")
    lines = list(lines_of(lived.store, lived.realm))
    assert take_in(lived.store, lines, realm="123") == "123"
    assert lived.store.realms()[-1] == "123"
    copy = Company(lived.store, "123")
    assert copy.trial_balance() == lived.trial_balance()
    assert lived.store.setting("doc_number:123", "") == lived.store.setting(
        f"doc_number:{lived.realm}", "?"
    )


def test_no_webhook_tells_of_what_was_imported(lived: Company, fresh: Store) -> None:
    take_in(fresh, lines_of(lived.store, lived.realm))
    WebhookLog(fresh).set_manner(url="http://127.0.0.1:1/")
    cursor = int(fresh.setting("webhook_cursor", "0"))
    row = fresh.connection.execute("SELECT max(seq) FROM change").fetchone()
    assert cursor == row[0] > 0


def broken(lines: list[bytes], how: str) -> list[bytes]:
    head: dict[str, Any] = json.loads(lines[0])
    row = 1 + next(n for n, line in enumerate(lines) if b'"table":"entity"' in line)
    ways: dict[str, list[bytes]] = {
        "nothing": [],
        "no JSON": [b"hello\n"],
        "another format": [b'{"format":"other"}\n', *lines[1:]],
        "another version": [json.dumps({**head, "version": 9}).encode(), *lines[1:]],
        "other tables": [json.dumps({**head, "tables": 1}).encode(), *lines[1:]],
        "a name for an id": [json.dumps({**head, "realm": "x"}).encode(), *lines[1:]],
        "cut off": lines[:-20],
        "a row less": [*lines[:row], *lines[row + 1 :]],
        "a row twice": [*lines[: row + 1], lines[row], *lines[row + 1 :]],
        "a wide row": [*lines[:row], b"[1]\n", *lines[row + 1 :]],
        "a strange value": [
            *lines[:row],
            lines[row].replace(b"[", b'[{"x":1},', 1).replace(b",null", b"", 1),
            *lines[row + 1 :],
        ],
        "a strange table": [lines[0], b'{"table":"x","columns":["a"]}\n', *lines[1:]],
        "other columns": [lines[0], b'{"table":"mail","columns":["a"]}\n', *lines[1:]],
        "half a line": [*lines[:5], lines[5][:7]],
        "no letters": [lines[0], b"\xff\xfe\n"],
    }
    return ways[how]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("nothing", "breaks off after line 0"),
        ("no JSON", "Line 1 of the file is not JSON"),
        ("another format", "not an exported company"),
        ("another version", "another version of the simulator"),
        ("other tables", "another version of the simulator"),
        ("a name for an id", "A company id is a number"),
        ("cut off", "breaks off"),
        ("a row less", "export it again"),
        ("a row twice", "does not fit into the books"),
        ("a wide row", "neither a row nor a table"),
        ("a strange value", "of the file"),
        ("a strange table", "names a table x"),
        ("other columns", "names a table mail"),
        ("half a line", "not JSON"),
        ("no letters", "not JSON"),
    ],
)
def test_a_broken_file_is_refused_with_a_sentence_and_leaves_nothing(
    lived: Company, fresh: Store, how: str, said: str
) -> None:
    lines = list(lines_of(lived.store, lived.realm))
    with pytest.raises(NotImportableError, match=said):
        take_in(fresh, broken(lines, how))
    db = fresh.connection
    for table in ("company", "entity", "posting", "setting", "sequence"):
        assert db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] == 0  # noqa: S608


def test_a_company_that_is_there_is_not_replaced(lived: Company) -> None:
    with pytest.raises(NotImportableError, match=r"There is a company \d+ already"):
        take_in(lived.store, lines_of(lived.store, lived.realm))


def test_there_is_no_export_of_nobody(lived: Company) -> None:
    with pytest.raises(KeyError):
        next(iter(lines_of(lived.store, "5")))


def test_an_export_that_is_left_half_read_stops_nobody(
    lived: Company,
    now: datetime,
) -> None:
    lines = lines_of(lived.store, lived.realm)
    with ThreadPoolExecutor(1) as first:
        first.submit(next, lines).result()
    with ThreadPoolExecutor(1) as second:
        second.submit(next, lines).result()
        created = second.submit(
            lived.create, "Customer", {"DisplayName": "Ada"}, now=now
        )
        assert created.result(timeout=60)["DisplayName"] == "Ada"
    assert not any(b'"Ada"' in line for line in lines)
