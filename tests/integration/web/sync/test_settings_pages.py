from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from factories.people import make_access, make_workspace
from factories.remote import make_object
from support.clients import client_of

from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.engine.settings import Gone, Taking, unpacked
from counterfoil.sync.models import ObjectSetting, Proposal, ProposalState
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db


def chosen(**more: object) -> dict[str, object]:
    """The form of contacts as a browser sends it."""
    return {
        "enabled": "on",
        "direction": "both",
        "incoming": "create_update",
        "outgoing": "create_update",
        "on_gone": "keep",
        "on_archived": "keep",
        "name_taken": "suffix",
        "match": ["email", "name", ""],
        "do": "preview",
        **more,
    }


def wanted(connection, name: str = "contacts"):
    """What the newest proposal wants."""
    proposal = Proposal.objects.filter(connection=connection, name=name).latest("pk")
    return unpacked(proposal.values, choices.defaults(connection, name))


def test_the_overview_has_a_row_for_every_object(ada, base):
    page = ada.get(base).text
    rows = re.findall(r'<th scope="row">.*?</svg>\s*<span>(.*?)<br>', page, re.DOTALL)
    assert sorted(rows) == [
        "Companies",
        "Contacts",
        "Credit memos",
        "Estimates",
        "Invoices",
        "Payments",
        "Products",
        "Refund receipts",
        "Sales receipts",
    ]


def test_saving_changes_nothing_but_leads_to_what_would_change(ada, base, connection):
    sent = chosen(direction="in", on_gone="archive")
    answer = ada.post(f"{base}objects/contacts/", sent)
    proposal = Proposal.objects.get()
    assert answer["Location"] == f"{base}changes/{proposal.pk}/"
    assert not ObjectSetting.objects.exists()
    found = wanted(connection)
    assert found.enabled
    assert (found.direction, found.on_gone) == (Direction.IN, Gone.ARCHIVE)
    assert found.match_by == (MatchKey.EMAIL, MatchKey.NAME)
    assert found.rules == choices.defaults(connection, "contacts").rules


def test_what_is_in_force_already_is_no_change(ada, base, connection):
    on = replace(choices.of(connection, "contacts"), enabled=True)
    choices.save(connection, on, by=None, now=datetime.now(UTC))
    page = ada.post(f"{base}objects/contacts/", chosen(), follow=True).text
    assert "Nothing was changed" in page
    assert not Proposal.objects.exists()


def test_a_filter_is_asked_for_added_and_dropped_and_the_rest_is_kept(ada, base):
    where = f"{base}objects/contacts/"
    asked = ada.post(where, chosen(do="ask", add="email", on_gone="archive")).text
    assert 'name="op"' in asked
    assert 'value="archive" checked' in asked
    sent = chosen(do="filter", field="email", op="contains", value="@park.example")
    added = ada.post(where, sent).text
    assert "E-mail contains @park.example" in added
    assert 'name="f" value="email:contains:@park.example"' in added
    kept = chosen(f="email:contains:@park.example")
    dropped = ada.post(where, {**kept, "do": "drop:0"}).text
    assert "@park.example" not in dropped
    assert not Proposal.objects.exists()


def test_a_filter_reaches_the_proposal(ada, base, connection):
    ada.post(f"{base}objects/contacts/", chosen(f="email:contains:@park.example"))
    assert wanted(connection).filters == (("email", "contains", "@park.example"),)


def test_a_filter_that_says_nothing_is_explained_and_kept(ada, base):
    sent = chosen(do="filter", field="email", op="contains", value=" ")
    page = ada.post(f"{base}objects/contacts/", sent).text
    assert "Say what E-mail shall contain." in page
    refused = ada.post(f"{base}objects/contacts/", chosen(f="email:contains:"))
    assert refused.status_code == 422
    assert 'href="#c-filters"' in refused.text
    assert not Proposal.objects.exists()


def test_nothing_to_be_recognised_by_is_refused_beside_its_question(ada, base):
    answer = ada.post(f"{base}objects/contacts/", chosen(match=["", "", ""]))
    assert answer.status_code == 422
    assert 'href="#c-match"' in answer.text
    assert "doubled" in answer.text
    twice = ada.post(f"{base}objects/contacts/", chosen(match=["email", "email"]))
    assert "Each is tried once" in twice.text
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("name", ["direction", "incoming", "on_gone"])
def test_a_choice_that_does_not_exist_is_refused(ada, base, name):
    answer = ada.post(f"{base}objects/contacts/", chosen(**{name: "sideways"}))
    assert answer.status_code == 422
    assert f'id="c-{name}-err"' in answer.text
    assert not Proposal.objects.exists()


def test_products_that_are_created_there_need_an_income_account(ada, base, connection):
    sales = make_object(connection, "accounts", {"name": "Sales", "type": "Income"})
    make_object(connection, "accounts", {"name": "Rent", "type": "Expense"})
    where = f"{base}objects/products/"
    assert '<option value="Sales">' in ada.get(where).text
    assert '<option value="Rent">' not in ada.get(where).text
    sent = chosen(match=["sku", "name"], income_account="")
    without = ada.post(where, sent)
    assert without.status_code == 422
    assert "Choose the account that sales of these products go to." in without.text
    assert "Choose in the settings" not in without.text
    other = ada.post(where, {**sent, "income_account": "Rent"})
    assert other.status_code == 422
    assert "no income account “Rent”" in other.text
    assert 'value="Rent"' in other.text
    assert ada.post(where, {**sent, "income_account": "sales"}).status_code == 302
    found = wanted(connection, "products")
    assert found.options["income_account_id"] == sales.remote_id


def test_documents_only_come_in_and_may_begin_on_a_day(ada, base, connection):
    where = f"{base}objects/invoices/"
    page = ada.get(where).text
    assert 'name="direction"' not in page
    assert 'name="outgoing"' not in page
    sent = {"enabled": "on", "incoming": "update", "on_gone": "archive", "do": "x"}
    wrong = ada.post(where, {**sent, "since": "soon"})
    assert wrong.status_code == 422
    assert 'id="c-since-err"' in wrong.text
    assert ada.post(where, {**sent, "since": "2026-03-01"}).status_code == 302
    found = wanted(connection, "invoices")
    assert (found.incoming, found.since) == (Taking.UPDATE, date(2026, 3, 1))
    assert found.direction is Direction.IN


def test_who_may_not_manage_looks_but_changes_nothing(bo, base):
    for path in ("", "objects/contacts/", "objects/contacts/fields/", "import/"):
        page = bo.get(base + path)
        assert page.status_code == 200
        assert "These roles may: Owner, Admin" in page.text
        assert 'value="preview">See' not in page.text
    for path in ("objects/contacts/", "objects/contacts/fields/", "import/"):
        assert bo.post(base + path, chosen()).status_code == 403
    assert not Proposal.objects.exists()


def test_a_stranger_finds_no_settings(base):
    cy = client_of(make_access(make_workspace("Elsewhere")).user)
    assert cy.get(f"{base}objects/contacts/").status_code == 404
    assert cy.post(f"{base}objects/contacts/", chosen()).status_code == 404
    assert not Proposal.objects.exists()


def test_an_object_that_does_not_exist_is_not_found(ada, base):
    assert ada.get(f"{base}objects/planets/").status_code == 404
    assert ada.get(f"{base}objects/invoices/fields/").status_code == 404


def rows(page: str) -> dict[str, list[str]]:
    """The mappings as the browser would send them back."""
    found = {
        "local": re.findall(r'name="local" value="([^"]*)"', page),
        "remote": re.findall(r'name="remote" value="([^"]*)"', page),
    }
    for name in ("direction", "wins"):
        selects = re.findall(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
        found[name] = [re.search(r'value="(\w+)" selected', s)[1] for s in selects]
    found["may_empty"] = re.findall(r'name="may_empty" value="(\d+)" checked', page)
    return found


def test_a_mapping_is_added_edited_and_removed_as_one_change(ada, base, connection):
    where = f"{base}objects/contacts/fields/"
    before = rows(ada.get(where).text)
    sent = {**before, "do": "add", "add_local": "job_title", "add_remote": "email"}
    refused = ada.post(where, sent)
    assert refused.status_code == 422
    assert 'id="add-err"' in refused.text
    assert "E-mail is mapped twice." in refused.text
    sent = {**sent, "add_remote": "print_name"}
    added = ada.post(where, sent)
    assert added.status_code == 200
    now = rows(added.text)
    assert now["local"][-1:] == ["job_title"]
    removed = rows(ada.post(where, {**now, "do": "remove:0"}).text)
    assert len(removed["local"]) == len(before["local"])
    at = removed["local"].index("email")
    removed["wins"][at], removed["may_empty"] = "local", [str(at)]
    assert not Proposal.objects.exists()
    ada.post(f"{base}objects/contacts/", chosen())
    answer = ada.post(where, {**removed, "do": "preview"})
    proposal = Proposal.objects.latest("pk")
    assert answer["Location"] == f"{base}changes/{proposal.pk}/"
    found = {rule.local: rule for rule in wanted(connection).rules}
    assert (found["email"].wins, found["email"].may_empty) == ("local", True)
    assert found["job_title"].remote == "print_name"
    assert "first_name" not in found
    assert wanted(connection).enabled
    assert not ObjectSetting.objects.exists()


def test_the_defaults_come_back_by_a_button(ada, base):
    where = f"{base}objects/contacts/fields/"
    before = rows(ada.get(where).text)
    fewer = {name: values[:2] for name, values in before.items()}
    assert rows(ada.post(where, {**fewer, "do": "defaults"}).text) == before


def test_a_form_shows_the_change_that_waits_and_says_so(ada, base, connection):
    ada.post(f"{base}objects/contacts/", chosen(direction="in"))
    page = ada.get(f"{base}objects/contacts/").text
    assert "has not been confirmed yet" in page
    assert 'value="in" checked' in page
    proposal = Proposal.objects.get()
    assert f"{base}changes/{proposal.pk}/" in ada.get(base).text
    ada.post(f"{base}changes/{proposal.pk}/discard/")
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.DISCARDED
    assert "has not been confirmed" not in ada.get(f"{base}objects/contacts/").text


def test_a_form_that_htmx_sent_leaves_for_the_preview(ada, base):
    answer = ada.post(f"{base}objects/contacts/", chosen(), HTTP_HX_REQUEST="true")
    assert answer["HX-Redirect"] == f"{base}changes/{Proposal.objects.get().pk}/"
