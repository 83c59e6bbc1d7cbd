"""Figures typed as the page shows them, by people who do not read the workspace's language."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation
from factories import make_deal
from integration.invoicing.books import american_books, oven_deal
from integration.web.invoicing.walking import Walk, text

from counterfoil.crm import line_items
from counterfoil.crm.models import Payment, Product
from counterfoil.crm.refs import Ref
from counterfoil.invoicing.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def reading(access):
    def read(language):
        access.user.language = language
        access.user.save()

    assert access.workspace.language == "en"
    # A request leaves its reader's language to whatever runs after it.
    with translation.override("en"):
        yield read


@pytest.mark.parametrize(
    ("language", "typed", "value", "shown"),
    [
        ("pl", "1 234,50", "1234.50", "1234,5"),
        ("pl", "1,234", "1.234", "1,234"),
        ("pt-br", "1.234", "1234", "1234"),
        ("pt-br", "1.234,567", "1234.567", "1234,567"),
        ("ko", "1,234.5", "1234.5", "1234.5"),
    ],
)
def test_a_product_s_price_is_kept_and_shown_again(
    ada, base, reading, language, typed, value, shown
):
    reading(language)
    made = ada.post(f"{base}/products/new/", {"name": "Belt", "unit_price": typed})
    form = f"{made.url}edit/"
    assert f'value="{shown}"' in text(ada.get(form))
    again = ada.post(form, {"name": "Belt, 900", "unit_price": shown})
    assert again.status_code == 302
    assert _price(made.url) == Decimal(value)
    in_place = ada.post(
        f"{made.url}properties/unit_price/",
        {"unit_price": shown},
        HTTP_HX_REQUEST="true",
    )
    assert in_place.status_code == 200
    assert _price(made.url) == Decimal(value)


def _price(url):
    return Product.objects.get(pk=url.rstrip("/").rpartition("/")[2]).unit_price


def test_a_refused_form_shows_the_figure_as_it_was_typed(ada, base, reading):
    reading("pl")
    answer = ada.post(f"{base}/products/new/", {"name": "", "unit_price": "1 234,50"})
    assert answer.status_code == 422
    assert 'value="1234,50"' in text(answer)


def test_a_list_is_narrowed_by_what_was_typed(ada, base, workspace, reading):
    reading("pl")
    make_deal(workspace, name="Small", amount=Decimal("1234.5"))
    make_deal(workspace, name="Large", amount=Decimal("1234.51"))
    page = f"{base}/deals/"
    form = text(ada.get(f"{page}?add=amount"))
    assert '<input type="hidden" name="figures" value="1">' in form
    assert 'name="figures"' not in text(ada.get(f"{page}?add=name"))
    sent = {"field": "amount", "op": "greater", "value": "1 234,50", "figures": "1"}
    narrowed = text(ada.get(page, sent, follow=True))
    assert "Large" in narrowed
    assert "Small" not in narrowed
    assert "1\xa0234,5</" in narrowed.replace(" <", "<")


def test_lines_are_entered_and_found_again(ada, base, workspace, reading):
    reading("pl")
    deal = make_deal(workspace)
    row = {
        "line_item": "",
        "product": "",
        "name": "Flour",
        "description": "",
        "quantity": "0,125",
        "unit_price": "1 234,5678",
        "discount_percent": "2,5",
        "discount_amount": "",
        "do": "save",
    }
    page = f"{base}/deals/{deal.pk}/lines/"
    assert ada.post(page, row).status_code == 302
    [line] = line_items.of(workspace, Ref.of(deal))
    assert (line.quantity, line.unit_price) == (Decimal("0.125"), Decimal("1234.5678"))
    assert line.discount_percent == Decimal("2.5")
    editor = text(ada.get(page))
    for shown in ("0,125", "1234,5678", "2,5"):
        assert f'value="{shown}"' in editor


def test_a_payment_is_recorded_and_given_back(ada, base, workspace, reading):
    reading("pl")
    deal = make_deal(workspace)
    sent = {"amount": "1 234,50", "paid_on": "2026-03-01", "source": "payment_link"}
    sent |= {"fee": "0,35", "method": "", "reference": "1,234"}
    made = ada.post(f"{base}/deals/{deal.pk}/payment/", sent)
    assert made.status_code == 302
    payment = Payment.objects.get()
    assert (payment.amount, payment.fee) == (Decimal("1234.5"), Decimal("0.35"))
    assert payment.reference == "1,234"
    refund = f"{base}/payments/{payment.pk}/refund/"
    assert 'value="1234,5"' in text(ada.get(refund))
    ada.post(
        refund,
        {"amount": "34,5", "refunded_on": "2026-03-02", "version": payment.version},
    )
    payment.refresh_from_db()
    assert payment.refunded == Decimal("34.5")


def test_a_document_counts_what_was_meant(ada, workspace, reading):
    reading("pl")
    american_books(workspace)
    walk = Walk(ada, "invoice", oven_deal(workspace))
    walk.choose_source()
    walk.do("customer", customer_id="58")
    typed = {"description-1": "", "quantity-1": "1,250", "unit_price-1": "1 000,00"}
    walk.do("lines", go="previous", **typed)
    page = text(walk.see("lines"))
    assert 'value="1,250"' in page
    assert 'value="1000,00"' in page
    assert "1\xa0250,00\xa0USD" in page
    reviewed = text(walk.see("review"))
    assert ">1,250</td>" in reviewed
    line = Draft.objects.get().content["lines"][0]
    assert (line["quantity"], line["unit_price"]) == ("1.250", "1000.00")
