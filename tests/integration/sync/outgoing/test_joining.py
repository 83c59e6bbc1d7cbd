"""A contact that becomes the person of its company's customer tells it who that is."""

from __future__ import annotations

import pytest
from factories import make_connection, make_workspace
from factories.records import make_company, make_contact
from factories.troubles import make_customer, make_link
from support.pairs import NOW, turn_on

from counterfoil.connections.models import Connection, Link
from counterfoil.crm import associations
from counterfoil.crm.models import Contact
from counterfoil.crm.refs import Ref
from counterfoil.sync import marking
from counterfoil.sync.engine.verdict import Act
from counterfoil.sync.models import Lane, Outgoing
from counterfoil.sync.outgoing import judging, updating
from counterfoil.sync.outgoing.settling import Task
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.ports import pairings

pytestmark = pytest.mark.django_db
PAIRING = "quickbooks.contacts"


@pytest.fixture
def connection() -> Connection:
    connection: Connection = make_connection(make_workspace())
    Lane.objects.create(connection=connection)
    turn_on(connection, "companies")
    turn_on(connection, "contacts")
    return connection


def wanda(connection: Connection) -> Contact:
    company = make_company(connection.workspace, name="Mission Market")
    contact: Contact = make_contact(
        connection.workspace, first_name="Wanda", last_name="Kay", email="w@kay.test"
    )
    associations.associate(
        workspace=connection.workspace,
        left=Ref.of(company),
        right=Ref.of(contact),
        now=NOW,
    )
    content = {
        "company_name": "Mission Market",
        "given_name": "",
        "family_name": "",
    }
    make_customer(connection, "12", "Mission Market", content=content)
    base = {"name": "Mission Market", "display_name": "Mission Market"}
    make_link(connection, company, "12", base_local=base, base_remote=base)
    return contact


def test_the_first_contact_of_a_linked_company_goes_to_its_customer(
    connection: Connection,
) -> None:
    contact = wanda(connection)
    Outgoing.objects.all().delete()
    marking.mark(connection, "contacts", [contact.pk], now=NOW)
    settings = turn_on(connection, "contacts")
    ground = Ground(connection, pairings[PAIRING], settings, now=NOW)
    task = Task(ground, Outgoing.objects.get(), None, NOW)
    [each] = judging.assess(ground, [contact.pk])
    assert each.verdict.there is Act.LINK

    updating.bring(task, each)

    link = Link.objects.get(object_type="contact", record_id=contact.pk)
    assert (link.remote_id, link.reason) == ("12", "company")
    assert Outgoing.objects.get().record_id == contact.pk
    [verdict] = judging.judge_out(
        connection, pairings[PAIRING], settings, [contact.pk], now=NOW
    )
    assert verdict.there is Act.UPDATE
    assert verdict.decision is not None
    assert verdict.decision.to_remote == {
        "given_name": "Wanda",
        "family_name": "Kay",
        "email": "w@kay.test",
    }
