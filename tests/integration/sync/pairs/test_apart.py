"""What is not tied: objects of the same number elsewhere, and records that are no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import make_connection
from support.pairs import NOW, again, customer, item, link_of, merged, read, turn_on

from counterfoil.connections.models import Connection, Link
from counterfoil.crm.models import Contact, Product, TimelineEntry
from counterfoil.sync.engine.settings import Taking

pytestmark = pytest.mark.django_db
KATE, BO = customer("1", given_name="Kate"), customer("2", given_name="Bo")


def test_a_merge_concerns_nobody_of_the_same_number_elsewhere(
    connection: Connection,
) -> None:
    elsewhere = make_connection(connection.workspace)
    for each in (connection, elsewhere):
        turn_on(each, "contacts")
    turn_on(connection, "products")
    read(elsewhere, customer("1", given_name="Amy"), customer("2", given_name="Cy"))
    read(connection, item("1", name="Pump"), item("2", name="Hose"))
    read(connection, KATE, BO)

    read(connection, merged(KATE, BO))

    archived = Contact.objects.exclude(archived_at=None)
    assert [each.first_name for each in archived] == ["Kate"]
    assert not Product.objects.exclude(archived_at=None).exists()
    assert Link.objects.filter(connection=elsewhere).count() == 2
    assert Link.objects.filter(connection=connection, stream="items").count() == 2


def test_a_customer_that_became_part_of_itself_stays_what_it_is(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    read(connection, KATE)

    read(connection, replace(KATE, merged_into=KATE.remote_id))

    kate = Contact.objects.get()
    assert kate.archived_at is None
    assert link_of(kate).remote_id == "1"
    assert not TimelineEntry.objects.filter(kind="merged_there").exists()


@pytest.mark.parametrize("is_off", [True, False])
def test_a_merge_archives_nobody_where_nothing_is_taken(
    connection: Connection, *, is_off: bool
) -> None:
    turn_on(connection, "contacts")
    read(connection, KATE, BO)
    if is_off:
        turn_on(connection, "companies")
        turn_on(connection, "contacts", incoming=Taking.NOTHING)
    else:
        turn_on(connection, "contacts", incoming=Taking.UPDATE)

    read(connection, merged(KATE, BO))

    archived = Contact.objects.exclude(archived_at=None)
    assert [each.first_name for each in archived] == ([] if is_off else ["Kate"])
    assert Link.objects.get().remote_id == "2"


def test_the_link_of_a_record_that_is_no_more_goes_with_the_next_news(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    read(connection, KATE)
    Contact.objects.all().delete()

    read(connection, again(KATE, phone="555 010 9999"))

    assert not Link.objects.exists()
    read(connection, again(KATE, phone="555 010 9998"))
    assert link_of(Contact.objects.get(phone="555 010 9998")).pulled_at == NOW
