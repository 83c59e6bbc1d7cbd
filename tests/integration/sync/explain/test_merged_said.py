"""What is said of a customer that became part of another one."""

from __future__ import annotations

import pytest
from factories import make_connection, make_workspace
from support.pairs import NOW, customer, link_of, merged, turn_on

from counterfoil.connections.models import Connection
from counterfoil.crm.models import Contact
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.sync.explain.record import of_record
from counterfoil.sync.explain.remote import of_remote
from counterfoil.sync.incoming import applying
from counterfoil.sync.pairs import linking

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
