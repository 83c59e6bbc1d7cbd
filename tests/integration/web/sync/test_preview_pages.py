from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from factories.people import make_access, make_connection, make_user, make_workspace
from factories.records import make_company, make_invoice
from factories.remote import make_customer, make_link, turned_on
from factories.runs import make_proposal
from support.clients import client_of

from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import packed
from counterfoil.sync.models import ObjectSetting, Proposal, ProposalState, Run
from counterfoil.sync.previews import counting, proposing
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import Role

pytestmark = pytest.mark.django_db


def propose(connection, access, **wanted) -> Proposal:
    """Contacts turned on, from QuickBooks only unless told otherwise."""
    known = {"enabled": True, "direction": Direction.IN, **wanted}
    settings = replace(choices.of(connection, "contacts"), **known)
    return proposing.propose(
        connection, "contacts", settings, by=access.user, now=datetime.now(UTC)
    )


def counted(proposal: Proposal) -> Proposal:
    return counting.count(proposal, now=datetime.now(UTC))


def test_what_is_being_counted_asks_again_and_cannot_be_confirmed(
    ada, access, base, connection
):
    make_customer(connection)
    proposal = propose(connection, access)
    where = f"{base}changes/{proposal.pk}/"
    page = ada.get(where).text
    assert "Counting what would change" in page
    assert f'hx-get="{where}"' in page
    refused = ada.post(f"{where}confirm/", {"yes": "1"})
    assert refused.status_code == 422
    assert "Wait until the preview has been counted." in refused.text
    assert not ObjectSetting.objects.exists()


def test_the_fragment_stops_asking_once_it_is_counted(ada, access, base, connection):
    make_customer(connection)
    proposal = propose(connection, access)
    where = f"{base}changes/{proposal.pk}/"
    assert 'hx-trigger="every 1s"' in ada.get(where, HTTP_HX_REQUEST="true").text
    counted(proposal)
    fragment = ada.get(where, HTTP_HX_REQUEST="true").text
    assert fragment.lstrip().startswith('<div id="counted"')
    assert "hx-trigger" not in fragment


def test_the_preview_says_what_changes_where_with_examples(
    ada, access, base, connection
):
    make_customer(
        connection, given_name="Jun-seo", family_name="박준서", display_name="박준서"
    )
    proposal = counted(propose(connection, access))
    page = ada.get(f"{base}changes/{proposal.pk}/").text
    assert "<dt>Sync</dt>" in page
    assert "<del>Both ways</del>" in page
    assert "<ins>From QuickBooks only</ins>" in page
    assert "박준서" in page
    here = page.partition("<h3>Here</h3>")[2].partition("<h3>In QuickBooks</h3>")[0]
    assert "Created" in here
    assert '<b class="num">1</b>' in here
    assert not ObjectSetting.objects.exists()


def test_a_confirmed_change_is_in_force_and_its_run_is_shown(
    ada, access, base, connection
):
    make_customer(connection)
    proposal = counted(propose(connection, access))
    answer = ada.post(f"{base}changes/{proposal.pk}/confirm/")
    run = Run.objects.get(connection=connection)
    assert answer["Location"] == f"{base}runs/{run.pk}/"
    assert choices.of(connection, "contacts").enabled
    again = ada.get(f"{base}changes/{proposal.pk}/").text
    assert "These settings were put in force." in again
    assert "Confirm</button>" not in again


def test_what_a_confirmed_change_changed_is_told_as_it_was(
    ada, access, base, connection
):
    make_customer(connection)
    proposal = counted(propose(connection, access))
    ada.post(f"{base}changes/{proposal.pk}/confirm/")
    since = replace(choices.of(connection, "contacts"), direction=Direction.OUT)
    choices.save(connection, since, by=access.user, now=datetime.now(UTC))
    page = ada.get(f"{base}changes/{proposal.pk}/").text
    assert "<del>Both ways</del>" in page
    assert "<ins>From QuickBooks only</ins>" in page
    gone = counted(propose(connection, access))
    ada.post(f"{base}changes/{gone.pk}/discard/")
    assert "What you changed" not in ada.get(f"{base}changes/{gone.pk}/").text


def test_a_great_many_need_a_yes_that_is_asked_for_beside_its_box(
    ada, base, connection
):
    wanted = replace(choices.of(connection, "contacts"), enabled=True)
    proposal = make_proposal(
        connection,
        "contacts",
        values=packed(wanted),
        needs_yes=True,
        counts={
            "here": {"update": 20000},
            "there": {},
            "left": {"here": {}, "there": {}},
            "emptied": {"here": 20000, "there": 0},
            "total": {"here": 20000, "there": 20000},
        },
    )
    where = f"{base}changes/{proposal.pk}/"
    page = ada.get(where).text
    assert "Yes, change 20,000 here." in page
    assert "20,000 would lose a value." in page
    refused = ada.post(f"{where}confirm/")
    assert refused.status_code == 422
    assert 'id="yes-err"' in refused.text
    assert not ObjectSetting.objects.exists()
    assert ada.post(f"{where}confirm/", {"yes": "1"}).status_code == 302
    assert choices.of(connection, "contacts").enabled


def test_settings_that_were_changed_meanwhile_are_counted_again(
    ada, access, base, connection
):
    proposal = counted(propose(connection, access))
    other = replace(choices.of(connection, "contacts"), direction=Direction.OUT)
    choices.save(connection, other, by=access.user, now=datetime.now(UTC))
    page = ada.post(f"{base}changes/{proposal.pk}/confirm/", follow=True).text
    assert "Somebody has changed these settings meanwhile." in page
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.COUNTING
    assert not choices.of(connection, "contacts").enabled


def test_a_discarded_change_cannot_be_confirmed(ada, access, base, connection):
    proposal = counted(propose(connection, access))
    where = f"{base}changes/{proposal.pk}/"
    assert ada.post(f"{where}discard/")["Location"] == f"{base}objects/contacts/"
    refused = ada.post(f"{where}confirm/")
    assert refused.status_code == 422
    assert "decided upon already" in refused.text
    assert not ObjectSetting.objects.exists()


def test_documents_are_turned_off_without_a_run(ada, access, base, connection):
    off = replace(choices.of(connection, "invoices"), enabled=False)
    proposal = proposing.propose(
        connection, "invoices", off, by=access.user, now=datetime.now(UTC)
    )
    make_invoice(access.workspace, connection=connection)
    page = ada.get(f"{base}changes/{proposal.pk}/").text
    assert "1 that is here stays as it is, and no longer follows QuickBooks." in page
    assert "Nothing is changed or deleted on either side." in page
    answer = ada.post(f"{base}changes/{proposal.pk}/confirm/")
    assert answer["Location"] == base
    assert not choices.of(connection, "invoices").enabled


def test_documents_that_were_left_out_are_looked_for_at_once(
    ada, access, base, connection
):
    connection.imported_at = datetime.now(UTC)
    connection.save()
    off = replace(choices.of(connection, "invoices"), enabled=False)
    choices.save(connection, off, by=access.user, now=datetime.now(UTC))
    on = replace(off, enabled=True, since=date(2026, 3, 1))
    for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)):
        make_invoice(access.workspace, connection=connection, issued_on=day)
    make_invoice(access.workspace)  # of no books
    proposal = proposing.propose(
        connection, "invoices", on, by=access.user, now=datetime.now(UTC)
    )
    page = ada.get(f"{base}changes/{proposal.pk}/").text
    assert "3 that are here stay, and follow QuickBooks." in page
    assert "1 of them is dated before that day, and stays, too." in page
    assert "by a comparison that begins at once" in page
    assert "wait for your yes" in page
    answer = ada.post(f"{base}changes/{proposal.pk}/confirm/")
    run = Run.objects.get(connection=connection)
    assert run.kind == "comparison"
    assert answer["Location"] == f"{base}runs/{run.pk}/"


def test_who_may_not_manage_sees_the_preview_and_no_button(access, base, connection):
    proposal = counted(propose(connection, access))
    bo = client_of(make_user("Bo", workspace=access.workspace, role=Role.SALES))
    page = bo.get(f"{base}changes/{proposal.pk}/")
    assert page.status_code == 200
    assert "/confirm/" not in page.text
    assert bo.post(f"{base}changes/{proposal.pk}/confirm/").status_code == 403
    assert bo.post(f"{base}changes/{proposal.pk}/discard/").status_code == 403


def test_a_proposal_is_found_only_at_its_own_connection(ada, access, base, connection):
    proposal = propose(make_connection(access.workspace), access)
    assert ada.get(f"{base}changes/{proposal.pk}/").status_code == 404
    assert ada.post(f"{base}changes/{proposal.pk}/confirm/").status_code == 404
    cy = client_of(make_access(make_workspace("Elsewhere")).user)
    mine = propose(connection, access)
    assert cy.get(f"{base}changes/{mine.pk}/").status_code == 404


@pytest.mark.parametrize("is_on", [True, False])
def test_what_the_other_object_of_the_same_customers_will_do_is_said(
    ada, access, base, connection, is_on
):
    turned_on(connection, "companies")
    if not is_on:
        turned_on(connection, "contacts")
    said = "One of Contacts and one of Companies at once".lower()
    same = counted(propose(connection, access, enabled=not is_on))
    assert said not in ada.get(f"{base}changes/{same.pk}/").text.lower()
    other = counted(propose(connection, access, enabled=is_on))
    page = ada.get(f"{base}changes/{other.pk}/").text
    assert said in page.lower()
    assert "makes a difference to 0 of Companies" in page
    ObjectSetting.objects.filter(name="companies").delete()
    assert said not in ada.get(f"{base}changes/{other.pk}/").text.lower()


def test_what_the_other_object_gets_is_counted_and_shown_by_examples(
    ada, access, base, connection
):
    for name in ("contacts", "companies"):
        turned_on(connection, name)
    company = make_company(connection.workspace, name="Bird & Sons", email="")
    email = "amy.bird.of.bird.and.sons@example.com"
    known = {"display_name": "Bird & Sons", "given_name": "Amy", "email": email}
    held = make_customer(connection, **known)
    link = make_link(connection, company, held, "companies", base_local={})
    assert link.base_local == {}
    proposal = propose(connection, access, enabled=False)
    where = f"{base}changes/{proposal.pk}/"
    assert "Counting what would change" in ada.get(where).text
    counted(proposal)
    page = ada.get(where).text
    assert "makes a difference to 1 of Companies, which gets its values" in page
    assert f"<ins>{email}</ins>" in page
    assert f'/companies/{company.pk}/"' in page
    cy = client_of(make_access(make_workspace("Elsewhere")).user)
    assert cy.get(where).status_code == 404
