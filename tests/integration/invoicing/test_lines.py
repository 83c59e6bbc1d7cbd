"""What a line item says stands in the document that is made of it without a person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from factories import NOW, make_access, make_workspace
from integration.api.program import Program, asked
from integration.invoicing.books import (
    american_books,
    british_books,
    give_lines,
    hold,
    oven_deal,
)

from counterfoil.connections.models import Connection
from counterfoil.crm.models import Deal, Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import making
from counterfoil.invoicing.making import Settings
from counterfoil.invoicing.order import NotReady
from counterfoil.posting.models import Intent

pytestmark = pytest.mark.django_db
OVEN: dict[str, Any] = {"name": "Oven service", "sku": "OVEN", "unit_price": 95}
STEP = Actor("workflow", "1", "Invoice on deal won")


@pytest.fixture
def america() -> Connection:
    """With classes and days on the lines."""
    made = american_books(
        make_workspace(), class_tracking="line", allows_service_date=True
    )
    hold(made, "classes", "7", "Kitchen")
    return made


@pytest.fixture
def britain() -> Connection:
    return british_books(make_workspace())


def deal_of(connection: Connection, *lines: dict[str, Any]) -> Deal:
    deal = oven_deal(connection.workspace, currency=connection.home_currency)
    give_lines(deal, [{**OVEN, **line} for line in lines])
    return deal


def made(connection: Connection, source: Record, **settings: Any) -> Any:
    return making.make(
        connection=connection,
        source=Ref.of(source),
        settings=Settings("invoice", **settings),
        key=("step", "1", str(source.pk)),
        actor=STEP,
        now=NOW,
    )


def lines_there() -> list[dict[str, Any]]:
    return Intent.objects.get().document["lines"]


def refused(connection: Connection, source: Record, **settings: Any) -> list[Any]:
    with pytest.raises(NotReady) as caught:
        made(connection, source, **settings)
    assert not Intent.objects.exists()
    return [(each.step, each.field, each.message) for each in caught.value.problems]


def test_an_amount_off_and_the_day_and_class_of_a_line_are_carried_over(america):
    deal = deal_of(
        america,
        {
            "quantity": 3,
            "discount_amount": "0.37",
            "service_date": "2026-02-27",
            "class_name": " kitchen ",
        },
        {},
    )
    assert made(america, deal).total == Decimal("379.63")
    first, second = lines_there()
    assert first["amount"] == "284.63"
    assert (first["service_on"], first["class_id"]) == ("2026-02-27", "7")
    assert (second["service_on"], second["class_id"]) == ("", "")


def test_a_class_that_the_books_do_not_have_means_no_document(america):
    deal = deal_of(america, {}, {"class_name": "Garden"})
    found = refused(america, deal)
    assert found == [("lines", "class_id-2", "Choose a class of the list.")]


def test_a_name_is_no_id(america):
    deal = deal_of(america, {"class_name": "7"})
    found = refused(america, deal)
    assert found == [("lines", "class_id-1", "Choose a class of the list.")]


def test_of_two_classes_of_one_name_the_whole_name_tells_which(america):
    hold(america, "classes", "8", "Repairs", full_name="Kitchen:Repairs")
    hold(america, "classes", "9", "Repairs", full_name="Shop:Repairs")
    assert refused(america, deal_of(america, {"class_name": "Repairs"}))
    made(america, deal_of(america, {"class_name": "Shop:Repairs"}))
    assert [line["class_id"] for line in lines_there()] == ["9"]


@pytest.mark.parametrize("tracking", ["document", ""])
def test_where_lines_have_no_class_its_name_counts_for_nothing(america, tracking):
    america.facts = {**america.facts, "class_tracking": tracking}
    america.save()
    made(america, deal_of(america, {"class_name": "Garden", "tax_code": "20.0% S"}))
    [line] = lines_there()
    assert (line["class_id"], line["tax_code_id"]) == ("", "")


def test_a_line_is_taxed_by_the_code_that_it_names(britain):
    rates = [{"rate_id": "7", "percent": "20", "order": 0}]
    hold(britain, "tax_codes", "21", "20.0% RC", sales_rates=rates)
    deal = deal_of(britain, {"tax_code": "20.0% s"}, {})
    assert made(britain, deal, tax_code_id="21").total == Decimal(228)
    assert [line["tax_code_id"] for line in lines_there()] == ["20", "21"]


def test_a_code_that_the_books_do_not_have_is_not_replaced_by_another(britain):
    deal = deal_of(britain, {"tax_code": "17.5% S"})
    found = refused(britain, deal, tax_code_id="20")
    assert found == [("lines", "tax_code-1", "Choose a tax code.")]


def test_a_program_is_told_which_line_names_what_is_not_there():
    access = make_access()
    books = american_books(access.workspace, class_tracking="line")
    deal = deal_of(books, {}, {"class_name": "Garden", "discount_amount": "5"})
    answer = Program(access).post("", asked(deal))
    assert answer.status_code == 422
    assert [(each["message"], each["in"]) for each in answer.json()["errors"]] == [
        ("Choose a class of the list.", "class_id-2")
    ]
    hold(books, "classes", "7", "Garden")
    answer = Program(access).post("", asked(deal))
    assert answer.status_code == 201, answer.content
    assert answer.json()["properties"]["total"] == "185.00"
