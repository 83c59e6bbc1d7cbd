"""Values that were kept from two that are linked no more: shown, and put back."""

from __future__ import annotations

import pytest
from django.test import Client
from factories import people, records, troubles

from counterfoil.crm.models import Contact
from counterfoil.sync.models import Conflict
from counterfoil.workspaces.access import Role
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(workspace: Workspace) -> Contact:
    return records.make_contact(workspace, first_name="Dora", phone="555 0100")


@pytest.fixture
def kept(workspace: Workspace, contact: Contact) -> Conflict:
    books = people.make_connection(workspace)
    link = troubles.make_link(books, contact)
    found = troubles.make_conflict(link)
    link.delete()
    found.refresh_from_db()
    return found


def signed_in(workspace: Workspace, **who: object) -> Client:
    client = Client()
    client.force_login(people.make_access(workspace, **who).user)
    return client


def page_of(contact: Contact) -> str:
    return f"/w/{contact.workspace_id}/contacts/{contact.pk}/sync/"


def use(client: Client, kept: Conflict, contact: Contact, **given: object) -> int:
    where = f"{page_of(contact)}{kept.connection_id}/contacts/use/"
    sent = {"conflict": kept.pk, "keep": "remote", **given}
    return int(client.post(where, sent).status_code)


def test_the_records_page_says_what_was_kept_and_gives_it_back(
    workspace: Workspace, contact: Contact, kept: Conflict
) -> None:
    ada = signed_in(workspace)
    text = ada.get(page_of(contact)).text
    assert "Kept from “7” in QuickBooks, to which this is no longer linked" in text
    assert "Use “555 0199”" in text
    assert "Use “555 0100”" not in text
    assert "Conflict: Phone" not in text

    assert use(ada, kept, contact) == 302

    contact.refresh_from_db()
    assert contact.phone == "555 0199"
    assert "Use “555 0199”" not in ada.get(page_of(contact)).text


def test_it_is_no_open_conflict_anywhere(
    workspace: Workspace, contact: Contact, kept: Conflict
) -> None:
    ada = signed_in(workspace)
    base = f"/w/{workspace.pk}/settings/integrations/quickbooks/{kept.connection_id}"
    assert "No conflicts" in ada.get(f"{base}/sync/conflicts/").text
    answer = f"{base}/sync/conflicts/{kept.pk}/"
    told = ada.post(answer, {"keep": "remote"}, follow=True)
    assert "no longer linked" in told.text
    contact.refresh_from_db()
    assert contact.phone == "555 0100"


def test_another_records_value_and_nonsense_are_refused(
    workspace: Workspace, contact: Contact, kept: Conflict
) -> None:
    ada = signed_in(workspace)
    other = records.make_contact(workspace)
    assert use(ada, kept, other) == 404
    assert use(ada, kept, contact, keep="both") == 404
    assert use(ada, kept, contact, conflict="9" * 30) == 404
    assert use(ada, kept, contact, conflict="x") == 404
    contact.refresh_from_db()
    assert contact.phone == "555 0100"


def test_who_may_only_look_sees_it_without_a_button(
    workspace: Workspace, contact: Contact, kept: Conflict
) -> None:
    rea = signed_in(workspace, name="Rea", role=Role.READ_ONLY)
    text = rea.get(page_of(contact)).text
    assert "to which this is no longer linked" in text
    assert "Use “" not in text
    assert use(rea, kept, contact) == 403


def test_cy_sees_nothing_of_it(contact: Contact, kept: Conflict) -> None:
    cy = signed_in(people.make_workspace(), name="Cy")
    assert cy.get(page_of(contact)).status_code == 404
    assert use(cy, kept, contact) == 404
