"""Which contact is one of the people of a company there, and which a customer itself."""

from __future__ import annotations

import pytest
from factories import make_connection, make_workspace
from factories.records import make_company, make_contact
from factories.troubles import make_customer, make_link
from support.pairs import NOW, turn_on

from counterfoil.connections.models import Connection, Link, LinkState, RemoteObject
from counterfoil.crm import associations
from counterfoil.crm.models import Company, Contact
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync.engine.settings import Taking
from counterfoil.sync.engine.verdict import Act, Reason, Verdict
from counterfoil.sync.outgoing.judging import judge_out
from counterfoil.sync.ports import pairings
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Connection:
    connection: Connection = make_connection(make_workspace())
    turn_on(connection, "companies")
    turn_on(connection, "contacts")
    return connection


@pytest.fixture
def market(connection: Connection) -> Company:
    """A company that is customer 12, in whose name nobody stands there yet."""
    company: Company = make_company(connection.workspace, name="Mission Market")
    content = {"company_name": "Mission Market", "given_name": "", "family_name": ""}
    make_customer(connection, "12", "Mission Market", content=content)
    base = {"name": "Mission Market", "display_name": "Mission Market"}
    make_link(connection, company, "12", base_local=base, base_remote=base)
    return company


def person(company: Company, first_name: str, last_name: str = "Kay") -> Contact:
    contact: Contact = make_contact(
        company.workspace, first_name=first_name, last_name=last_name
    )
    associations.associate(
        workspace=company.workspace,
        left=Ref.of(company),
        right=Ref.of(contact),
        now=NOW,
    )
    return contact


def judged(connection: Connection, contact: Contact) -> Verdict:
    settings = choices.of(connection, "contacts")
    pairing = pairings["quickbooks.contacts"]
    [verdict] = judge_out(connection, pairing, settings, [contact.pk], now=NOW)
    return verdict


def goes_with_the_company(verdict: Verdict) -> bool:
    """As one of its people, and not as the one whom the customer names."""
    known = (verdict.there, verdict.reason)
    return known == (Act.NOTHING, Reason.PERSON_OF_COMPANY)


def test_the_first_contact_with_a_name_is_the_person_of_the_customer(
    connection: Connection, market: Company
) -> None:
    nameless = person(market, "", "")
    first, second = person(market, "Wanda"), person(market, "Ada")
    assert judged(connection, first).there is Act.LINK
    assert judged(connection, first).remote_id == "12"
    assert goes_with_the_company(judged(connection, second))
    assert judged(connection, nameless).there is Act.NOTHING


def test_nobody_joins_a_customer_that_names_or_is_somebody_else(
    connection: Connection, market: Company
) -> None:
    wanda = person(market, "Wanda")
    row = RemoteObject.objects.get(remote_id="12")
    row.content = {**row.content, "given_name": "Bo"}
    row.save()
    assert goes_with_the_company(judged(connection, wanda))
    row.content = {**row.content, "given_name": "wanda"}
    row.save()
    assert judged(connection, wanda).there is Act.LINK
    make_link(connection, make_contact(connection.workspace), "12")
    assert goes_with_the_company(judged(connection, wanda))


def test_nobody_joins_a_customer_that_is_not_in_use(
    connection: Connection, market: Company
) -> None:
    wanda = person(market, "Wanda")
    RemoteObject.objects.filter(remote_id="12").update(active=False)
    assert goes_with_the_company(judged(connection, wanda))


def test_a_company_that_is_left_alone_keeps_nobody_from_being_a_customer(
    connection: Connection, market: Company
) -> None:
    wanda = person(market, "Wanda")
    Link.objects.filter(remote_id="12").update(state=LinkState.IGNORED)
    assert judged(connection, wanda).there is Act.CREATE


def test_a_company_that_is_archived_keeps_nobody_from_being_a_customer(
    connection: Connection, market: Company
) -> None:
    wanda = person(market, "Wanda")
    write(
        workspace=market.workspace,
        changes=[Change("company", {}, market.pk, archived=True)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=NOW,
    )
    assert judged(connection, wanda).there is Act.CREATE


def test_companies_of_which_nothing_is_sent_have_no_people_there(
    connection: Connection, market: Company
) -> None:
    wanda = person(market, "Wanda")
    turn_on(connection, "companies", outgoing=Taking.NOTHING)
    assert judged(connection, wanda).there is Act.CREATE


def test_a_company_that_will_be_no_customer_keeps_nobody_from_being_one(
    connection: Connection,
) -> None:
    company = make_company(connection.workspace, name="Kay & Sons")
    wanda = person(company, "Wanda")
    assert goes_with_the_company(judged(connection, wanda))
    turn_on(connection, "companies", outgoing=Taking.UPDATE)
    assert judged(connection, wanda).there is Act.CREATE
    only = (("name", "contains", "Market"),)
    turn_on(connection, "companies", outgoing=Taking.CREATE_UPDATE, filters=only)
    assert judged(connection, wanda).there is Act.CREATE
