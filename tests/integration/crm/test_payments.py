"""Payments that are recorded here: what is taken, what is refused, who hears of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from factories import (
    NOW,
    make_company,
    make_contact,
    make_deal,
    make_payment,
    make_quote,
    make_workspace,
)
from factories.records import make_record

from counterfoil.core.errors import Invalid, Stale
from counterfoil.crm import associations, line_items, payments, queries, refunds
from counterfoil.crm.line_items import Line
from counterfoil.crm.models import (
    Payment,
    PaymentSource,
    PropertyChange,
    Record,
    TimelineEntry,
)
from counterfoil.crm.payments import Entry, Repeated
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
ADA = Actor("user", "1", "Ada")
GOOD = {
    "amount": "1200",
    "paid_on": "2026-03-01",
    "method": "Card",
    "reference": "pi_3Q",
    "source": "payment_link",
    "fee": "35.10",
}


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


@pytest.fixture
def deal(workspace: Workspace) -> Record:
    return make_deal(workspace, currency="USD")


def tie(workspace: Workspace, left: Record, *others: Record) -> None:
    pairs = [(Ref.of(left), Ref.of(other)) for other in others]
    associations.associate_many(workspace=workspace, pairs=pairs, now=NOW)


def recorded(parent: Record, entry: Entry | None = None, **more: Any) -> Payment:
    return payments.record(
        workspace=parent.workspace,
        parent=Ref.of(parent),
        entry=entry or Entry({**GOOD, **more}),
        actor=ADA,
        now=NOW,
    )


def given_back(payment: Payment, amount: str, **more: Any) -> Payment:
    return refunds.refund(
        workspace=payment.workspace,
        payment_id=payment.pk,
        values={"amount": amount, "refunded_on": "2026-03-05", **more},
        actor=ADA,
        now=NOW,
    )


def refusal(parent: Record, **more: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        recorded(parent, **more)
    assert not Payment.objects.filter(workspace=parent.workspace).exists()
    return refused.value.errors


def test_a_payment_of_a_deal_belongs_to_its_first_contact_and_its_company(
    workspace: Workspace, deal: Record
) -> None:
    first, second = make_contact(workspace), make_contact(workspace)
    company = make_company(workspace, name="Breakwater Hotel")
    tie(workspace, deal, first, second, company)
    payment = recorded(deal)
    assert payment.amount == Decimal(1200)
    assert payment.fee == Decimal("35.1")
    assert payment.currency == "USD"
    assert payment.source == PaymentSource.PAYMENT_LINK
    assert payment.paid_on == date(2026, 3, 1)
    assert (payment.connection_id, payment.posting_state) == (None, "")
    assert payment.title == "pi_3Q"
    assert payment.customer_name == "Breakwater Hotel"
    for noun, wanted in (("deal", deal), ("contact", first), ("company", company)):
        found = associations.refs_of(workspace, Ref.of(payment), noun)
        assert found == [Ref.of(wanted)]


def test_a_payment_of_a_quote_belongs_to_its_deal_and_whom_the_deal_knows(
    workspace: Workspace, deal: Record
) -> None:
    contact, quote = make_contact(workspace), make_quote(workspace, currency="USD")
    tie(workspace, deal, contact, quote)
    payment = recorded(quote)
    for noun, wanted in (("quote", quote), ("deal", deal), ("contact", contact)):
        assert associations.refs_of(workspace, Ref.of(payment), noun) == [
            Ref.of(wanted)
        ]


def test_a_persons_payment_is_their_companys_but_not_the_other_way_round(
    workspace: Workspace,
) -> None:
    contact, company = make_contact(workspace), make_company(workspace)
    tie(workspace, contact, company)
    of_person = recorded(contact, currency="USD")
    assert associations.refs_of(workspace, Ref.of(of_person), "company") == [
        Ref.of(company)
    ]
    of_company = recorded(company, currency="EUR", reference="other")
    assert of_company.currency == "EUR"
    assert associations.refs_of(workspace, Ref.of(of_company), "contact") == []


def test_everybody_concerned_is_told_of_it_and_who_recorded_it(
    workspace: Workspace, deal: Record
) -> None:
    contact = make_contact(workspace)
    tie(workspace, deal, contact)
    payment = recorded(deal)
    told = TimelineEntry.objects.filter(kind="payment_recorded")
    assert {Ref(row.object_type, row.record_id) for row in told} == {
        Ref.of(deal),
        Ref.of(contact),
    }
    assert {row.actor_label for row in told} == {"Ada"}
    kept = PropertyChange.objects.filter(object_type="payment", record_id=payment.pk)
    assert {"amount", "fee", "source", "paid_on"} <= {row.name for row in kept}


def test_its_line_items_are_copied_when_wanted(
    workspace: Workspace, deal: Record
) -> None:
    values = {
        "name": "Cake",
        "quantity": "2",
        "unit_price": "600",
        "discount_percent": "10",
        "taxable": False,
        "description": "Three tiers",
        "tax_code": "20% S",
        "class_name": "Weddings",
        "service_date": "2026-03-01",
    }
    off = {"discount_percent": "0", "discount_amount": "120"}
    line_items.replace(
        workspace=workspace,
        parent=Ref.of(deal),
        lines=[Line(values), Line({**values, **off, "name": "Delivery"})],
        actor=ADA,
        origin=Origin.system(),
        now=NOW,
    )
    without = recorded(deal)
    assert line_items.of(workspace, Ref.of(without)) == []
    entry = Entry({**GOOD, "reference": "2"}, copies_lines=True)
    copies = line_items.of(workspace, Ref.of(recorded(deal, entry)))
    assert [(line.name, line.description) for line in copies] == [
        ("Cake", "Three tiers"),
        ("Delivery", "Three tiers"),
    ]
    assert {line.taxable for line in copies} == {False}
    told = {(each.tax_code, each.class_name, each.service_date) for each in copies}
    assert told == {("20% S", "Weddings", date(2026, 3, 1))}
    assert line_items.total(copies, "USD").amount == Decimal(2160)
    assert len(line_items.of(workspace, Ref.of(deal))) == 2


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("amount", "", "Amount cannot be empty."),
        ("amount", "0", "Enter an amount above zero."),
        ("amount", "-5", "Enter an amount above zero."),
        ("amount", "twelve", "“twelve” is not a number."),
        ("amount", "1200.005", "The smallest unit of USD is 0.01."),
        ("amount", "9" * 30, "This number is too large."),
        ("fee", "-1", "Enter the fee as zero or more."),
        ("fee", "1200.01", "The fee cannot be more than the payment."),
        ("fee", "0.001", "The smallest unit of USD is 0.01."),
        ("paid_on", "", "Date cannot be empty."),
        ("paid_on", "3/1/26", "“3/1/26” is not a date. Write it as 2026-03-31."),
        ("paid_on", "0026-03-01", "Enter a day after 1989."),
        ("paid_on", "2062-03-01", "This day is more than a month ahead."),
        ("source", "", "Source cannot be empty."),
        ("source", "books", "Choose one from the list."),
        ("currency", "EUR", "so is its payment."),
    ],
)
def test_what_cannot_be_a_payment_is_refused_with_a_sentence(
    name: str, text: str, said: str, deal: Record
) -> None:
    errors = refusal(deal, **{name: text})
    assert list(errors) == [name]
    assert said in errors[name][0]


def test_the_furthest_day_is_a_month_ahead_in_the_workspaces_zone(
    workspace: Workspace, deal: Record
) -> None:
    furthest = workspace.today(NOW) + timedelta(days=31)
    beyond = furthest + timedelta(days=1)
    assert "paid_on" in refusal(deal, paid_on=beyond.isoformat())
    assert recorded(deal, paid_on=furthest.isoformat()).paid_on == furthest


def test_a_reference_that_is_here_already_is_asked_about(
    workspace: Workspace, deal: Record
) -> None:
    first = recorded(deal)
    other = make_deal(workspace, currency="USD")
    with pytest.raises(Repeated) as asked:
        recorded(other, amount="7", fee="")
    assert [payment.pk for payment in asked.value.payments] == [first.pk]
    again = Entry({**GOOD, "amount": "7", "fee": ""}, is_another=True)
    assert recorded(other, again).pk != first.pk


def test_without_a_reference_the_same_amount_on_the_same_day_is_asked_about(
    workspace: Workspace, deal: Record
) -> None:
    recorded(deal, reference="")
    with pytest.raises(Repeated):
        recorded(deal, reference="")
    recorded(deal, reference="", amount="1199")
    recorded(make_deal(workspace, currency="USD"), reference="")


def test_neither_strangers_nor_archived_payments_are_asked_about(
    workspace: Workspace, deal: Record
) -> None:
    elsewhere = make_workspace("Elsewhere")
    recorded(make_deal(elsewhere, currency="USD"))
    gone = make_payment(workspace, reference="pi_3Q")
    Payment.objects.filter(pk=gone.pk).update(archived_at=NOW)
    assert recorded(deal).reference == "pi_3Q"


def test_a_payment_of_no_such_noun_is_a_mistake_of_ours(workspace: Workspace) -> None:
    with pytest.raises(LookupError):
        recorded(make_payment(workspace))


def test_parts_that_are_given_back_add_up_to_all_of_it(deal: Record) -> None:
    payment = recorded(deal)
    payment = given_back(payment, "200")
    assert (payment.refunded, payment.refunded_on) == (Decimal(200), date(2026, 3, 5))
    assert not refunds.is_refunded_in_full(payment)
    assert refunds.left(payment).amount == Decimal(1000)
    payment = given_back(payment, "1000", refunded_on="2026-03-06")
    assert refunds.is_refunded_in_full(payment)
    assert payment.refunded_on == date(2026, 3, 6)
    told = TimelineEntry.objects.filter(kind="payment_refunded")
    assert told.filter(object_type="payment").count() == 2
    assert told.filter(object_type="deal", record_id=deal.pk).count() == 2


@pytest.mark.parametrize(
    ("values", "name", "said"),
    [
        ({"amount": "1200.01"}, "amount", "At most $1,200.00 can be given back."),
        ({"amount": "0"}, "amount", "Enter an amount above zero."),
        ({"amount": "-3"}, "amount", "Enter an amount above zero."),
        ({"amount": ""}, "amount", "Amount cannot be empty."),
        ({"amount": "1.001"}, "amount", "The smallest unit of USD is 0.01."),
        ({"refunded_on": "2026-02-28"}, "refunded_on", "before the day of the payment"),
        ({"refunded_on": "2062-01-01"}, "refunded_on", "more than a month ahead"),
        ({"refunded_on": ""}, "refunded_on", "Refunded on cannot be empty."),
    ],
)
def test_what_cannot_be_given_back_is_refused_with_a_sentence(
    values: dict[str, str], name: str, said: str, deal: Record
) -> None:
    payment = recorded(deal)
    with pytest.raises(Invalid) as refused:
        given_back(payment, **{"amount": "10", **values})
    assert said in refused.value.errors[name][0]
    payment.refresh_from_db()
    assert payment.refunded == 0


def test_nothing_is_left_of_what_went_back_or_is_void(
    workspace: Workspace, deal: Record
) -> None:
    payment = given_back(recorded(deal), "1200")
    with pytest.raises(Invalid, match="given back already"):
        given_back(payment, "1")
    void = make_payment(workspace, voided=True)
    with pytest.raises(Invalid, match="void"):
        given_back(void, "1")


def test_a_refund_that_is_sent_twice_is_recorded_once(deal: Record) -> None:
    payment = recorded(deal)
    seen = payment.version
    for_both = {"amount": "10", "refunded_on": "2026-03-05"}

    def send() -> Payment:
        return refunds.refund(
            workspace=payment.workspace,
            payment_id=payment.pk,
            values=for_both,
            expected_version=seen,
            actor=ADA,
            now=NOW,
        )

    assert send().refunded == Decimal(10)
    with pytest.raises(Stale):
        send()
    payment.refresh_from_db()
    assert payment.refunded == Decimal(10)


def test_payments_are_found_by_their_source(workspace: Workspace) -> None:
    made = {
        source: make_record(workspace, "payment", amount=Decimal(1), source=source)
        for source in ("invoice", "payment_link", "books")
    }
    page = queries.page(
        workspace=workspace,
        object_type="payment",
        filters=[("source", "none_of", ["invoice"])],
        now=NOW,
    )
    assert {row.pk for row in page.rows} == {
        made["payment_link"].pk,
        made["books"].pk,
    }
