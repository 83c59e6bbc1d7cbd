from __future__ import annotations

import re

import pytest
from django.test import Client
from factories.people import (
    PASSWORD,
    make_access,
    make_connection,
    make_user,
    make_workspace,
)
from factories.records import make_deal, make_invoice
from support.clients import client_of

from counterfoil.connections.models import Authorisation, ConnectionState
from counterfoil.workspaces.models import Membership, Role, User

pytestmark = pytest.mark.django_db


def test_the_workspace_is_renamed_and_moved(ada, base, workspace):
    sent = {"name": "Pier Four", "time_zone": "Asia/Seoul", "language": "ko"}
    ada.post(f"{base}/settings/workspace/", sent)
    workspace.refresh_from_db()
    assert (workspace.name, workspace.time_zone) == ("Pier Four", "Asia/Seoul")
    assert '<html lang="ko"' in ada.get(f"{base}/").text


def test_bad_settings_change_nothing_and_say_why(ada, base, workspace):
    sent = {"name": " ", "time_zone": "Mars/Olympus", "language": "tlh"}
    response = ada.post(f"{base}/settings/workspace/", sent)
    assert response.status_code == 422
    assert response.text.count('class="err"') == 3
    workspace.refresh_from_db()
    assert workspace.name == "Harbour Bakery"


def test_a_member_with_an_account_is_added(ada, base, workspace):
    bo = make_user("Bo")
    ada.post(f"{base}/settings/people/", {"email": bo.email, "role": "accounting"})
    assert Membership.objects.get(workspace=workspace, user=bo).role == Role.ACCOUNTING


def test_who_may_not_manage_people_adds_nobody(base, workspace):
    bo = client_of(make_user("Bo", workspace=workspace, role=Role.SALES))
    sent = {"email": "new@example.com", "role": "owner"}
    assert bo.post(f"{base}/settings/people/", sent).status_code == 403
    assert not User.objects.filter(email="new@example.com").exists()


def test_somebody_new_gets_a_password_that_is_shown_once(ada, base, workspace):
    sent = {"email": "new@example.com", "name": "Nia", "role": "sales"}
    page = ada.post(f"{base}/settings/people/", sent)
    password = re.search(r"<code>(.+?)</code>", page.text)[1]
    assert page.headers["Cache-Control"] == "no-store"
    assert password not in ada.get(f"{base}/settings/people/").text
    nia = Client()
    assert nia.login(username="new@example.com", password=password)


def test_an_admin_makes_no_owner_and_touches_none(base, workspace):
    owner = make_user("Ada", workspace=workspace)
    admin = client_of(make_user("Mo", workspace=workspace, role=Role.ADMIN))
    page = f"{base}/settings/people/"
    refused = admin.post(page, {"email": "x@example.com", "role": "owner"})
    assert refused.status_code == 422
    assert not User.objects.filter(email="x@example.com").exists()
    membership = Membership.objects.get(workspace=workspace, user=owner)
    admin.post(f"{page}{membership.pk}/role/", {"role": "read_only"})
    admin.post(f"{page}{membership.pk}/remove/")
    membership.refresh_from_db()
    assert membership.role == Role.OWNER


def test_nobody_changes_or_removes_themselves(base, workspace):
    access = make_access(workspace)
    membership = Membership.objects.get(workspace=workspace, user=access.user)
    client = client_of(access.user)
    page = f"{base}/settings/people/{membership.pk}"
    said = client.post(f"{page}/role/", {"role": "sales"}, follow=True).text
    assert "changed by somebody else" in said
    client.post(f"{page}/remove/")
    membership.refresh_from_db()
    assert membership.role == Role.OWNER


def test_a_removed_member_is_a_stranger_at_once(ada, base, workspace):
    bo = make_user("Bo", workspace=workspace, role=Role.SALES)
    membership = Membership.objects.get(workspace=workspace, user=bo)
    client = client_of(bo)
    assert client.get(f"{base}/").status_code == 200
    ada.post(f"{base}/settings/people/{membership.pk}/remove/")
    assert client.get(f"{base}/").status_code == 404


def test_a_deactivated_account_is_logged_out(base, workspace):
    bo = make_user("Bo", workspace=workspace, role=Role.SALES)
    client = client_of(bo)
    bo.is_active = False
    bo.save()
    assert client.get(f"{base}/").status_code == 302


def test_a_changed_password_ends_the_other_sessions(base, workspace):
    bo = make_user("Bo", workspace=workspace, role=Role.SALES)
    here, there = client_of(bo), client_of(bo)
    wrong = here.post("/password/", {"current": "no", "password": "short"})
    assert wrong.status_code == 422
    assert "This is not your password." in wrong.text
    here.post("/password/", {"current": PASSWORD, "password": "another-long-secret"})
    assert here.get(f"{base}/").status_code == 200
    assert there.get(f"{base}/").status_code == 302


def test_without_a_company_the_page_offers_to_connect_one(ada, base):
    page = ada.get(f"{base}/settings/integrations/quickbooks/").text
    assert "No company connected" in page
    assert "Connect QuickBooks" in page


def test_who_may_not_connect_is_told_who_may(base, workspace):
    bo = client_of(make_user("Bo", workspace=workspace, role=Role.SALES))
    page = bo.get(f"{base}/settings/integrations/quickbooks/").text
    assert "These roles may: Owner, Admin" in page
    assert "/connect/" not in page
    assert (
        bo.post(f"{base}/settings/integrations/quickbooks/connect/").status_code == 403
    )
    assert not Authorisation.objects.exists()


def test_every_company_stands_with_its_name_number_and_state(ada, base, workspace):
    make_connection(workspace, name="Pier Four Ltd", account="9130001", country="GB")
    make_connection(
        workspace,
        name="Old Ltd",
        state=ConnectionState.RECONNECT,
        state_reason="The key has expired.",
    )
    page = ada.get(f"{base}/settings/integrations/quickbooks/").text
    for text in ("Pier Four Ltd", "9130001", "GB", "Sandbox", "Connected", "Reconnect"):
        assert text in page
    assert "The key has expired." in page


def test_the_health_of_a_company_shows_its_figures(ada, base, workspace):
    connection = make_connection(workspace)
    where = f"{base}/settings/integrations/quickbooks/{connection.pk}/"
    page = ada.get(where).text
    assert "Calls to QuickBooks" in page
    part = ada.get(where, HTTP_HX_REQUEST="true").text
    assert "Calls to QuickBooks" in part
    assert "<html" not in part


def test_disconnecting_asks_first(ada, base, workspace):
    connection = make_connection(workspace)
    where = f"{base}/settings/integrations/quickbooks/{connection.pk}/disconnect/"
    assert "Records and their history stay here" in ada.get(where).text
    connection.refresh_from_db()
    assert connection.is_active
    page = ada.post(where, follow=True).text
    connection.refresh_from_db()
    assert connection.state == ConnectionState.DISCONNECTED
    assert f"{connection.name} is disconnected" in page


def test_what_did_not_get_through_waits_with_its_reason(ada, base, workspace):
    make_invoice(
        workspace,
        number="",
        posting_state="rejected",
        posting_message="The name is already used by a vendor.",
    )
    make_connection(workspace, name="Old Ltd", state=ConnectionState.RECONNECT)
    assert "need attention" in ada.get(f"{base}/").text
    page = ada.get(f"{base}/attention/").text
    assert "The name is already used by a vendor." in page
    assert "Old Ltd" in page


def test_search_finds_records_of_every_noun_and_of_nobody_else(ada, base, workspace):
    make_deal(workspace, name="Oven service")
    make_deal(make_workspace("Theirs"), name="Oven of theirs")
    make_invoice(workspace, number="OVEN-7")
    page = ada.get(f"{base}/search/?q=oven").text
    assert "Oven service" in page
    assert "OVEN-7" in page
    assert "Oven of theirs" not in page
    assert "Nothing found" in ada.get(f"{base}/search/?q=zzzz").text


def test_home_adds_no_other_currency_to_its_figures(ada, base, workspace):
    make_invoice(workspace, total="10.10", stage="sent")
    make_invoice(workspace, total="20", stage="overdue", due_on="2026-01-01")
    make_invoice(workspace, total="99", stage="voided", voided=True)
    make_invoice(workspace, total="7", stage="sent", currency="EUR")
    page = ada.get(f"{base}/").text
    assert "$30.10" in page
    assert "€7.00" in page
    assert "$129" not in page
    assert "Connect QuickBooks Online" in page


def test_pages_allow_no_script_but_our_own(ada, base):
    policy = ada.get(f"{base}/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
