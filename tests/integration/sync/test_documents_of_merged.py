"""Documents whose customer became part of another are the other's, by name and number."""

from __future__ import annotations

import pytest
from factories import NOW
from support.invoices_read import invoice
from support.pairs import customer, merged

from counterfoil.connections.models import Connection
from counterfoil.crm.models import Invoice
from counterfoil.sync.incoming import applying
from counterfoil.sync.ports import Observed

pytestmark = pytest.mark.django_db
KATE, BO = customer("1", display_name="Kate"), customer("2", display_name="Bo & Kate")


def read(connection: Connection, *observed: Observed) -> None:
    applying.apply(connection, observed[0].stream, observed, now=NOW)


def held() -> tuple[str, str]:
    found = Invoice.objects.get()
    return found.customer_remote_id, found.customer_name


def test_they_carry_the_survivors_name_at_once(connection: Connection) -> None:
    read(connection, KATE, BO)
    read(connection, invoice(customer_id="1", customer_name="Kate"))
    assert held() == ("1", "Kate")

    read(connection, merged(KATE, BO))

    assert held() == ("2", "Bo & Kate")


def test_a_survivor_that_comes_with_the_merge_gives_its_new_name(
    connection: Connection,
) -> None:
    read(connection, KATE)
    read(connection, invoice(customer_id="1", customer_name="Kate"))

    read(connection, BO, merged(KATE, BO))

    assert held() == ("2", "Bo & Kate")


def test_a_survivor_that_was_never_read_takes_no_name_away(
    connection: Connection,
) -> None:
    read(connection, KATE)
    read(connection, invoice(customer_id="1", customer_name="Kate"))

    read(connection, merged(KATE, BO))

    assert held() == ("2", "Kate")
