from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from factories.records import make_deal, make_product, make_quote

from counterfoil.crm import associations
from counterfoil.crm.models import Stage
from counterfoil.crm.refs import Ref

pytestmark = pytest.mark.django_db


@pytest.fixture
def lapsed(workspace):
    """A published quote whose day was the day before yesterday, in any zone."""
    day = (datetime.now(UTC) - timedelta(days=2)).date()
    return make_quote(workspace, status="published", expires_on=day)


def test_a_published_quote_past_its_date_is_expired_wherever_it_stands(
    ada, base, workspace, lapsed
):
    deal = make_deal(workspace)
    associations.associate(
        workspace=workspace,
        left=Ref.of(deal),
        right=Ref.of(lapsed),
        now=datetime.now(UTC),
    )
    row = ada.get(f"{base}/quotes/").text.partition("<tbody>")[2]
    card = ada.get(f"{base}/deals/{deal.pk}/").text
    page = ada.get(f"{base}/quotes/{lapsed.pk}/").text
    file = ada.get(f"{base}/quotes/export/")
    assert ">Expired<" in row
    for text in (row, card, page):
        assert "Expired" in text
        assert "Published" not in text
    assert b",expired," in b"".join(file.streaming_content)


def test_a_quote_that_is_valid_today_is_published_on_the_deals_card(
    ada, base, workspace
):
    day = (datetime.now(UTC) + timedelta(days=2)).date()
    quote = make_quote(workspace, status="published", expires_on=day)
    deal = make_deal(workspace)
    associations.associate(
        workspace=workspace,
        left=Ref.of(deal),
        right=Ref.of(quote),
        now=datetime.now(UTC),
    )
    card = ada.get(f"{base}/deals/{deal.pk}/").text
    assert "Published" in card
    assert "Expired" not in card


def test_amounts_on_the_timeline_name_their_currency(ada, base, workspace):
    deal = make_deal(workspace, amount=Decimal(4860), currency="EUR")
    ada.post(f"{base}/deals/{deal.pk}/properties/amount/", {"amount": "4861"})
    product = make_product(workspace, unit_price=Decimal("0.125"), currency="GBP")
    ada.post(f"{base}/products/{product.pk}/properties/unit_price/", {"unit_price": 2})
    told = ada.get(f"{base}/deals/{deal.pk}/").text
    assert "changed from €4,860.00 to €4,861.00" in told
    ada.post(f"{base}/deals/{deal.pk}/properties/currency/", {"currency": "GBP"})
    ada.post(f"{base}/deals/{deal.pk}/properties/amount/", {"amount": "7"})
    told = ada.get(f"{base}/deals/{deal.pk}/").text
    assert "changed from €4,860.00 to €4,861.00" in told
    assert "changed from £4,861.00 to £7.00" in told
    told = ada.get(f"{base}/products/{product.pk}/").text
    assert "changed from £0.125 to £2.00" in told


def test_the_page_to_change_ones_password_opens(ada):
    page = ada.get("/password/")
    assert page.status_code == 200
    assert 'id="password-hint"' in page.text
    assert "aria-invalid" not in page.text


def test_a_board_is_searched_for_what_no_name_can_hold(ada, base, workspace):
    make_deal(workspace, name="Wedding cake")
    page = ada.get(f"{base}/deals/?view=board&q=%00wedding")
    assert "Wedding cake" in page.text


@pytest.mark.parametrize("path", ["deals/", "deals/export/", "", "deals/0/"])
def test_what_a_workspace_holds_is_kept_on_no_disk(ada, base, path):
    assert "no-store" in ada.get(f"{base}/{path}").headers.get("Cache-Control", "no")


def test_a_filter_may_tick_several_of_a_list_or_give_two_ends(ada, base, workspace):
    page = ada.get(f"{base}/quotes/?add=status").text
    assert 'value="any_of"' in page
    assert " multiple " in page
    page = ada.get(f"{base}/deals/?add=amount").text
    assert 'value="between"' in page
    assert page.count('name="value"') == 2
    sent = {"field": "amount", "op": "between", "value": ["1", "5"]}
    where = ada.get(f"{base}/deals/", sent)["Location"]
    make_deal(workspace, name="Within", amount=Decimal(5))
    make_deal(workspace, name="Beyond", amount=Decimal(6))
    page = ada.get(where).text
    assert "Within" in page
    assert "Beyond" not in page


def test_a_span_of_days_is_asked_for_as_a_number(ada, base, workspace):
    page = ada.get(f"{base}/deals/?add=closes_on").text
    assert 'name="days" type="number"' in page
    sent = {"field": "closes_on", "op": "within_next", "value": "", "days": "7"}
    where = ada.get(f"{base}/deals/", sent)["Location"]
    soon = (datetime.now(UTC) + timedelta(days=3)).date()
    make_deal(workspace, name="Soon", closes_on=soon)
    make_deal(workspace, name="Later", closes_on=soon + timedelta(days=30))
    page = ada.get(where).text
    assert "Soon" in page
    assert "Later" not in page


def test_a_lost_deal_was_not_won_on_its_way(ada, base, workspace):
    deal = make_deal(workspace)
    lost = Stage.objects.get(pipeline=deal.pipeline, outcome="lost")
    ada.post(f"{base}/deals/{deal.pk}/stage/", {"stage": lost.pk})
    page = ada.get(f"{base}/deals/{deal.pk}/").text
    path = page.partition('class="path"')[2].partition("</ol>")[0]
    assert re.findall(r'<li class="([^"]*)"', path) == ["on", "", "now lost"]


def test_a_sign_in_with_what_no_address_can_hold_is_merely_wrong(db):
    answer = Client().post("/login/", {"email": "ada\0@x.example", "password": "\0"})
    assert answer.status_code == 422


def test_a_person_is_added_without_what_no_name_can_hold(ada, base):
    sent = {"email": "nia\0@x.example", "name": "Nia\0", "role": "sales"}
    page = ada.post(f"{base}/settings/people/", sent, follow=True)
    assert page.status_code == 200
    assert "nia@x.example" in page.text


@pytest.mark.parametrize("discount", ["101", "-1", "100.0001"])
def test_a_discount_is_a_part_of_its_line(ada, base, workspace, discount):
    deal = make_deal(workspace)
    line = {
        "line_item": "",
        "product": "",
        "name": "Cake",
        "description": "",
        "quantity": "1",
        "unit_price": "5",
        "discount_percent": discount,
        "do": "save",
    }
    where = f"{base}/deals/{deal.pk}/lines/"
    answer = ada.post(where, line)
    assert answer.status_code == 422
    assert "Enter a discount from 0 to 100 %." in answer.text
    assert ada.post(where, {**line, "discount_percent": "100"}).status_code == 302


def test_enter_in_the_line_editor_saves_or_searches_and_removes_nothing(
    ada, base, workspace
):
    deal = make_deal(workspace)
    where = f"{base}/deals/{deal.pk}/lines/"
    names = {"line_item": "", "product": "", "description": "", "discount_percent": ""}
    line = {**names, "name": "Cake", "quantity": "1", "unit_price": "5"}
    first = re.search(r'name="do" value="([^"]+)"', ada.get(where).text)[1]
    searched = ada.post(where, {**line, "do": first, "q": "oven"})
    assert searched.status_code == 200
    assert 'value="Cake"' in searched.text
    saved = ada.post(where, {**line, "do": first}, HTTP_HX_REQUEST="true")
    assert saved["HX-Redirect"] == f"{base}/deals/{deal.pk}/"
    assert "Cake" in ada.get(f"{base}/deals/{deal.pk}/").text


def test_searching_a_filtered_list_keeps_each_filter_once_and_starts_anew(ada, base):
    page = ada.get(f"{base}/deals/?f=amount:greater:5&after=somewhere&q=tea").text
    form = page.partition('role="search" hx-trigger')[2].partition("</form>")[0]
    assert f'hx-get="{base}/deals/"' in form
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    assert hidden == [("f", "amount:greater:5")]
