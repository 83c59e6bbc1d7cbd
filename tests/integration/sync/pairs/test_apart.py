"""What is not tied: objects of the same number elsewhere, and records that are no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from factories import make_connection, make_contact
from support.pairs import NOW, again, customer, item, link_of, merged, read, turn_on

from counterfoil.connections.models import Connection, Link
from counterfoil.crm import timeline
from counterfoil.crm.models import Contact, Product, TimelineEntry
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import Taking
from counterfoil.sync.pairs import merging

pytestmark = pytest.mark.django_db
KATE, BO = customer("1", given_name="Kate"), customer("2", given_name="Bo")


def test_a_merge_concerns_nobody_of_the_same_number_elsewhere(
    connection: Connection,
) -> None:
    elsewhere = make_connection(connection.workspace)
    for each in (connection, elsewhere):
        turn_on(each, "contacts")
    turn_on(connection, "products")
    read(connection, item("1", name="Pump"), item("2", name="Hose"))
    read(connection, KATE, BO)
    read(elsewhere, customer("1", given_name="Amy"), customer("2", given_name="Cy"))

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
    before = Link.objects.get()

    read(connection, replace(KATE, merged_into=KATE.remote_id))

    assert Contact.objects.get().archived_at is None
    assert Link.objects.get() == before
    assert not TimelineEntry.objects.filter(kind="merged_there").exists()


@pytest.mark.parametrize(
    ("chosen", "archived"),
    [
        ({"incoming": Taking.NOTHING}, []),
        ({"direction": Direction.OUT}, []),
        ({"incoming": Taking.UPDATE}, ["Kate"]),
    ],
)
def test_a_merge_archives_nobody_where_nothing_is_taken(
    connection: Connection, chosen: dict[str, Any], archived: list[str]
) -> None:
    turn_on(connection, "companies")
    turn_on(connection, "contacts")
    read(connection, KATE, BO)
    turn_on(connection, "contacts", **chosen)

    read(connection, merged(KATE, BO))

    put_away = Contact.objects.exclude(archived_at=None)
    assert [each.first_name for each in put_away] == archived
    assert Link.objects.get().remote_id == "2"


@pytest.mark.parametrize("name", ["Kate", "Bo"])
def test_a_merge_with_a_record_that_is_no_more_archives_nobody(
    connection: Connection, name: str
) -> None:
    turn_on(connection, "contacts")
    read(connection, KATE, BO)
    Contact.objects.filter(first_name=name).delete()

    read(connection, merged(KATE, BO))

    assert Contact.objects.get().archived_at is None
    assert Link.objects.get().remote_id == "2"
    assert not TimelineEntry.objects.filter(kind="merged_there").exists()


def test_who_became_whom_is_told_also_where_it_goes_round_in_a_circle(
    connection: Connection,
) -> None:
    make_contact(connection.workspace)
    make_contact(connection.workspace)
    Contact.objects.update(archived_at=NOW)
    kate, bo = Contact.objects.order_by("pk")
    for one, other in ((kate, bo), (bo, kate)):
        timeline.tell(
            workspace=connection.workspace,
            on=[Ref.of(one)],
            kind=merging.STORY,
            content={},
            about=Ref.of(other),
            actor=Actor.system(),
            at=NOW,
        )

    assert merging.survivor_of(kate) == bo
    assert merging.survivor_of(bo) == kate
    kate.archived_at = None
    assert merging.survivor_of(kate) is None


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
