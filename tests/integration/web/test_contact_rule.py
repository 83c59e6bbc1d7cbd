"""The page on which a company's contact rule is explained, compared and chosen."""

from __future__ import annotations

import pytest
from factories import NOW, make_access, make_contact, make_deal, make_workspace
from integration.invoicing.books import american_books, hold
from support.clients import client_of

from counterfoil.connections.models import Connection, ContactRule
from counterfoil.crm import associations
from counterfoil.crm.refs import Ref
from counterfoil.workspaces.access import Access
from counterfoil.workspaces.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(access: Access) -> Connection:
    return american_books(access.workspace)


@pytest.fixture
def page(connection: Connection) -> str:
    at = f"/w/{connection.workspace_id}/settings/integrations/quickbooks"
    return f"{at}/{connection.pk}/customers/"


def make_namesake(connection: Connection) -> None:
    hold(
        connection,
        "customers",
        "61",
        "Ada Okafor",
        email="ada@okafor.example",
        given_name="Ada",
        family_name="Okafor",
        currency="USD",
    )
    person = make_contact(connection.workspace, first_name="Ada", last_name="Okafor")
    deal = make_deal(connection.workspace, name="Ovens for <Ada>")
    associations.associate(
        workspace=connection.workspace,
        left=Ref.of(deal),
        right=Ref.of(person),
        now=NOW,
    )


def test_both_rules_are_explained(access: Access, page: str) -> None:
    text = client_of(access.user).get(page).text
    assert "meets the filters of the contact sync" in text
    assert "where there is none, that customer is created" in text
    assert "What would change" not in text
    assert "Nobody has: it is as it was" in text


def test_what_would_change_is_shown_before_anything_does(
    access: Access, connection: Connection, page: str
) -> None:
    make_namesake(connection)
    text = client_of(access.user).get(page, {"compare": "1"}).text
    assert "1 of 1 deals, quotes and payments would go elsewhere" in text
    assert "Ovens for &lt;Ada&gt;" in text
    assert "Customer Ada Okafor (number 61)" in text
    assert "A new customer, Ada Okafor" in text
    assert "No workflow asks for documents" in text
    connection.refresh_from_db()
    assert connection.contact_rule == ContactRule.QUALIFIED


def test_a_yes_sets_the_rule_and_says_so(
    access: Access, connection: Connection, page: str
) -> None:
    ada = client_of(access.user)
    answer = ada.post(f"{page}set/", {"rule": "classic"}, follow=True)
    assert "now follows this rule: Create the customer when there is none." in (
        answer.text
    )
    assert f"{access.user.name} changed it from" in answer.text
    connection.refresh_from_db()
    assert connection.contact_rule == ContactRule.CLASSIC
    again = ada.post(f"{page}set/", {"rule": "classic"}, follow=True)
    assert "This is the rule already." in again.text


def test_no_other_rule_can_be_set(access: Access, page: str) -> None:
    answer = client_of(access.user).post(f"{page}set/", {"rule": "bold"})
    assert answer.status_code == 404


def test_a_member_reads_who_may_change_it(
    access: Access, connection: Connection, page: str
) -> None:
    bo = client_of(make_access(access.workspace, role=Role.SALES).user)
    text = bo.get(page, {"compare": "1"}).text
    assert "These roles may change it:" in text
    assert "<button" not in text.split('id="changes"')[1].split("</section>")[0]
    assert bo.post(f"{page}set/", {"rule": "classic"}).status_code == 403


def test_cy_sees_nothing(page: str) -> None:
    cy = client_of(make_access(make_workspace()).user)
    assert cy.get(page).status_code == 404
    assert cy.post(f"{page}set/", {"rule": "classic"}).status_code == 404
