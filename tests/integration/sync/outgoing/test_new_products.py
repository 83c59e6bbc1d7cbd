"""What an item is told when it is created, and never again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import make_connection, make_product, make_workspace
from support.pairs import NOW, turn_on

from counterfoil.connectors.quickbooks.rendering import names
from counterfoil.connectors.quickbooks.rendering.parts import Setup
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.outgoing import creating
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.ports import pairings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "there"), [("service", "Service"), ("non_inventory", "NonInventory")]
)
def test_a_new_item_is_of_the_products_kind(kind: str, there: str) -> None:
    workspace = make_workspace()
    connection = make_connection(workspace)
    settings = turn_on(connection, "products", options={"income_account_id": "79"})
    kinds = [rule for rule in settings.rules if rule.remote == "type"]
    ground = Ground(connection, pairings["quickbooks.products"], settings, now=NOW)

    document = creating.drafted(ground, make_product(workspace, kind=kind))

    assert [rule.direction for rule in kinds] == [Direction.IN]
    assert document["kind"] == kind
    body, _expected = names.item(document, "", Setup())
    assert body["Type"] == there


def test_a_kind_that_is_not_mapped_makes_a_service() -> None:
    workspace = make_workspace()
    connection = make_connection(workspace)
    settings = turn_on(connection, "products", options={"income_account_id": "79"})
    rules = tuple(rule for rule in settings.rules if rule.remote != "type")
    ground = Ground(
        connection,
        pairings["quickbooks.products"],
        replace(settings, rules=rules),
        now=NOW,
    )

    document = creating.drafted(ground, make_product(workspace, kind="non_inventory"))

    assert document["kind"] == "service"
