"""Other rooms are told whom the filters of a sync keep out, and by what."""

from __future__ import annotations

import pytest
from factories import NOW, make_company, make_connection, make_contact, make_workspace
from factories.remote import turned_on
from support.queries import at_most

from counterfoil.connections import qualification
from counterfoil.connections.models import Connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Connection:
    found = make_connection(make_workspace(), name="Harbour books")
    turned_on(found, "contacts", filters=(("last_name", "is", "Field"),))
    return found


def test_who_does_not_meet_the_filters_is_told_them(connection: Connection) -> None:
    dora = make_contact(connection.workspace, first_name="Dora", last_name="Field")
    bo = make_contact(connection.workspace, first_name="Bo", last_name="Berg")
    why_not = qualification.judge(connection, now=NOW)
    assert why_not(dora) == ""
    said = why_not(bo)
    assert said.startswith("Bo Berg does not qualify: customers of Harbour books are")
    assert "Field" in said


def test_another_nouns_filters_keep_nobody_out(connection: Connection) -> None:
    company = make_company(connection.workspace, name="Berg & Sons")
    assert qualification.judge(connection, now=NOW)(company) == ""


def test_filters_that_cannot_be_read_any_more_let_nobody_pass(
    connection: Connection,
) -> None:
    turned_on(connection, "contacts", filters=(("no_such", "is", "1"),))
    dora = make_contact(connection.workspace, first_name="Dora", last_name="Field")
    assert "does not qualify" in qualification.judge(connection, now=NOW)(dora)


def test_the_filters_are_read_once_for_many(connection: Connection) -> None:
    people = [make_contact(connection.workspace) for _each in range(9)]
    with at_most(4):
        why_not = qualification.judge(connection, now=NOW)
        assert all(why_not(each) for each in people)
