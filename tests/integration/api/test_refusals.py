"""Every rule of the documents, told over the API by field with the page's sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from factories import NOW, make_deal, make_invoice, make_quote
from integration.api.program import Program
from integration.invoicing.books import (
    british_books,
    give_lines,
    oven_deal,
)
from integration.web.invoicing.walking import full_books, paid

from counterfoil.connections import links
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.connections.qualification import Judge, qualifiers
from counterfoil.crm import associations
from counterfoil.crm.models import Payment, Quote, QuoteStatus, Record
from counterfoil.crm.refs import Ref
from counterfoil.posting.models import Intent
from counterfoil.workspaces.access import Access

pytestmark = pytest.mark.django_db
BACK = {"refunded": Decimal(95), "refunded_on": date(2026, 3, 9)}


@pytest.fixture
def connection(access: Access) -> Connection:
    return full_books(access.workspace)


def facts(connection: Connection, **changed: Any) -> None:
    connection.facts = {**connection.facts, **changed}
    connection.save()


def asked(record: Record, kind: str, **settings: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "source": {"type": record.object_type, "id": record.pk},
        "settings": settings,
    }


def refused(access: Access, body: dict[str, Any], field: str) -> str:
    """What is said of a field; and that nothing was asked for in the books."""
    answer = Program(access).post("", body)
    assert answer.status_code == 422, answer.content
    assert not Intent.objects.exists()
    said = [each["message"] for each in answer.json()["errors"] if each["in"] == field]
    assert said, answer.content
    return " ".join(said)


def quote_of(connection: Connection, status: str, **values: Any) -> Quote:
    """A quote for an oven service, of the people of a deal."""
    workspace = connection.workspace
    deal, quote = oven_deal(workspace), make_quote(workspace, **values)
    quote.status = status
    quote.save()
    give_lines(quote, [{"name": "Oven service", "sku": "OVEN", "unit_price": 95}])
    for ref in (
        Ref.of(deal),
        *associations.refs_of(workspace, Ref.of(deal), "contact"),
    ):
        associations.associate(
            workspace=workspace, left=Ref.of(quote), right=ref, now=NOW
        )
    return quote


@pytest.mark.parametrize("from_deal", [False, True])
@pytest.mark.parametrize(
    ("status", "expires_on", "said"),
    [
        (QuoteStatus.DRAFT, None, "It is a draft: publish the quote first."),
        (QuoteStatus.PUBLISHED, date(2026, 3, 1), "It expired on Mar 1, 2026."),
    ],
)
def test_a_quote_must_be_published_and_unexpired(
    access, connection, status, expires_on, said, from_deal
):
    quote = quote_of(connection, status, expires_on=expires_on)
    body = asked(quote, "invoice")
    if from_deal:
        [deal] = associations.of(access.workspace, Ref.of(quote), "deal")
        body = asked(deal, "invoice", source=f"quote-{quote.pk}")
    assert said in refused(access, body, "source")


def test_every_line_has_a_product_or_may_create_one(access, connection):
    deal = oven_deal(connection.workspace)
    give_lines(deal, [{"name": "Flux capacitor", "unit_price": 1}])
    said = refused(access, asked(deal, "invoice"), "item")
    assert "“Flux capacitor”, so nothing was created" in said
    creating = asked(deal, "invoice", creates_products=True)
    assert "Name the income account" in refused(access, creating, "income_account_id")
    creating["settings"]["income_account_id"] = "35"  # a bank
    assert "income account" in refused(access, creating, "item-1")


def test_an_inactive_product_is_named(access, connection):
    deal = oven_deal(connection.workspace)
    RemoteObject.objects.filter(stream="items", remote_id="11").update(active=False)
    said = refused(access, asked(deal, "invoice"), "item-1")
    assert "“Oven service” is inactive in QuickBooks." in said


def test_a_paid_invoice_has_no_taxable_line_and_a_sales_receipt_may(access, connection):
    payment = paid(connection, amount=Decimal(210))
    give_lines(payment, [{"name": "Rotor belt", "sku": "77-0412", "unit_price": 210}])
    said = refused(access, asked(payment, "paid_invoice"), "kind")
    assert "“Rotor belt” is taxable." in said
    assert "create a sales receipt instead" in said
    done = Program(access).post("", asked(payment, "sales_receipt"))
    assert done.status_code == 201, done.content


@pytest.mark.parametrize("kind", ["paid_invoice", "sales_receipt"])
def test_money_is_not_booked_twice(access, connection, kind):
    payment = paid(connection, source="invoice")
    said = refused(access, asked(payment, kind), "source")
    assert "would count the money twice" in said


def test_lines_come_to_what_was_paid(access, connection):
    facts(connection, tax_mode="none")
    payment = paid(connection, amount=Decimal("94.99"))
    said = refused(access, asked(payment, "sales_receipt"), "amount")
    assert "The lines come to $95.00, but the payment is $94.99." in said


def test_a_refund_receipt_needs_the_full_refund_and_an_account(access, connection):
    part = paid(connection, refunded=Decimal(50))
    said = refused(access, asked(part, "refund_receipt"), "refunded")
    assert "The payment is not refunded in full." in said
    facts(connection, default_deposit_account="")
    whole = paid(connection, reference="ch_2", **BACK)
    said = refused(access, asked(whole, "refund_receipt"), "deposit_account_id")
    assert said == "Choose the account that the money leaves."


def test_outside_the_us_every_line_has_a_tax_code(access):
    connection = british_books(access.workspace)
    deal = oven_deal(connection.workspace, currency="GBP")
    said = refused(access, asked(deal, "invoice"), "tax_code-1")
    assert said == "Choose a tax code."
    done = Program(access).post("", asked(deal, "invoice", tax_code_id="20"))
    assert done.status_code == 201, done.content
    sold = Intent.objects.get().document["lines"]
    assert [line["tax_code_id"] for line in sold] == ["20", "20"]


def test_in_the_us_no_line_has_a_code_whatever_is_sent(access, connection):
    deal = oven_deal(connection.workspace)
    done = Program(access).post("", asked(deal, "invoice", tax_code_id="20"))
    assert done.status_code == 201, done.content
    document = Intent.objects.get().document
    assert [line["tax_code_id"] for line in document["lines"]] == ["", ""]
    assert document["tax_code_id"] == ""


def test_the_company_must_have_the_currency(access, connection):
    deal = oven_deal(connection.workspace, currency="JPY")
    said = refused(access, asked(deal, "invoice"), "customer_id")
    assert "is kept in USD in QuickBooks, which cannot be changed there." in said
    RemoteObject.objects.filter(stream="customers").delete()
    said = refused(access, asked(deal, "invoice"), "customer_id")
    assert "does not use JPY in QuickBooks." in said


def test_the_customer_keeps_its_currency(access, connection):
    deal = oven_deal(connection.workspace, currency="EUR")
    body = asked(deal, "invoice", exchange_rate="1.1")
    said = refused(access, body, "customer_id")
    assert "Marbella Foods is kept in USD in QuickBooks" in said


def test_a_foreign_document_has_a_rate(access, connection):
    deal = oven_deal(connection.workspace, currency="EUR")
    RemoteObject.objects.filter(stream="customers").delete()
    said = refused(access, asked(deal, "invoice"), "exchange_rate")
    assert said == "Enter how much one EUR is worth in USD."


@pytest.mark.parametrize("kind", ["invoice", "estimate", "sales_receipt"])
def test_closed_books_name_the_next_open_day(access, connection, kind):
    facts(connection, closed_on="2026-12-31")
    deal = oven_deal(connection.workspace)
    said = refused(access, asked(deal, kind, issued_on="2026-12-31"), "issued_on")
    assert "are closed up to and including Dec 31, 2026." in said
    assert "The next open day is Jan 1, 2027." in said
    body = asked(deal, kind, issued_on="2027-01-01")
    assert Program(access).post("", body).status_code == 201


def test_who_does_not_qualify_is_no_customer(access, connection):
    class Picky:
        key = "picky"

        def judge(self, connection: Connection, *, now: Any) -> Judge:
            return lambda record: f"{record.title} does not qualify."

    picky = qualifiers.add(Picky())
    try:
        deal = oven_deal(connection.workspace)
        said = refused(access, asked(deal, "invoice"), "customer_id")
    finally:
        qualifiers._entries.pop(picky.key)
    assert said == "Jun-seo Park does not qualify."


def test_somebody_must_be_invoiced(access, connection):
    deal = make_deal(connection.workspace)
    give_lines(deal, [{"name": "Oven service", "sku": "OVEN", "unit_price": 95}])
    said = refused(access, asked(deal, "invoice"), "customer_id")
    assert "Associate a contact or a company" in said


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("disconnected", "is disconnected."),
        ("reconnect", "no longer accepts the connection"),
    ],
)
def test_the_company_must_be_connected(access, connection, state, said):
    connection.state = state
    connection.save()
    body = asked(oven_deal(connection.workspace), "invoice", issued_on="2026-03-04")
    body["connection"] = connection.pk
    assert said in refused(access, body, "connection")


@pytest.mark.parametrize(
    ("settings", "field", "said"),
    [
        ({"due_on": "2026-03-03"}, "due_on", "The due date is before"),
        ({"terms_id": "99"}, "terms_id", "Choose payment terms, or none."),
        ({"email": "nobody"}, "email", "This is not an e-mail address."),
        ({"message": "x" * 1001}, "message", "at most 1,000 characters"),
        ({"number": "x" * 22}, "number", "at most 21 characters"),
        ({"number": "A-7"}, "number", "has a document A-7 already"),
        ({"class_id": "9"}, "class_id", "Choose a class of the list."),
        ({"department_id": "9"}, "department_id", "Choose a location of the list."),
        ({"issued_on": "1989-12-31"}, "issued_on", "between 1990 and 2100"),
        ({"sends": True}, "email", "there is no e-mail address to send it to"),
    ],
)
def test_each_slip_of_the_header_has_its_sentence(
    access, connection, settings, field, said
):
    make_invoice(connection.workspace, connection=connection.pk, number="A-7")
    RemoteObject.objects.filter(stream="customers").update(email="")
    RemoteObject.objects.filter(stream="customers", remote_id="58").update(
        content={"display_name": "Marbella Foods", "currency": "USD"}
    )
    deal = oven_deal(connection.workspace)
    body = asked(deal, "invoice", **{"issued_on": "2026-03-04", **settings})
    assert said in refused(access, body, field)


FEE = {"account_id": "35", "category_id": "64", "spent_on": "2026-03-03"}


@pytest.mark.parametrize(
    ("values", "settings", "field", "said"),
    [
        ({"fee": Decimal(0)}, {}, "fee", "This payment has no fee."),
        ({}, {"account_id": "79"}, "account_id", "account"),
        ({}, {"category_id": "35"}, "category_id", "Choose"),
        ({}, {"vendor_id": "91"}, "vendor_id", "vendor"),
        ({}, {"spent_on": "2025-12-31"}, "spent_on", "next open day is Jan 1, 2026"),
    ],
)
def test_a_fee_is_refused_by_field(access, connection, values, settings, field, said):
    facts(connection, closed_on="2025-12-31")
    payment = paid(connection, **values)
    body = asked(payment, "expense", **{**FEE, **settings})
    assert said in refused(access, body, field)


def owed(connection: Connection, number: str, **values: Any) -> int:
    """An open invoice of 100 that the books have; its id."""
    invoice = make_invoice(
        connection.workspace,
        **{
            "connection": connection.pk,
            "number": number,
            "customer_name": "Marbella Foods",
            "customer_remote_id": "58",
            "currency": "USD",
            "posting_state": "confirmed",
            **values,
        },
    )
    links.link(
        connection,
        stream="invoices",
        remote_id=f"10{number}",
        ref=Ref.of(invoice),
        now=NOW,
    )
    return int(invoice.pk)


@pytest.mark.parametrize(
    ("others", "amount", "field", "said"),
    [
        ({}, "100.01", "applied-", "Invoice 1 has $100.00 left to pay."),
        ({}, "0", "applied-", "Enter how much of invoice 1 is paid."),
        ({}, "1.001", "applied-", "The smallest unit of USD is 0.01."),
        ({"customer_remote_id": "59"}, "1", "applied", "different customers"),
        ({"currency": "EUR"}, "1", "applied", "different currencies"),
    ],
)
def test_a_payment_is_refused_by_field(access, connection, others, amount, field, said):
    first, second = owed(connection, "1"), owed(connection, "2", **others)
    applied = [{"invoice": first, "amount": amount}, {"invoice": second, "amount": "1"}]
    body = {"kind": "payment", "settings": {"applied": applied}}
    name = f"{field}{first}" if field.endswith("-") else field
    assert said in refused(access, body, name)
    assert not Payment.objects.exists()


def test_a_payment_into_closed_books_names_the_next_open_day(access, connection):
    facts(connection, closed_on="2026-12-31")
    applied = [{"invoice": owed(connection, "1"), "amount": "1"}]
    settings = {"applied": applied, "paid_on": "2026-12-31"}
    said = refused(access, {"kind": "payment", "settings": settings}, "paid_on")
    assert "The next open day is Jan 1, 2027." in said


MAKERS: dict[str, Callable[[Connection], dict[str, Any]]] = {
    "paid_invoice": lambda books: asked(paid(books), "paid_invoice"),
    "refund_receipt": lambda books: asked(
        paid(books, **BACK), "refund_receipt", deposit_account_id="35"
    ),
    "expense": lambda books: asked(paid(books), "expense", vendor_id="90", **FEE),
    "payment": lambda books: {
        "kind": "payment",
        "settings": {
            "applied": [
                {"invoice": owed(books, "1"), "amount": "100.00"},
                {"invoice": owed(books, "2"), "amount": 25},
            ],
            "amount": "130",
            "deposit_account_id": "35",
        },
    },
}
POSTED = {"paid_invoice": ["invoice", "payment"]}


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_about_money_is_made_once_over_the_api_too(access, connection, kind):
    program, body = Program(access), MAKERS[kind](connection)
    first, again = program.post("", body), program.post("", body)
    assert (first.status_code, again.status_code) == (201, 200), first.content
    assert first.json()["id"] == again.json()["id"]
    asked_for = sorted(Intent.objects.values_list("kind", flat=True))
    assert asked_for == POSTED.get(kind, [kind])
    other = program.post("", body, key="another order")
    assert other.status_code == 422, other.content
    assert Intent.objects.count() == len(asked_for)
