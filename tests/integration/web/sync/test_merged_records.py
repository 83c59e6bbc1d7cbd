"""The pages of a record whose customer became part of another one."""

from __future__ import annotations

import pytest
from django.test import Client
from factories.people import make_user, make_workspace
from support.clients import client_of
from support.pairs import NOW, customer, merged, turn_on

from counterfoil.connections.models import Connection
from counterfoil.crm.models import Contact
from counterfoil.sync.incoming import applying

pytestmark = pytest.mark.django_db
KATE = customer("1", given_name="Kate", family_name="Whelan")
BO = customer("2", given_name="Bo", family_name="Lamb")


@pytest.fixture
def pages(connection: Connection) -> tuple[str, str]:
    """Where the merged record is, and where its survivor."""
    turn_on(connection, "contacts")
    applying.apply(connection, "customers", [KATE, BO], now=NOW)
    applying.apply(connection, "customers", [merged(KATE, BO)], now=NOW)
    kate, bo = Contact.objects.order_by("pk")
    base = f"/w/{connection.workspace_id}/contacts"
    return f"{base}/{kate.pk}/", f"{base}/{bo.pk}/"


def note(page: str) -> str:
    return page.partition('<div class="note warn"')[2].partition("</div>\n</div>")[0]


def test_a_merged_record_leads_to_its_survivor_and_is_not_to_be_restored(
    ada: Client, pages: tuple[str, str]
) -> None:
    kate, bo = pages
    page = ada.get(kate).text
    assert "Merged into:" in note(page)
    assert f'<a href="{bo}">Bo Lamb</a>' in note(page)
    assert f"{kate}restore/" not in page
    assert "Merged into:" not in ada.get(bo).text


def test_why_a_merged_record_is_not_synced_leads_to_its_survivor_too(
    ada: Client, pages: tuple[str, str]
) -> None:
    kate, bo = pages
    page = ada.get(f"{kate}sync/").text
    assert "Not synced: it was merged into Bo Lamb, which is synced instead." in page
    assert f'<a class="link" href="{bo}sync/">Look at that record</a>' in page
    for advice in ("Restore it", "Open it to restore it", "Sync now", "Link to one"):
        assert advice not in page


def test_who_was_archived_by_hand_can_be_restored_as_ever(
    ada: Client, pages: tuple[str, str]
) -> None:
    bo = pages[1]
    ada.post(f"{bo}archive/")
    page = ada.get(bo).text
    assert "Archived." in note(page)
    assert f"{bo}restore/" in page
    assert "Open it to restore it" in ada.get(f"{bo}sync/").text


def test_a_stranger_sees_neither(pages: tuple[str, str]) -> None:
    cy = client_of(make_user("Cy", workspace=make_workspace()))
    for address in (*pages, f"{pages[0]}sync/"):
        assert cy.get(address).status_code == 404
