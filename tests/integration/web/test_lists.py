"""Lists of records: boards, filters, columns, pages, totals, exports, many at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from factories.people import make_workspace
from factories.records import make_contact, make_deal, make_invoice

from counterfoil.crm.models import Contact, Pipeline, PropertyDefinition

pytestmark = pytest.mark.django_db


def test_the_board_shows_a_lane_for_every_stage_with_its_sums(ada, base, workspace):
    make_deal(workspace, name="Bread", amount=Decimal("1234.50"))
    board = ada.get(f"{base}/deals/?view=board").text
    assert board.count('class="lane"') == 3
    assert "Bread" in board
    assert "$1,234.50" in board


def test_many_are_archived_after_asking(ada, base, workspace):
    rows = [make_contact(workspace) for _number in range(3)]
    foreign = make_contact(make_workspace("Theirs"))
    sent = {"id": [row.pk for row in rows[:2]] + [foreign.pk]}
    asked = ada.post(f"{base}/contacts/archive/", sent)
    assert "Archive 2 records?" in asked.text
    assert not Contact.objects.exclude(archived_at=None).exists()
    ada.post(f"{base}/contacts/archive/", {**sent, "confirmed": "1"})
    assert Contact.objects.exclude(archived_at=None).count() == 2


def test_a_list_is_filtered_searched_and_sorted_by_its_address(ada, base, workspace):
    make_deal(workspace, name="Small", amount=Decimal(10))
    make_deal(workspace, name="Large", amount=Decimal(900))
    page = ada.get(f"{base}/deals/?f=amount:greater:100").text
    assert "Amount is more than 100" in page
    assert "Large" in page
    assert "Small" not in page
    up = ada.get(f"{base}/deals/?sort=amount").text
    assert up.index("Small") < up.index("Large")
    assert 'aria-sort="ascending"' in up
    assert "Large" not in ada.get(f"{base}/deals/?q=smal").text


def test_a_filter_that_makes_no_sense_is_said_and_can_be_removed(ada, base):
    page = ada.get(f"{base}/deals/?f=amount:greater:plenty&f=nonsense:is:1")
    assert page.status_code == 200
    assert "Not understood: nonsense:is:1" in page.text
    assert "is not a number" in page.text


def test_adding_a_filter_or_columns_ends_under_one_address(ada, base, workspace):
    make_deal(workspace)
    response = ada.get(f"{base}/deals/?field=amount&op=at_least&value=5&sort=amount")
    assert response["Location"] == f"{base}/deals/?f=amount%3Aat_least%3A5&sort=amount"
    response = ada.get(f"{base}/deals/?column=source&column=amount")
    assert response["Location"] == f"{base}/deals/?c=source%2Camount"
    page = ada.get(response["Location"]).text.partition("<thead>")[2]
    assert page.index(">Source<") < page.index(">Amount<")


def test_custom_properties_are_columns_filters_and_fields_too(ada, base, workspace):
    PropertyDefinition.objects.create(
        workspace=workspace,
        object_type="deal",
        name="oven",
        label="Oven model",
        type_key="text",
        created_at=datetime.now(UTC),
    )
    deal = make_deal(workspace, name="With oven", oven="Rotor 900")
    make_deal(workspace, name="Without")
    assert "Rotor 900" in ada.get(f"{base}/deals/?c=oven").text
    assert "Without" not in ada.get(f"{base}/deals/?f=oven:contains:rotor").text
    assert 'name="oven"' in ada.get(f"{base}/deals/{deal.pk}/edit/").text


def test_pages_lead_on_and_back_without_a_gap(ada, base, workspace):
    for number in range(60):
        make_contact(workspace, first_name=f"P{number:02}", last_name="")
    first = ada.get(f"{base}/contacts/?sort=title").text
    names = re.findall(r"contacts/\d+/\" title=\"(P\d\d)\"", first)
    on = re.search(r'href="(\?[^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    second = ada.get(f"{base}/contacts/{on}").text
    names += re.findall(r"contacts/\d+/\" title=\"(P\d\d)\"", second)
    assert names == [f"P{number:02}" for number in range(60)]
    assert "Previous" in second


def test_totals_stand_apart_by_currency(ada, base, workspace):
    make_invoice(workspace, total=Decimal("10.10"))
    make_invoice(workspace, total=Decimal("20.20"))
    make_invoice(workspace, total=Decimal(5), currency="EUR")
    foot = ada.get(f"{base}/invoices/").text
    foot = foot.partition("<tfoot>")[2].partition("</tfoot>")[0]
    assert "$30.30" in foot
    assert "€5.00" in foot
    assert "35.30" not in foot


def test_an_export_is_the_filtered_list_and_runs_no_formula(ada, base, workspace):
    make_deal(workspace, name='=HYPERLINK("evil")', amount=Decimal(7))
    make_deal(workspace, name="Too small", amount=Decimal(1))
    response = ada.get(f"{base}/deals/export/?f=amount:greater:5")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert response["Content-Disposition"] == 'attachment; filename="deals.csv"'
    assert text.startswith("id,title,name,")
    assert "'=HYPERLINK" in text
    assert "Too small" not in text
    assert ",7," in text


def test_a_list_without_a_pipeline_still_opens(ada, base):
    assert not Pipeline.objects.exists()
    assert ada.get(f"{base}/deals/?view=board").status_code == 200
    assert ada.get(f"{base}/deals/new/").status_code == 200
