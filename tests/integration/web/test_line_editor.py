"""The line editor of deals, quotes and payments: what a row folds out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from factories import make_deal, make_quote
from integration.invoicing.books import give_lines, oven_deal
from integration.web.invoicing.walking import Walk, full_books, text

from counterfoil.crm import line_items
from counterfoil.crm.refs import Ref

pytestmark = pytest.mark.django_db
PLAIN = {
    "line_item": "",
    "product": "",
    "name": "Cake",
    "description": "",
    "quantity": "2",
    "unit_price": "50",
    "discount_percent": "",
    "do": "save",
}
FOLDED = {
    "discount_amount": "0.37",
    "service_date": "2026-02-27",
    "tax_code": "20.0% S",
    "class_name": "Kitchen",
}


def told(workspace, record):
    return [
        (line.discount_amount, line.service_date, line.tax_code, line.class_name)
        for line in line_items.of(workspace, Ref.of(record))
    ]


def test_all_that_a_document_says_of_a_line_is_entered_and_shown(ada, workspace):
    quote = make_quote(workspace)
    page = f"/w/{workspace.pk}/quotes/{quote.pk}/"
    assert ada.post(f"{page}lines/", {**PLAIN, **FOLDED}).status_code == 302
    day = date(2026, 2, 27)
    assert told(workspace, quote) == [(Decimal("0.37"), day, "20.0% S", "Kitchen")]
    seen = text(ada.get(page))
    assert "$99.63" in seen
    assert "$0.37" in seen
    assert "Feb 27, 2026 · 20.0% S · Kitchen" in seen
    editor = text(ada.get(f"{page}lines/"))
    assert "<details open>" in editor
    for name in FOLDED:
        assert f'name="{name}"' in editor


def test_a_deal_s_card_takes_the_amount_off(ada, workspace):
    deal = make_deal(workspace)
    page = f"/w/{workspace.pk}/deals/{deal.pk}/"
    ada.post(f"{page}lines/", {**PLAIN, **FOLDED})
    seen = text(ada.get(page))
    assert "$0.37" in seen
    assert "$99.63" in seen


@pytest.mark.parametrize(
    ("entered", "name", "said"),
    [
        ({"discount_amount": "100.01"}, "discount_amount", "larger than the line"),
        ({"discount_amount": "some"}, "discount_amount", "is not a number"),
        (
            {"discount_amount": "1", "discount_percent": "5"},
            "discount_amount",
            "in per cent or as an amount, not both",
        ),
        ({"service_date": "soon"}, "service_date", "is not a date"),
        ({"class_name": "x" * 501}, "class_name", "500"),
    ],
)
def test_what_is_wrong_where_a_row_folds_out_is_said_there(
    ada, workspace, entered, name, said
):
    deal = make_deal(workspace)
    where = f"/w/{workspace.pk}/deals/{deal.pk}/lines/"
    answer = ada.post(where, {**PLAIN, **entered})
    assert answer.status_code == 422
    assert f'id="line-0-{name}-err"' in text(answer)
    assert said in text(answer)
    assert "<details open>" in text(answer)
    assert told(workspace, deal) == []


def test_a_form_without_what_folds_out_leaves_it_and_an_empty_one_clears_it(
    ada, workspace
):
    deal = make_deal(workspace)
    where = f"/w/{workspace.pk}/deals/{deal.pk}/lines/"
    ada.post(where, {**PLAIN, **FOLDED})
    [line] = line_items.of(workspace, Ref.of(deal))
    kept = {**PLAIN, "line_item": line.pk}
    before = told(workspace, deal)
    ada.post(where, kept)
    assert told(workspace, deal) == before
    ada.post(where, {**kept, **dict.fromkeys(FOLDED, "")})
    assert told(workspace, deal) == [(Decimal(0), None, "", "")]


def test_a_class_that_is_not_there_stays_to_be_chosen_in_the_wizard(ada, workspace):
    full_books(workspace)
    deal = oven_deal(workspace)
    give_lines(
        deal,
        [
            {
                "name": "Oven service",
                "sku": "OVEN",
                "unit_price": 95,
                "discount_amount": "5",
                "service_date": "2026-02-27",
                "class_name": "Garden",
            }
        ],
    )
    walk = Walk(ada, "invoice", deal)
    walk.choose_source()
    walk.do("customer", customer_id="58")
    seen = walk.read("lines")
    assert 'value="2026-02-27"' in seen
    assert 'name="discount_amount-1" inputmode="decimal" value="5"' in seen
    entered = {"description-1": "", "quantity-1": "1", "unit_price-1": "95"}
    stays = walk.do("lines", **entered, **{"class_id-1": "unknown"})
    assert "Choose a class of the list." in text(stays)
    left = walk.do("lines", **entered, **{"class_id-1": "7"})
    assert left.url == walk.address("terms")
