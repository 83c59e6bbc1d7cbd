"""Who is recognised as whom, by what, and what is asked instead of guessed."""

from __future__ import annotations

import pytest
from factories import (
    make_company,
    make_contact,
    make_product,
    make_workspace,
)
from support.pairs import NOW, again, customer, item, link_of, read, turn_on

from counterfoil.connections import links
from counterfoil.connections.models import Connection, Link
from counterfoil.crm.models import Company, Contact, Product
from counterfoil.crm.refs import Ref
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.engine.verdict import Reason
from counterfoil.sync.models import Conflict, Outgoing, Review

pytestmark = pytest.mark.django_db


def kate(connection: Connection, **values: str) -> Contact:
    given = {"first_name": "Kate", "last_name": "Whelan", "email": "", "phone": ""}
    return make_contact(connection.workspace, **{**given, **values})


def test_a_contact_is_recognised_by_its_email_in_any_case(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    held = kate(connection, email="Kate@Example.com")

    tally = read(connection, customer("5", given_name="Kate", email="KATE@example.com"))

    assert (link_of(held).remote_id, link_of(held).reason) == ("5", "email")
    assert (tally.linked, tally.created) == (1, 0)


def test_a_contact_is_recognised_by_the_first_of_a_customers_addresses(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    held = kate(connection, email="kate@example.com")

    read(
        connection,
        customer(given_name="K.", email="Kate@example.com, office@example.com"),
    )

    assert link_of(held).reason == "email"
    assert Contact.objects.count() == 1


def test_a_contact_is_recognised_by_its_name_however_it_is_spaced(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    held = kate(connection)

    read(connection, customer(display_name="KATE  Whelan", given_name="Kate"))

    assert link_of(held).reason == "name"


def test_a_contact_is_recognised_by_its_phone_where_that_is_chosen(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts", match_by=(MatchKey.PHONE,))
    held = kate(connection, phone="+1 650 555-3311")

    read(connection, customer(given_name="Katherine", phone="(650) 555 3311"))

    assert link_of(held).reason == "phone"


def test_a_product_is_recognised_by_its_sku_before_its_name(
    connection: Connection,
) -> None:
    turn_on(connection, "products")
    by_sku = make_product(connection.workspace, name="Cake", sku="c-1")
    make_product(connection.workspace, name="Wedding cake", sku="C-2")

    read(connection, item(name="Wedding cake", sku="C-1"))

    assert link_of(by_sku).reason == "sku"
    assert Product.objects.count() == 2


def test_what_is_known_on_one_side_only_fills_the_other(connection: Connection) -> None:
    turn_on(connection, "contacts")
    held = kate(connection, email="kate@example.com", phone="(650) 555-1111")

    tally = read(
        connection,
        customer(
            given_name="Kate",
            family_name="Whelan",
            email="kate@example.com",
            website="https://kate.example",
        ),
    )

    held.refresh_from_db()
    assert held.website == "https://kate.example"
    assert Outgoing.objects.get().record_id == held.pk  # the phone goes there
    assert "phone" not in link_of(held).base_local
    assert link_of(held).base_local["first_name"] == "Kate"
    assert tally.updated == 1


def test_two_different_values_at_the_first_meeting_are_a_conflict(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    held = kate(connection, email="kate@example.com")

    tally = read(
        connection,
        customer(given_name="Cathy", family_name="Whelan", email="kate@example.com"),
    )

    held.refresh_from_db()
    assert held.first_name == "Kate"
    [conflict] = Conflict.objects.all()
    assert (conflict.local_value, conflict.remote_value) == ("Kate", "Cathy")
    assert tally.conflicts == 1


def test_several_candidates_are_asked_about_and_nobody_is_guessed(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    first = kate(connection, email="office@example.com")
    second = kate(connection, last_name="Smith", email="office@example.com")

    tally = read(connection, customer("9", given_name="Bo", email="office@example.com"))

    [review] = Review.objects.all()
    assert (review.side, review.remote_id, review.title) == ("in", "9", "Bo")
    assert [(each["id"], each["by"]) for each in review.candidates] == [
        (first.pk, "email"),
        (second.pk, "email"),
    ]
    assert review.candidates[0]["detail"] == "office@example.com"
    assert tally.reviewed == 1
    assert Contact.objects.count() == 2
    assert not Link.objects.exists()


def test_of_several_with_one_email_the_name_singles_one_out(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    held = kate(connection, email="office@example.com")
    kate(connection, last_name="Smith", email="office@example.com")

    read(
        connection,
        customer(given_name="Kate", family_name="Whelan", email="office@example.com"),
    )

    assert link_of(held).reason == "email"


def test_a_question_is_taken_back_when_the_answer_is_plain(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    kate(connection, email="office@example.com")
    kate(connection, last_name="Smith", email="office@example.com")
    bo = customer(given_name="Bo", email="office@example.com")
    read(connection, bo)

    read(connection, again(bo, email="bo@example.com"))

    assert not Review.objects.exists()
    assert Contact.objects.filter(first_name="Bo").exists()


def test_a_record_that_is_another_customer_already_is_not_taken(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    held = kate(connection, email="kate@example.com")
    read(connection, customer("1", given_name="Kate", email="kate@example.com"))

    read(connection, customer("2", given_name="Bo", email="kate@example.com"))

    assert link_of(held).remote_id == "1"
    assert Contact.objects.count() == 2


def test_of_a_customer_and_one_below_it_the_upper_one_is_the_record(
    connection: Connection,
) -> None:
    turn_on(connection, "companies")
    held = make_company(connection.workspace, name="Freeman", email="f@example.com")

    read(
        connection,
        customer(
            "2", display_name="Lane", email="f@example.com", level=1, parent_id="1"
        ),
        customer("1", display_name="Freeman Ltd", email="f@example.com"),
    )

    assert link_of(held).remote_id == "1"
    assert Company.objects.filter(name="Lane").exists()


def test_two_customers_that_claim_one_record_are_asked_about(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    held = kate(connection, email="kate@example.com")

    tally = read(
        connection,
        customer("1", given_name="Ann", email="kate@example.com"),
        customer("2", given_name="Bo", email="kate@example.com"),
    )

    assert tally.reviewed == 2
    assert {row.candidates[0]["id"] for row in Review.objects.all()} == {held.pk}


def test_a_record_of_another_workspace_is_nobodys_match(connection: Connection) -> None:
    turn_on(connection, "contacts")
    make_contact(make_workspace("Elsewhere"), email="kate@example.com")

    read(connection, customer(given_name="Kate", email="kate@example.com"))

    assert Contact.objects.filter(workspace=connection.workspace).count() == 1


def test_a_matched_record_that_the_filters_exclude_is_left(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts", filters=(("job_title", "is", "Owner"),))
    kate(connection, email="kate@example.com")

    tally = read(connection, customer(given_name="Kate", email="kate@example.com"))

    assert tally.left == {Reason.FILTERED: 1}
    assert Contact.objects.count() == 1
    assert not Link.objects.exists()


def test_a_customer_that_was_linked_before_it_was_synced_meets_its_record(
    connection: Connection,
) -> None:
    held = kate(connection, email="kate@example.com")
    links.link(connection, stream="customers", remote_id="4", ref=Ref.of(held), now=NOW)
    turn_on(connection, "contacts")

    read(
        connection,
        customer("4", given_name="Kate", family_name="Whelan", phone="555-1234567"),
    )

    held.refresh_from_db()
    assert held.phone == "555-1234567"
    assert link_of(held).base_remote["phone"] == "555-1234567"
    assert Contact.objects.count() == 1
