"""What follows from invoices, payments and the answers of the books."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from factories import (
    NOW,
    make_access,
    make_connection,
    make_contact,
    make_deal,
    make_invoice,
    make_payment,
    make_workspace,
)

from counterfoil.crm import associations, records
from counterfoil.crm.models import Invoice, PaymentAllocation, TimelineEntry
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events import dispatch
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import publish
from counterfoil.invoicing import existing, rollups, staging

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def connection(workspace):
    return make_connection(workspace, name="Harbour Bakery Services")


def settle(now: datetime = SOON) -> None:
    while dispatch.run(now) or rollups.run(now):
        pass


def tie(workspace, *records_) -> None:
    first, *others = map(Ref.of, records_)
    for other in others:
        associations.associate(workspace=workspace, left=first, right=other, now=NOW)


def change(record, **values) -> None:
    records.write(
        workspace=record.workspace,
        changes=[Change(record.object_type, values, record.pk)],
        actor=Actor.connection(1, "Harbour Bakery Services"),
        origin=Origin.connection(1),
        now=NOW,
    )


def sent_invoice(workspace, connection, **values) -> Invoice:
    given = {
        "connection": connection.pk,
        "number": "1043",
        "total": Decimal(3420),
        "due_on": date(2026, 4, 3),
        "recipient": "accounts@marbella.example",
        "remote_updated_at": NOW,
        "currency": "USD",
        **values,
    }
    return make_invoice(workspace, **given)


def pay(payment, parts) -> None:
    PaymentAllocation.objects.filter(payment=payment).delete()
    for invoice, amount in parts.items():
        PaymentAllocation.objects.create(
            payment=payment,
            connection=invoice.connection,
            document_remote_id=str(invoice.pk),
            invoice=invoice,
            amount=Decimal(amount),
        )
    publish(
        workspace=payment.workspace,
        kind="payment_applied",
        ref=Ref.of(payment),
        actor=Actor.connection(1, "Harbour Bakery Services"),
        origin=Origin.connection(1),
        now=NOW,
    )


def told(record, *kinds) -> list[TimelineEntry]:
    ref = Ref.of(record)
    return list(
        TimelineEntry.objects.filter(
            object_type=ref.object_type, record_id=ref.record_id, kind__in=kinds
        ).order_by("id")
    )


def test_a_deal_shows_the_invoice_most_recently_updated_in_quickbooks(
    workspace, connection
):
    deal = make_deal(workspace)
    first = sent_invoice(workspace, connection)
    second = sent_invoice(
        workspace, connection, number="1044", remote_updated_at=NOW + timedelta(hours=1)
    )
    tie(workspace, deal, first, second)
    settle()
    deal.refresh_from_db()
    assert deal.invoice_number == "1044"
    change(first, remote_updated_at=NOW + timedelta(hours=2), balance=Decimal(1710))
    settle()
    deal.refresh_from_db()
    assert (deal.invoice_number, deal.invoice_status) == ("1043", "partially_paid")
    assert deal.invoiced_amount == Decimal(3420)
    assert deal.invoice_recipient == "accounts@marbella.example"
    assert deal.invoice_due_on == date(2026, 4, 3)


def test_when_the_last_invoice_goes_the_deal_is_cleared(workspace, connection):
    deal = make_deal(workspace)
    invoice = sent_invoice(workspace, connection)
    tie(workspace, deal, invoice)
    settle()
    associations.dissociate(
        workspace=workspace, left=Ref.of(deal), right=Ref.of(invoice), now=NOW
    )
    settle()
    deal.refresh_from_db()
    assert (deal.invoice_number, deal.invoiced_amount) == ("", None)


def test_an_invoice_deleted_in_quickbooks_no_longer_speaks_for_the_deal(
    workspace, connection
):
    deal = make_deal(workspace)
    invoice = sent_invoice(workspace, connection)
    tie(workspace, deal, invoice)
    settle()
    change(invoice, deleted_remotely=True)
    settle()
    deal.refresh_from_db()
    assert deal.invoice_number == ""
    assert told(deal, "invoice_deleted")


def test_an_invoice_in_another_currency_does_not_touch_the_deal(workspace, connection):
    deal = make_deal(workspace)
    tie(workspace, deal, sent_invoice(workspace, connection, currency="EUR"))
    settle()
    deal.refresh_from_db()
    assert deal.invoice_number == ""


def test_each_stage_reaches_the_deal(workspace, connection):
    deal = make_deal(workspace)
    invoice = sent_invoice(workspace, connection)
    tie(workspace, deal, invoice)
    seen = []
    for values in (
        {},
        {"email_status": "EmailSent", "sent_at": NOW},
        {"balance": Decimal(1)},
        {"balance": Decimal(0)},
    ):
        if values:
            change(invoice, **values)
        settle()
        deal.refresh_from_db()
        seen.append(deal.invoice_status)
    assert seen == ["awaiting_send", "sent", "partially_paid", "paid"]
    assert len(told(deal, "invoice_sent")) == 1


def test_overdue_comes_with_the_day_in_the_zone_of_each_workspace():
    turned = {}
    for zone in ("Asia/Seoul", "America/Los_Angeles"):
        workspace = make_workspace(time_zone=zone)
        connection = make_connection(workspace)
        turned[zone] = sent_invoice(workspace, connection, due_on=date(2026, 3, 20))

    def stages_at(*moment: int) -> list[str]:
        staging.make_overdue(datetime(2026, 3, *moment, tzinfo=UTC))
        return [Invoice.objects.get(pk=invoice.pk).stage for invoice in turned.values()]

    assert stages_at(20, 14, 59) == ["awaiting_send", "awaiting_send"]
    assert stages_at(20, 15, 0) == ["overdue", "awaiting_send"]
    assert stages_at(21, 6, 59) == ["overdue", "awaiting_send"]
    assert stages_at(21, 7, 0) == ["overdue", "overdue"]


def test_an_idle_look_for_overdue_invoices_is_one_query(
    workspace, connection, django_assert_max_num_queries
):
    sent_invoice(workspace, connection, due_on=date(2027, 1, 1))
    with django_assert_max_num_queries(1):
        assert staging.make_overdue(NOW) == 0


def test_a_payment_over_two_invoices_is_split_between_them(workspace, connection):
    deals = [make_deal(workspace), make_deal(workspace)]
    first = sent_invoice(workspace, connection)
    second = sent_invoice(workspace, connection, number="1044")
    tie(workspace, deals[0], first)
    tie(workspace, deals[1], second)
    payment = make_payment(workspace, amount=Decimal(2000), reference="6552")
    pay(payment, {first: "1710.00", second: "290.00"})
    settle()
    amounts = [told(deal, "payment_received")[0].content["amount"] for deal in deals]
    assert [Decimal(amount) for amount in amounts] == [Decimal(1710), Decimal(290)]


def test_each_payment_is_told_once_however_often_it_is_heard_of(workspace, connection):
    deal, contact = make_deal(workspace), make_contact(workspace)
    invoice = sent_invoice(workspace, connection)
    tie(workspace, invoice, deal, contact)
    payment = make_payment(workspace)
    for _time in range(3):
        pay(payment, {invoice: "100.00"})
        settle()
    for record in (deal, contact, invoice):
        assert len(told(record, "payment_received")) == 1


def test_a_payment_that_changes_or_is_taken_back_is_told_as_such(workspace, connection):
    deal = make_deal(workspace)
    invoice = sent_invoice(workspace, connection)
    tie(workspace, deal, invoice)
    payment = make_payment(workspace)
    pay(payment, {invoice: "100.00"})
    settle()
    pay(payment, {invoice: "80.00"})
    settle()
    change(payment, voided=True)
    settle()
    kinds = [
        entry.kind
        for entry in told(
            deal, "payment_received", "payment_changed", "payment_removed"
        )
    ]
    assert kinds == ["payment_received", "payment_changed", "payment_removed"]


def test_an_invoice_added_later_brings_its_payments_along(workspace, connection):
    access = make_access(workspace)
    deal = make_deal(workspace)
    invoice = sent_invoice(workspace, connection)
    pay(make_payment(workspace), {invoice: "100.00"})
    settle()
    assert not told(deal, "payment_received")
    existing.add(access=access, target=Ref.of(deal), ids=[invoice.pk], now=NOW)
    settle()
    assert len(told(deal, "payment_received")) == 1
    assert len(told(deal, "invoice_added")) == 1
    deal.refresh_from_db()
    assert deal.invoice_number == "1043"


def answer(invoice, kind, **payload) -> None:
    publish(
        workspace=invoice.workspace,
        kind=kind,
        ref=Ref.of(invoice),
        payload={"kind": "invoice", "intent": "x", **payload},
        actor=Actor.connection(1, "Harbour Bakery Services"),
        origin=Origin.connection(1),
        now=NOW,
    )
    settle()
    invoice.refresh_from_db()


def pending_invoice(workspace, connection, **values) -> Invoice:
    return sent_invoice(
        workspace,
        connection,
        number="",
        posting_state="pending",
        remote_updated_at=None,
        **values,
    )


def test_a_confirmed_invoice_gets_its_number_and_totals(workspace, connection):
    deal = make_deal(workspace)
    invoice = pending_invoice(
        workspace, connection, customer_name="Breakwater Hotel:Restaurant"
    )
    tie(workspace, deal, invoice)
    settle()
    deal.refresh_from_db()
    assert deal.invoice_number == ""
    document = {"total": "3671.37", "tax": "251.37", "balance": "3671.37"}
    document["customer_name"] = "Restaurant"
    answer(invoice, "document_confirmed", number="1043", document=document)
    assert (invoice.posting_state, invoice.number) == ("confirmed", "1043")
    assert (invoice.total, invoice.tax) == (Decimal("3671.37"), Decimal("251.37"))
    assert invoice.customer_name == "Breakwater Hotel:Restaurant"
    deal.refresh_from_db()
    assert (deal.invoice_number, deal.invoice_status) == ("1043", "awaiting_send")
    assert len(told(deal, "invoice_created")) == 1


def test_a_late_answer_does_not_undo_newer_news(workspace, connection):
    invoice = pending_invoice(workspace, connection)
    change(invoice, balance=Decimal(0), remote_updated_at=SOON)
    document = {"total": "3420.00", "balance": "3420.00"}
    answer(invoice, "document_confirmed", number="1043", document=document)
    assert (invoice.posting_state, invoice.balance) == ("confirmed", Decimal(0))


def test_a_refusal_stands_on_the_invoice_and_is_told(workspace, connection):
    deal = make_deal(workspace)
    invoice = pending_invoice(workspace, connection)
    tie(workspace, deal, invoice)
    answer(invoice, "document_rejected", message="The name is used by a vendor.")
    assert invoice.posting_state == "rejected"
    assert invoice.posting_message == "The name is used by a vendor."
    assert told(deal, "invoice_rejected")
    deal.refresh_from_db()
    assert deal.invoice_number == ""
