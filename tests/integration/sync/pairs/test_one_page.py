"""What comes in one page ends as it would have, had it come one after the other."""

from __future__ import annotations

import itertools

import pytest
from support.pairs import NOW, again, customer, gone, link_of, merged, read, turn_on

from counterfoil.connections.models import Connection, Link
from counterfoil.crm.models import Association, Contact
from counterfoil.sync.engine.settings import Gone
from counterfoil.sync.incoming import applying
from counterfoil.sync.models import Issue, Review
from counterfoil.sync.ports import Observed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("is_deleted", [False, True])
def test_whoever_takes_the_place_of_one_that_is_gone_takes_its_record_too(
    connection: Connection,
    order: tuple[int, int],
    is_deleted: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    turn_on(connection, "contacts", on_gone=Gone.UNLINK)
    old = customer("1", given_name="Kate", email="kate@whelan.test")
    read(connection, old)
    held = Contact.objects.get()
    left = gone(old) if is_deleted else again(old, active=False)
    new = customer("2", given_name="Kate", email="kate@whelan.test")

    read(connection, *[(left, new)[each] for each in order])

    assert [each.pk for each in Contact.objects.all()] == [held.pk]
    assert link_of(held).remote_id == "2"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_merge_and_edits_of_both_in_one_page_end_with_the_survivor(
    connection: Connection, order: tuple[int, ...]
) -> None:
    turn_on(connection, "contacts")
    ann = customer("1", given_name="Ann", email="ann@x.test")
    bea = customer("2", given_name="Bea", email="bea@x.test")
    applying.apply(connection, "customers", [ann], now=NOW)
    edited = again(ann, given_name="Anna")
    news: list[Observed] = [edited, merged(edited, bea), bea]

    applying.apply(connection, "customers", [news[each] for each in order], now=NOW)

    contact = Contact.objects.get()
    assert (contact.first_name, contact.archived_at) == ("Bea", None)
    assert link_of(contact).remote_id == "2"
    assert not Issue.objects.exists()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_family_in_one_page_is_tied_in_whatever_order(
    connection: Connection, order: tuple[int, ...]
) -> None:
    turn_on(connection, "contacts")
    news = [
        customer("1", given_name="Ann"),
        customer("2", given_name="Bea", parent_id="1", level=1),
        customer("3", given_name="Cat", parent_id="2", level=2),
    ]
    applying.apply(connection, "customers", [news[each] for each in order], now=NOW)

    names = dict(Contact.objects.values_list("pk", "first_name"))
    ties = Association.objects.filter(label="parent").values_list("from_id", "to_id")
    assert sorted((names[a], names[b]) for a, b in ties) == [
        ("Bea", "Ann"),
        ("Cat", "Bea"),
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_of_one_customer_several_times_in_a_page_the_newest_counts(
    connection: Connection, order: tuple[int, ...]
) -> None:
    turn_on(connection, "contacts")
    first = customer("1", given_name="Ann")
    second = again(first, given_name="Anna")
    news = [first, second, again(second, given_name="Annabel")]

    applying.apply(connection, "customers", [news[each] for each in order], now=NOW)

    assert Contact.objects.get().first_name == "Annabel"
    assert Link.objects.count() == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_who_is_made_and_deleted_in_one_page_becomes_nobody(
    connection: Connection, order: tuple[int, int]
) -> None:
    turn_on(connection, "contacts")
    ann = customer("1", given_name="Ann")
    news = [ann, gone(ann)]

    applying.apply(connection, "customers", [news[each] for each in order], now=NOW)

    assert not Contact.objects.exists()
    assert not Review.objects.exists()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_that_became_one_in_one_page_are_one_record_of_the_survivor(
    connection: Connection, order: tuple[int, int]
) -> None:
    turn_on(connection, "contacts")
    ann = customer("1", given_name="Ann", email="ann@x.test")
    bea = customer("2", given_name="Bea", email="bea@x.test")
    cat = customer("3", given_name="Cat", email="cat@x.test")
    read(connection, ann, bea)
    news = [merged(ann, cat), merged(bea, cat)]

    applying.apply(
        connection, "customers", [cat, *(news[each] for each in order)], now=NOW
    )

    left = Contact.objects.get(archived_at=None)
    assert (left.first_name, link_of(left).remote_id) == ("Cat", "3")
    assert Contact.objects.count() == 2
    assert Link.objects.count() == 1


def test_a_record_that_is_let_go_is_asked_about_where_two_take_the_place(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts", on_gone=Gone.UNLINK)
    old = customer("1", given_name="Kate", email="kate@whelan.test")
    read(connection, old)
    held = Contact.objects.get()
    new = [
        customer(each, given_name="Kate", email="kate@whelan.test")
        for each in ("2", "3")
    ]

    read(connection, new[0], gone(old), new[1])

    assert Contact.objects.get() == held
    assert not Link.objects.exists()
    asked = Review.objects.order_by("remote_id")
    assert [each.remote_id for each in asked] == ["2", "3"]
    assert {one["id"] for each in asked for one in each.candidates} == {held.pk}
