"""Documents that are made by themselves: whose, from what, and when there is none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from factories import (
    NOW,
    make_access,
    make_deal,
    make_quote,
    make_workspace,
)
from integration.invoicing.books import (
    british_books,
    give_lines,
    hold,
    oven_deal,
)
from integration.invoicing.till import paid

from counterfoil.connections.models import Connection, ContactRule, RemoteObject
from counterfoil.connections.qualification import Judge, qualifiers
from counterfoil.crm import associations
from counterfoil.crm.models import (
    Contact,
    Invoice,
    Payment,
    QuoteStatus,
    Record,
    SalesReceipt,
)
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import company as companies, kinds, making, received
from counterfoil.invoicing.content import Content
from counterfoil.invoicing.making import Settings
from counterfoil.invoicing.order import NotReady
from counterfoil.posting.models import Intent

pytestmark = pytest.mark.django_db
STEP = Actor("workflow", "1", "Invoice on deal won")


def make(
    connection: Connection, source: Record, kind: str = "invoice", **settings: Any
) -> Record:
    return making.make(
        connection=connection,
        source=Ref.of(source),
        settings=Settings(kind=kind, **settings),
        key=("step", "1", str(source.pk)),
        actor=STEP,
        now=NOW,
    )


def refusal(
    connection: Connection, source: Record, *given: str, **settings: Any
) -> str:
    """What is said; and that nothing was recorded or asked for."""
    before = Intent.objects.count()
    with pytest.raises(NotReady) as caught:
        make(connection, source, *given, **settings)
    assert Intent.objects.count() == before
    return str(caught.value)


def test_a_won_deal_becomes_one_invoice_however_often_it_is_asked_for(connection):
    deal = oven_deal(connection.workspace)
    first = make(connection, deal)
    assert make(connection, deal) == first
    assert Invoice.objects.count() == 1
    assert first.total == Decimal(2340)
    assert first.customer_name == "Marbella Foods"
    assert [each.kind for each in Intent.objects.all()] == ["invoice"]


def test_a_step_gives_shipping_and_a_discount_on_the_whole(connection):
    connection.facts = {**connection.facts, "allows_shipping": True}
    connection.save()
    off = {"discount_kind": "amount", "discount_value": "40"}
    made = make(connection, oven_deal(connection.workspace), shipping="10", **off)
    assert made.total == Decimal(2310)
    document = Intent.objects.get().document
    assert document["shipping"] == "10"
    assert document["lines"][-1] == {"kind": "discount", "amount": "40"}


def test_a_discount_and_shipping_count_where_money_was_paid(connection):
    connection.facts = {
        **connection.facts,
        "allows_shipping": True,
        "tax_mode": "none",
    }
    connection.save()
    payment = paid(connection, amount=Decimal(100))
    assert "The lines come to $95.00" in refusal(connection, payment, "paid_invoice")
    assert make(connection, payment, "paid_invoice", shipping="5").total == 100


def test_a_paid_invoice_charges_no_shipping_that_the_books_may_tax(connection):
    connection.facts = {**connection.facts, "allows_shipping": True}
    connection.save()
    payment = paid(connection, amount=Decimal(100))
    customer = RemoteObject.objects.filter(stream="customers", remote_id="60")
    known = customer.get().content
    customer.update(content={**known, "taxable": True})
    said = refusal(connection, payment, "paid_invoice", shipping="5")
    assert "Shipping may be taxed in QuickBooks." in said
    customer.update(content={**known, "taxable": False})
    assert make(connection, payment, "paid_invoice", shipping="5").total == 100


@pytest.mark.parametrize(("code", "is_taxed"), [("20", True), ("0", False)])
def test_outside_the_us_the_code_of_shipping_says_whether_it_is_taxed(code, is_taxed):
    british = british_books(make_access(make_workspace()).workspace)
    hold(british, "tax_codes", "0", "Exempt", taxable=False, sales_rates=[])
    content = Content(shipping="5", shipping_tax_code_id=code)
    company = companies.read(british, british.workspace, content, now=NOW)
    assert kinds.has_taxed_shipping(content, company) is is_taxed


@pytest.mark.parametrize(
    ("kind", "noun"),
    [("estimate", "estimate"), ("sales_receipt", "sales_receipt")],
)
def test_the_other_kinds_are_made_the_same_way(connection, kind, noun):
    made = make(connection, oven_deal(connection.workspace), kind)
    assert made.object_type == noun
    assert Intent.objects.get().kind == noun


def test_a_line_without_a_product_means_no_document_at_all(connection):
    deal = make_deal(connection.workspace)
    person = oven_deal(connection.workspace)
    for other in associations.of(connection.workspace, Ref.of(person), "contact"):
        associations.associate(
            workspace=connection.workspace,
            left=Ref.of(deal),
            right=Ref.of(other),
            now=NOW,
        )
    give_lines(
        deal,
        [
            {"name": "Oven service", "sku": "OVEN", "unit_price": 95},
            {"name": "Flux capacitor", "unit_price": 1},
        ],
    )
    assert "matches “Flux capacitor”" in refusal(connection, deal)
    made = make(connection, deal, creates_products=True, income_account_id="79")
    kinds = sorted(Intent.objects.values_list("kind", flat=True))
    assert kinds == ["customer", "invoice", "item"]
    assert made.total == Decimal(96)


def test_nothing_is_made_from_an_archived_deal(connection: Connection) -> None:
    deal = oven_deal(connection.workspace)
    type(deal).objects.update(archived_at=NOW)
    assert "is archived. Restore it first" in refusal(connection, deal)


@pytest.mark.parametrize(
    ("status", "expires_on", "said"),
    [
        (QuoteStatus.DRAFT, None, "publish the quote first"),
        (QuoteStatus.PUBLISHED, date(2026, 3, 1), "expired on Mar 1, 2026"),
    ],
)
def test_only_published_and_unexpired_quotes_are_invoiced(
    connection, status, expires_on, said
):
    quote = make_quote(connection.workspace, expires_on=expires_on)
    quote.status = status
    quote.save()
    give_lines(quote, [{"name": "Oven service", "unit_price": 95}])
    for other in associations.of(
        connection.workspace, Ref.of(oven_deal(connection.workspace)), "contact"
    ):
        associations.associate(
            workspace=connection.workspace,
            left=Ref.of(quote),
            right=Ref.of(other),
            now=NOW,
        )
    assert said in refusal(connection, quote)


def test_who_does_not_qualify_gets_no_customer(connection):
    class Picky:
        key = "picky"

        def judge(self, connection: Connection, *, now: Any) -> Judge:
            return lambda record: f"{record.title} does not qualify."

    picky = qualifiers.add(Picky())
    try:
        said = refusal(connection, oven_deal(connection.workspace))
    finally:
        qualifiers._entries.pop(picky.key)
    assert "Jun-seo Park does not qualify." in said


def test_classic_takes_the_customer_of_the_same_names_and_address(connection):
    connection.contact_rule = ContactRule.CLASSIC
    connection.save()
    hold(
        connection,
        "customers",
        "60",
        "Park, Jun-seo",
        email="JUN@marbella.example",
        given_name="Jun-Seo",
        family_name="Park",
        currency="USD",
    )
    made = make(connection, oven_deal(connection.workspace))
    assert made.customer_remote_id == "60"


def test_classic_creates_the_customer_that_is_missing(connection):
    connection.contact_rule = ContactRule.CLASSIC
    connection.save()
    deal = oven_deal(connection.workspace)
    Contact.objects.update(last_name="Kim")
    hold(
        connection,
        "customers",
        "60",
        "Park, Jun-seo",
        email="jun@marbella.example",
        given_name="Jun-seo",
        family_name="Park",
        currency="USD",
    )
    make(connection, deal)
    assert sorted(Intent.objects.values_list("kind", flat=True)) == [
        "customer",
        "invoice",
    ]


def test_nobody_to_invoice_is_said(connection):
    deal = make_deal(connection.workspace)
    give_lines(deal, [{"name": "Oven service", "sku": "OVEN", "unit_price": 95}])
    assert "Associate a contact or a company" in refusal(connection, deal)


def test_outside_the_us_a_line_without_a_tax_code_is_refused(connection):
    workspace = connection.workspace
    british = british_books(workspace)
    deal = oven_deal(workspace, currency="GBP")
    assert "Choose a tax code." in refusal(british, deal)
    assert make(british, deal, tax_code_id="20").tax > 0


def test_closed_books_are_refused_with_the_next_open_day(connection):
    connection.facts = {**connection.facts, "closed_on": "2026-12-31"}
    connection.save()
    said = refusal(connection, oven_deal(connection.workspace))
    assert "The next open day is Jan 1, 2027" in said


def test_a_paid_invoice_is_an_invoice_and_then_its_payment(connection):
    payment = paid(connection)
    made = make(connection, payment, "paid_invoice")
    invoice, money = Intent.objects.order_by("created_at", "kind")
    assert (invoice.kind, money.kind) == ("invoice", "payment")
    assert list(money.parents.all()) == [invoice]
    assert money.document["applied"] == [
        {"kind": "invoice", "id": {"$intent": str(invoice.pk)}, "amount": "95"}
    ]
    assert made.issued_on == date(2026, 3, 3)
    payment.refresh_from_db()
    assert payment.posting_state == "pending"
    tied = associations.of(connection.workspace, Ref.of(made), "payment")
    assert tied == [payment]


def test_a_payment_of_closed_books_is_dated_as_its_invoice(connection):
    connection.facts = {**connection.facts, "closed_on": "2026-03-03"}
    connection.save()
    payment = paid(connection)
    assert "The next open day is Mar 4, 2026" in refusal(
        connection, payment, "paid_invoice"
    )
    make(connection, payment, "paid_invoice", issued_on="2026-03-04")
    money = Intent.objects.get(kind="payment")
    assert money.document["paid_on"] == "2026-03-04"


def test_a_paid_invoice_has_no_taxable_lines_but_a_sales_receipt_may(connection):
    payment = paid(connection, amount=Decimal(210))
    give_lines(payment, [{"name": "Rotor belt", "sku": "77-0412", "unit_price": 210}])
    assert "create a sales receipt instead" in refusal(
        connection, payment, "paid_invoice"
    )
    assert make(connection, payment, "sales_receipt").object_type == "sales_receipt"
    assert SalesReceipt.objects.count() == 1


@pytest.mark.parametrize("source", ["invoice", "books"])
@pytest.mark.parametrize("kind", ["paid_invoice", "sales_receipt"])
def test_money_that_is_in_the_books_already_is_not_booked_again(
    connection, kind, source
):
    payment = paid(connection, source=source)
    assert "would count the money twice" in refusal(connection, payment, kind)


@pytest.mark.parametrize("mode", ["none", "us_automated"])
@pytest.mark.parametrize("kind", ["paid_invoice", "sales_receipt"])
@pytest.mark.parametrize("amount", ["94.99", "95.01"])
def test_lines_that_do_not_come_to_the_payment_are_refused(
    connection, kind, amount, mode
):
    connection.facts = {**connection.facts, "tax_mode": mode}
    connection.save()
    payment = paid(connection, amount=Decimal(amount))
    said = refusal(connection, payment, kind)
    assert f"The lines come to $95.00, but the payment is ${amount}" in said


def test_tax_that_the_books_add_may_fill_what_the_lines_lack(connection):
    payment = paid(connection, amount=Decimal("209.99"))
    give_lines(payment, [{"name": "Rotor belt", "sku": "77-0412", "unit_price": 210}])
    said = refusal(connection, payment, "sales_receipt")
    assert "The lines come to $210.00, but the payment is $209.99" in said
    payment.amount = Decimal(227)
    payment.save()
    assert make(connection, payment, "sales_receipt").object_type == "sales_receipt"


def test_a_refund_receipt_waits_for_the_full_refund(connection):
    hold(connection, "accounts", "35", "Checking", type="Bank", currency="USD")
    payment = paid(connection, refunded=Decimal(50))
    settings = {"deposit_account_id": "35"}
    assert "not refunded in full" in refusal(
        connection, payment, "refund_receipt", **settings
    )
    payment.refunded, payment.refunded_on = payment.amount, NOW.date()
    payment.save()
    made = make(connection, payment, "refund_receipt", **settings)
    assert made.deposit_account == "Checking"
    assert made.issued_on == NOW.date()


def test_the_customers_currency_is_never_changed(connection):
    deal = oven_deal(connection.workspace, currency="EUR")
    said = refusal(connection, deal, exchange_rate="1.1")
    assert "Marbella Foods is kept in USD in QuickBooks" in said


def test_a_disconnected_company_makes_nothing(connection):
    connection.state = "disconnected"
    connection.save()
    said = refusal(connection, oven_deal(connection.workspace))
    assert "is disconnected" in said
    assert "draft" not in said


def test_an_invoice_counts_beside_a_refused_receipt_of_the_same_number(connection):
    payment = paid(connection)
    invoice = make(connection, payment, "paid_invoice")
    Payment.objects.filter(pk=payment.pk).update(posting_state="")
    payment.refresh_from_db()
    content = Content(kind="sales_receipt")
    company = companies.read(connection, connection.workspace, content, now=NOW)
    facts = received.facts_of(payment, content, company, correcting=invoice.pk)
    assert facts.is_booked
