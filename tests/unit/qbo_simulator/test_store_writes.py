"""Writes stand or fall whole, also where SQLite gives a transaction up by itself."""

from __future__ import annotations

import sqlite3

import pytest

from qbo_simulator.store import BrokenOffError, Store


def kept(store: Store) -> list[str]:
    with store.read() as db:
        rows = db.execute("SELECT key FROM setting WHERE key LIKE 'test%'").fetchall()
    return [row[0] for row in rows]


def fill_the_disk(store: Store) -> None:
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages}")


def empty_the_disk(store: Store) -> None:
    store.connection.execute("PRAGMA max_page_count = 1000000")


def test_a_full_disk_undoes_the_whole_write_and_the_next_one_works(
    books_store: Store,
) -> None:
    fill_the_disk(books_store)
    with pytest.raises(sqlite3.OperationalError, match="full"), books_store.write():
        books_store.set_setting("test 1", "a")
        books_store.set_setting("test 2", "x" * 100_000)
    assert kept(books_store) == []
    empty_the_disk(books_store)
    books_store.set_setting("test 3", "x" * 100_000)
    assert kept(books_store) == ["test 3"]


def test_what_follows_a_full_disk_in_the_same_write_is_not_kept_either(
    books_store: Store,
) -> None:
    fill_the_disk(books_store)
    with pytest.raises(BrokenOffError), books_store.write():
        books_store.set_setting("test 1", "a")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            books_store.set_setting("test 2", "x" * 100_000)
        with pytest.raises(BrokenOffError):
            books_store.set_setting("test 3", "b")
    assert kept(books_store) == []


def test_an_inner_write_that_fails_leaves_the_outer_one(books_store: Store) -> None:
    with books_store.write():
        books_store.set_setting("test 1", "a")
        with pytest.raises(ZeroDivisionError), books_store.write():
            books_store.set_setting("test 2", "b")
            _ = 1 / 0
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
    with pytest.raises(sqlite3.IntegrityError), books_store.write() as db:
        books_store.set_setting("test 1", "a")
        db.execute("INSERT INTO part VALUES ('nobody')")
    books_store.set_setting("test 2", "b")
    assert kept(books_store) == ["test 2"]
