"""Who is left alone takes no part in what becomes of the objects there."""

from __future__ import annotations

import pytest
from support.pairs import NOW, customer, link_of, merged, read, turn_on

from counterfoil.connections.models import Connection, Link
from counterfoil.crm.models import Contact, TimelineEntry
from counterfoil.events.origin import Actor
from counterfoil.sync.pairs import linking
from counterfoil.sync.ports import Observed

pytestmark = pytest.mark.django_db
KATE, BO = customer("1", given_name="Kate"), customer("2", given_name="Bo")


def leave_alone(connection: Connection, name: str, *there: Observed) -> Contact:
    """Who is there is read, and a person leaves one of them alone."""
    turn_on(connection, "contacts")
    read(connection, *there)
    contact = Contact.objects.get(first_name=name)
    linking.unlink(link_of(contact), ignore=True, by=Actor.user(1, "Ada"), now=NOW)
    return contact


@pytest.mark.parametrize("name", ["Kate", "Bo"])
def test_nobody_is_archived_by_a_merge_with_who_is_left_alone(
    connection: Connection, name: str
) -> None:
    contact = leave_alone(connection, name, KATE, BO)

    read(connection, merged(KATE, BO))

    assert not Contact.objects.exclude(archived_at=None).exists()
    assert Link.objects.get(state="ignored").record_id == contact.pk
    assert not TimelineEntry.objects.filter(kind="merged_there").exists()


def test_whoever_is_left_alone_does_not_keep_the_survivor_out(
    connection: Connection,
) -> None:
    contact = leave_alone(connection, "Kate", KATE)

    read(connection, merged(KATE, BO), BO)

    assert link_of(contact).remote_id == "1"
    assert link_of(Contact.objects.get(first_name="Bo")).remote_id == "2"
