"""Writes stand or fall whole, also where SQLite gives a transaction up by itself."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

import pytest

from qbo_simulator.storage.store import BrokenOffError, Store


def kept(store: Store) -> list[str]:
    with store.read() as db:
        rows = db.execute("SELECT key FROM setting WHERE key LIKE 'test%'").fetchall()
    return [row[0] for row in rows]


def fill_the_disk(store: Store) -> None:
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages}")


def empty_the_disk(store: Store) -> None:
    store.connection.execute("PRAGMA max_page_count = 1000000")


def write_much(store: Store) -> None:
    with store.write():
        store.set_setting("test 1", "a")
        store.set_setting("test 2", "x" * 100_000)


def write_on_regardless(store: Store) -> None:
    with store.write():
        store.set_setting("test 1", "a")
        with suppress(sqlite3.OperationalError):
            store.set_setting("test 2", "x" * 100_000)
        with suppress(BrokenOffError):
            store.set_setting("test 3", "b")


def fail(store: Store) -> None:
    with store.write():
        store.set_setting("test 2", "b")
        raise ZeroDivisionError


def refer_to_nobody(store: Store) -> None:
    with store.write() as db:
        store.set_setting("test 1", "a")
        db.execute("INSERT INTO part VALUES ('nobody')")


def test_a_full_disk_undoes_the_whole_write_and_the_next_one_works(
    books_store: Store,
) -> None:
    fill_the_disk(books_store)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        write_much(books_store)
    assert kept(books_store) == []
    empty_the_disk(books_store)
    write_much(books_store)
    assert kept(books_store) == ["test 1", "test 2"]


def test_what_follows_a_full_disk_in_the_same_write_is_not_kept_either(
    books_store: Store,
) -> None:
    fill_the_disk(books_store)
    with pytest.raises(BrokenOffError):
        write_on_regardless(books_store)
    assert kept(books_store) == []


def test_an_inner_write_that_fails_leaves_the_outer_one(books_store: Store) -> None:
    with books_store.write():
        books_store.set_setting("test 1", "a")
        with pytest.raises(ZeroDivisionError):
            fail(books_store)
        books_store.set_setting("test 3", "c")
    assert kept(books_store) == ["test 1", "test 3"]


def test_a_commit_that_fails_is_undone_and_the_next_write_works(
    books_store: Store,
) -> None:
    books_store.define(
        "CREATE TABLE part (owner TEXT REFERENCES setting (key) "
        "DEFERRABLE INITIALLY DEFERRED)"
    )
    books_store.connection.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(sqlite3.IntegrityError):
        refer_to_nobody(books_store)
    books_store.set_setting("test 2", "b")
    assert kept(books_store) == ["test 2"]
