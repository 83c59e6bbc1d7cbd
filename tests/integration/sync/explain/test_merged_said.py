"""What is said of a customer that became part of another one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import make_connection, make_workspace
from support.pairs import NOW, customer, link_of, merged, turn_on

from counterfoil.connections.models import Connection
from counterfoil.crm.models import Contact
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.sync.explain.record import of_record
from counterfoil.sync.explain.remote import of_remote
from counterfoil.sync.explain.story import Button
from counterfoil.sync.incoming import applying
from counterfoil.sync.pairs import linking, merging
from counterfoil.sync.ports import Observed

pytestmark = pytest.mark.django_db
KATE, BO, CY = (
    customer(str(number), given_name=name)
    for number, name in enumerate(("Kate", "Bo", "Cy"), start=1)
)


@pytest.fixture
def connection() -> Connection:
    connection = make_connection(make_workspace())
    turn_on(connection, "contacts")
    applying.apply(connection, "customers", [KATE, BO, CY], now=NOW)
    return connection


def test_it_is_told_what_is_left_of_a_customer_after_all_merges(
    connection: Connection,
) -> None:
    applying.apply(connection, "customers", [merged(KATE, BO)], now=NOW)
    applying.apply(connection, "customers", [merged(BO, CY)], now=NOW)

    [_company, contact] = of_remote(connection, "customers", "1", NOW).parts

    assert contact.sentence == ("It was merged in QuickBooks and is part of Cy there.")


def test_a_record_whose_customer_was_merged_into_one_left_alone_says_so(
    connection: Connection,
) -> None:
    kate, bo = (Contact.objects.get(first_name=name) for name in ("Kate", "Bo"))
    linking.unlink(link_of(bo), ignore=True, by=Actor.user(1, "Ada"), now=NOW)
    applying.apply(connection, "customers", [merged(KATE, BO)], now=NOW)

    [part] = of_record(connection.workspace, Ref.of(kate), NOW).parts

    assert part.sentence == "It was merged in QuickBooks and is part of Bo there."


def merge(connection: Connection, *pairs: tuple[Observed, Observed]) -> None:
    for old, new in pairs:
        applying.apply(connection, "customers", [merged(old, new)], now=NOW)


def test_a_record_that_was_put_away_by_a_merge_names_what_is_synced_instead(
    connection: Connection,
) -> None:
    kate = Contact.objects.get(first_name="Kate")
    cy = Contact.objects.get(first_name="Cy")
    merge(connection, (KATE, BO), (BO, CY))

    [part] = of_record(connection.workspace, Ref.of(kate), NOW).parts

    assert (
        part.sentence == "Not synced: it was merged into Cy, which is synced instead."
    )
    assert part.other == ("contact", cy.pk)
    assert not part.buttons


def test_a_merged_record_that_somebody_restored_is_one_like_any_other(
    connection: Connection,
) -> None:
    kate = Contact.objects.get(first_name="Kate")
    merge(connection, (KATE, BO))
    assert merging.survivor_of(Contact.objects.get(pk=kate.pk)) is not None
    Contact.objects.filter(pk=kate.pk).update(archived_at=None)

    [part] = of_record(connection.workspace, Ref.of(kate), NOW).parts

    assert part.other is None
    assert Button.SYNC in part.buttons
    later = NOW + timedelta(days=1)
    Contact.objects.filter(pk=kate.pk).update(archived_at=later)
    assert merging.survivor_of(Contact.objects.get(pk=kate.pk)) is None


def test_the_survivor_of_a_merge_and_who_was_archived_by_hand_went_into_nobody(
    connection: Connection,
) -> None:
    merge(connection, (KATE, BO))
    Contact.objects.filter(first_name__in=["Bo", "Cy"]).update(archived_at=NOW)

    for each in Contact.objects.filter(first_name__in=["Bo", "Cy"]):
        assert merging.survivor_of(each) is None
