"""What several documents need and is not in the books yet is created once for all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from factories import NOW, make_company, make_deal
from integration.invoicing.books import give_lines

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Rejected
from counterfoil.crm import associations
from counterfoil.crm.models import Company, Deal, Record
from counterfoil.crm.refs import Ref
from counterfoil.events import dispatch
from counterfoil.events.origin import Actor
from counterfoil.invoicing import making
from counterfoil.invoicing.deciding import Answer, decide
from counterfoil.invoicing.making import Settings
from counterfoil.posting import outcomes, post, standing
from counterfoil.posting.models import Intent
from counterfoil.workspaces.access import Access

pytestmark = pytest.mark.django_db
TAKEN = "A customer in QuickBooks is already called Pier Nine."
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def newcomer(access: Access) -> Company:
    """Somebody of whom the books know nothing."""
    return make_company(access.workspace, name="Pier Nine", email="ap@nine.example")


def deal_of(company: Company, name: str) -> Deal:
    deal = make_deal(company.workspace, name=name)
    associations.associate(
        workspace=company.workspace, left=Ref.of(deal), right=Ref.of(company), now=NOW
    )
    give_lines(deal, [{"name": name, "unit_price": 95}])
    return deal


def make(connection: Connection, source: Record, **settings: Any) -> Record:
    return making.make(
        connection=connection,
        source=Ref.of(source),
        settings=Settings(
            kind="invoice",
            creates_products=True,
            income_account_id="79",
            **settings,
        ),
        key=("program", str(source.pk)),
        actor=Actor("api", "1", "Till"),
        now=NOW,
    )


def asked(kind: str) -> list[Intent]:
    return list(Intent.objects.filter(kind=kind).order_by("created_at", "id"))


def parents(made: Record) -> set[Intent]:
    intent = post.of_record(Ref.of(made))
    assert intent is not None
    return set(intent.parents.all())


def refuse(intent: Intent) -> None:
    with transaction.atomic():
        outcomes.reject(intent, standing.of(intent), Rejected(TAKEN), now=NOW)
    while dispatch.run(NOW):
        pass


def test_two_documents_at_once_wait_for_one_new_customer_and_product(
    connection, newcomer
):
    first = make(connection, deal_of(newcomer, "Flying carpet"))
    second = make(connection, deal_of(newcomer, "Flying carpet"))
    [customer], [item] = asked("customer"), asked("item")
    assert parents(first) == parents(second) == {customer, item}


def test_people_of_one_name_are_two_customers(connection, newcomer):
    namesake = make_company(connection.workspace, name="Pier Nine")
    make(connection, deal_of(newcomer, "Flying carpet"))
    make(connection, deal_of(namesake, "Flying carpet"))
    assert len(asked("customer")) == 2


def test_once_the_name_is_free_all_that_waited_goes_on(access, connection, newcomer):
    first = make(connection, deal_of(newcomer, "Flying carpet"))
    second = make(connection, deal_of(newcomer, "Magic lamp"))
    refuse(asked("customer")[0])
    refused = [post.of_record(Ref.of(made)) for made in (first, second)]
    assert [each.state for each in refused if each] == ["rejected", "rejected"]
    assert refused[0] is not None
    decide(access=access, intent_id=refused[0].pk, answer=Answer.RETRY, now=LATER)
    assert {each.state for each in Intent.objects.all()} == {"intended"}
    first.refresh_from_db()
    assert first.posting_state == "pending"


def test_a_product_that_was_refused_beside_the_customer_is_tried_again_too(
    access, connection, newcomer
):
    made = make(connection, deal_of(newcomer, "Flying carpet"))
    refuse(asked("item")[0])
    refuse(asked("customer")[0])
    intent = post.of_record(Ref.of(made))
    assert intent is not None
    decide(access=access, intent_id=intent.pk, answer=Answer.RETRY, now=LATER)
    assert {each.state for each in Intent.objects.all()} == {"intended"}
