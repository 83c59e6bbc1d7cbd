"""The list of invoices: what is open, by age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from factories.people import make_workspace
from factories.records import make_deal, make_invoice
from support.queries import at_most

from counterfoil.crm.models import Invoice
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def base(workspace: Workspace) -> str:
    return f"/w/{workspace.pk}/invoices/"


def make_due(workspace: Workspace, days: int, **values: object) -> Invoice:
    due = workspace.today(datetime.now(UTC)) - timedelta(days=days)
    return make_invoice(workspace, due_on=due, **values)


def strip(page: str) -> str:
    return page.partition('class="owed"')[2].partition("</nav>")[0]


def body(page: str) -> str:
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


def test_what_is_open_stands_above_the_list_by_age(ada, base, workspace):
    make_due(workspace, -3, balance=Decimal(10))
    make_due(workspace, 40, balance=Decimal("20.50"))
    make_due(workspace, 400, balance=Decimal(0))
    shown = strip(ada.get(base).text)
    assert "$10.00" in shown
    assert "$20.50" in shown
    assert "$30.50" in shown
    assert "400" not in shown


def test_currencies_are_never_added_to_each_other(ada, base, workspace):
    make_due(workspace, 5, balance=Decimal(10))
    make_due(workspace, 5, balance=Decimal(7), currency="EUR")
    shown = strip(ada.get(base).text)
    assert "€7.00" in shown
    assert "17" not in shown
    euros = ada.get(f"{base}?f=currency:is:EUR&f=age:is:30").text
    assert "€7.00" in body(euros)
    assert "$10.00" not in body(euros)


def test_a_sum_leads_to_what_it_is_the_sum_of(ada, base, workspace):
    make_due(workspace, 5, number="young")
    make_due(workspace, 95, number="ancient")
    assert "?f=age%3Ais%3Aolder" in strip(ada.get(base).text)
    page = ada.get(f"{base}?f=age:is:older").text
    assert "ancient" in body(page)
    assert "young" not in body(page)
    assert "Age is Over 90 days" in page
    assert "1 to 30 days" in strip(page)
    assert strip(page).count('aria-current="true"') == 1


def test_ages_are_columns_with_totals(ada, base, workspace):
    make_due(workspace, 5, balance=Decimal("3.25"))
    make_due(workspace, 6, balance=Decimal("4.25"))
    page = ada.get(f"{base}?c=open_30,open_older&sort=due_on").text
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    assert "1 to 30 days" in head
    assert "sort=open_30" not in head
    assert "$3.25" in body(page)
    assert "$7.50" in page.partition("<tfoot>")[2]


def test_the_list_by_age_is_one_click_away(ada, base, workspace):
    make_due(workspace, 5, number="open-one")
    make_due(workspace, 5, number="paid-one", balance=Decimal(0))
    tabs = ada.get(base).text.partition('class="tabs"')[2].partition("</nav>")[0]
    address = tabs.rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    page = ada.get(f"{base}{address}").text
    assert "open-one" in body(page)
    assert "paid-one" not in body(page)
    assert '<span class="clip">Open</span>' in page
    assert 'aria-current="page">By age<' in page


def test_a_list_of_invoices_costs_a_bounded_number_of_queries(ada, base, workspace):
    for days in range(0, 120, 10):
        make_due(workspace, days)
    ada.get(base)
    with at_most(12):
        ada.get(f"{base}?c=open_30,age&f=age:known:&f=currency:is:USD")


def test_deals_have_no_ages(ada, workspace):
    make_deal(workspace)
    page = ada.get(f"/w/{workspace.pk}/deals/")
    assert 'class="owed"' not in page.text
    wrong = ada.get(f"/w/{workspace.pk}/deals/?f=age:is:30")
    assert wrong.status_code == 200
    assert "There is no property" in wrong.text


def test_the_export_carries_the_ages(ada, base, workspace):
    make_due(workspace, 5, balance=Decimal("3.25"), customer_name="=1+1")
    response = ada.get(f"{base}export/")
    head, row = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    named = dict(zip(head.split(","), row.split(","), strict=True))
    assert named["age"] == "30"
    assert named["open_30"] == "3.25"
    assert named["open_current"] == ""
    assert named["customer_name"] == "'=1+1"


def test_only_what_was_chosen_is_exported(ada, base, workspace):
    chosen, other = make_invoice(workspace), make_invoice(workspace)
    foreign = make_invoice(make_workspace("Theirs"))
    response = ada.post(f"{base}export/chosen/", {"id": [chosen.pk, foreign.pk]})
    rows = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert rows[1].startswith(f"{chosen.pk},")
    assert str(other.pk) not in rows[1].split(",")[0]
