"""Which sales tax a US company with manual tax has preselected."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import NOW
from integration.invoicing.books import american_books, hold, oven_deal, ready_draft

from counterfoil.connections.models import RemoteObject
from counterfoil.invoicing import company as companies, drafts
from counterfoil.invoicing.content import NO_TAX
from counterfoil.invoicing.issue import issue_draft
from counterfoil.posting.models import Intent

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(access):
    connection = american_books(access.workspace, tax_mode="us_manual")
    for remote_id, name in (("2", "California"), ("3", "Tucson")):
        rates = [{"rate_id": remote_id, "percent": "8", "order": 0}]
        hold(connection, "tax_codes", remote_id, name, sales_rates=rates)
    return connection


@pytest.fixture
def deal(access):
    return oven_deal(access.workspace)


def customer_has(connection, code):
    row = RemoteObject.objects.get(connection=connection, stream="customers")
    row.content["default_tax_code_id"] = code
    row.save()


def company_has(connection, code):
    connection.facts["default_tax_code"] = code
    connection.save()


def preselected(access, connection, deal):
    return drafts.content_of(ready_draft(access, connection, deal)).tax_code_id


def issued_with(access, connection, deal, code):
    draft = ready_draft(access, connection, deal)
    content = replace(drafts.content_of(draft), tax_code_id=code)
    issue_draft(access=access, draft=drafts.save(draft, content, now=NOW), now=NOW)


def test_the_customers_own_comes_before_the_companys(access, connection, deal):
    company_has(connection, "2")
    assert preselected(access, connection, deal) == "2"
    customer_has(connection, "3")
    assert preselected(access, connection, deal) == "3"


def test_a_code_that_is_not_in_use_any_more_is_not_preselected(
    access, connection, deal
):
    customer_has(connection, "99")
    assert preselected(access, connection, deal) == ""


def test_without_either_the_last_choice_is_taken_but_never_that_there_is_none(
    access, connection, deal
):
    issued_with(access, connection, deal, "3")
    issued_with(access, connection, deal, NO_TAX)
    assert preselected(access, connection, deal) == "3"


def test_what_was_chosen_stays(access, connection, deal):
    customer_has(connection, "3")
    draft = ready_draft(access, connection, deal)
    content = replace(drafts.content_of(draft), tax_code_id=NO_TAX)
    company = companies.read(connection, access.workspace, content, now=NOW)
    assert drafts.with_tax(content, company, connection) == content


def test_where_quickbooks_reckons_the_tax_none_is_preselected(access, connection, deal):
    connection.facts["tax_mode"] = "us_automated"
    customer_has(connection, "3")
    company_has(connection, "2")
    assert preselected(access, connection, deal) == ""


def test_no_code_that_the_books_do_not_have_is_sent(access, connection, deal):
    row = RemoteObject.objects.get(connection=connection, stream="customers")
    row.content["taxable"] = False
    row.save()
    issued_with(access, connection, deal, "99")
    assert Intent.objects.get(kind="invoice").document["tax_code_id"] == ""
