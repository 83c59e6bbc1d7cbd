"""The fee of a payment becomes one expense, booked where a person said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.http import Http404
from factories import NOW, make_access, make_deal, make_payment, make_workspace
from integration.invoicing.books import american_books, british_books, hold

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.core.errors import Invalid
from counterfoil.crm import associations
from counterfoil.crm.models import Expense, ExpenseLine, Payment, Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import deciding, expenses
from counterfoil.invoicing.deciding import Answer
from counterfoil.invoicing.expenses import Settings
from counterfoil.invoicing.order import NotReady
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State

pytestmark = pytest.mark.django_db
STEP = Actor("workflow", "1", "Fees")


def with_accounts(connection: Connection) -> Connection:
    hold(connection, "accounts", "35", "Checking", type="Bank")
    hold(connection, "accounts", "42", "Visa", type="Credit Card")
    hold(connection, "accounts", "8", "Fees", type="Expense")
    return connection


@pytest.fixture
def connection() -> Connection:
    return with_accounts(american_books(make_access(make_workspace()).workspace))


def charged(connection: Connection, **values: Any) -> Payment:
    return make_payment(
        connection.workspace,
        **{
            "fee": Decimal("3.20"),
            "currency": "USD",
            "paid_on": date(2026, 3, 3),
            "reference": "ch_123",
            "source": "payment_link",
            **values,
        },
    )


def make(
    connection: Connection, payment: Record, *key: str, **settings: Any
) -> Expense:
    usual = {"account_id": "35", "category_id": "8", "vendor_id": "90"}
    return expenses.make(
        connection=connection,
        payment=Ref.of(payment),
        settings=Settings(**{**usual, **settings}),
        key=("fee", str(payment.pk), *key),
        actor=STEP,
        now=NOW,
    )


def refusal(connection: Connection, payment: Record, *key: str, **settings: Any) -> str:
    before = Intent.objects.count(), Expense.objects.count()
    with pytest.raises(NotReady) as caught:
        make(connection, payment, *key, **settings)
    assert (Intent.objects.count(), Expense.objects.count()) == before
    return str(caught.value)


def test_a_fee_is_booked_once_with_its_vendor_account_and_category(
    connection: Connection,
) -> None:
    payment = charged(connection)
    deal = make_deal(connection.workspace)
    associations.associate(
        workspace=connection.workspace,
        left=Ref.of(deal),
        right=Ref.of(payment),
        now=NOW,
    )
    made = make(connection, payment)
    assert make(connection, payment) == made
    assert (made.vendor_name, made.account, made.category) == (
        "Norton Lumber",
        "Checking",
        "Fees",
    )
    assert (made.total, made.spent_on) == (Decimal("3.20"), date(2026, 3, 3))
    assert ExpenseLine.objects.get().description == "Fee of payment ch_123"
    document = Intent.objects.get().document
    assert document["lines"] == [
        {
            "account_id": "8",
            "amount": "3.2",
            "net_amount": "3.2",
            "description": "Fee of payment ch_123",
            "class_id": "",
            "tax_code_id": "",
        }
    ]
    assert (document["payment_type"], document["expected_total"]) == ("cash", "3.2")
    workspace = connection.workspace
    assert associations.of(workspace, Ref.of(made), "payment") == [payment]
    assert associations.of(workspace, Ref.of(made), "deal") == [deal]


def test_a_fee_off_a_card_is_a_card_expense(connection: Connection) -> None:
    make(connection, charged(connection), account_id="42", vendor_id="")
    document = Intent.objects.get().document
    assert (document["payment_type"], document["vendor_id"]) == ("credit_card", "")


def test_another_key_books_the_fee_no_second_time(connection: Connection) -> None:
    payment = charged(connection)
    make(connection, payment)
    assert "is booked already" in refusal(connection, payment, "another")


def test_a_fee_that_the_books_refused_may_be_booked_again(
    connection: Connection,
) -> None:
    payment = charged(connection)
    made = make(connection, payment)
    made.posting_state = "rejected"
    made.save()
    assert make(connection, payment, "another") != made


def test_a_refused_fee_is_not_tried_again_beside_the_one_that_was_booked_since(
    connection: Connection,
) -> None:
    payment = charged(connection)
    access = make_access(connection.workspace, name="Bo")
    first = make(connection, payment)
    refused = Intent.objects.get()
    Intent.objects.update(state=State.REJECTED)
    Expense.objects.filter(pk=first.pk).update(posting_state="rejected")
    second = make(connection, payment, "another")
    again = {"access": access, "intent_id": refused.pk, "now": NOW}
    with pytest.raises(Invalid, match="Another document was made of its payment"):
        deciding.decide(**again, answer=Answer.RETRY)
    Expense.objects.filter(pk=second.pk).update(posting_state="cancelled")
    assert deciding.decide(**again, answer=Answer.RETRY).state == State.INTENDED


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"account_id": ""}, "Choose the account that the fee was paid from"),
        ({"account_id": "8"}, "Choose the account that the fee was paid from"),
        ({"category_id": "35"}, "Choose the expense account that the fee belongs to"),
        ({"vendor_id": "999"}, "Choose a vendor that is active"),
        ({"spent_on": "soon"}, "Enter the date"),
        ({"class_id": "1"}, "Choose a class of the list"),
        ({"department_id": "1"}, "Choose a location of the list"),
    ],
)
def test_each_slip_has_its_sentence(
    connection: Connection, settings: dict[str, str], said: str
) -> None:
    assert said in refusal(connection, charged(connection), **settings)


def test_an_inactive_vendor_is_refused(connection: Connection) -> None:
    RemoteObject.objects.filter(stream="vendors").update(active=False)
    assert "Choose a vendor that is active" in refusal(connection, charged(connection))


def test_a_payment_without_a_fee_has_no_expense(connection: Connection) -> None:
    payment = charged(connection, fee=Decimal(0))
    assert "This payment has no fee." in refusal(connection, payment)


def test_the_fee_of_an_archived_payment_is_not_booked(connection: Connection) -> None:
    payment = charged(connection)
    payment.archived_at = NOW
    payment.save()
    assert "is archived. Restore it first" in refusal(connection, payment)


def test_only_payments_have_fees(connection: Connection) -> None:
    said = refusal(connection, make_deal(connection.workspace))
    assert "Only the fee of a payment" in said


def test_payments_of_another_workspace_do_not_exist(connection: Connection) -> None:
    theirs = charged(american_books(make_workspace()))
    with pytest.raises(Http404):
        make(connection, theirs)


def test_nothing_is_booked_into_closed_books(connection: Connection) -> None:
    connection.facts = {**connection.facts, "closed_on": "2026-03-31"}
    connection.save()
    said = refusal(connection, charged(connection))
    assert "The next open day is Apr 1, 2026" in said
    make(connection, charged(connection), spent_on="2026-04-01")


def test_a_foreign_fee_needs_a_rate(connection: Connection) -> None:
    payment = charged(connection, currency="EUR")
    assert "Enter how much one EUR is worth in USD" in refusal(connection, payment)
    make(connection, payment, exchange_rate="1.08")
    assert Intent.objects.get().document["exchange_rate"] == "1.08"
    assert "does not use JPY" in refusal(
        connection, charged(connection, currency="JPY")
    )


def test_outside_the_us_a_fee_has_a_tax_code_and_its_net_by_purchase_rates(
    connection: Connection,
) -> None:
    british = with_accounts(british_books(connection.workspace))
    RemoteObject.objects.filter(connection=british, remote_id="20").update(
        content={
            "taxable": True,
            "sales_rates": [{"rate_id": "7", "percent": "20"}],
            "purchase_rates": [{"rate_id": "8", "percent": "5"}],
        }
    )
    payment = charged(british, currency="GBP", fee=Decimal("10.50"))
    assert "Choose a tax code." in refusal(british, payment)
    made = make(british, payment, tax_code_id="20")
    document = Intent.objects.get().document
    assert document["prices_include_tax"] is True
    assert document["lines"][0]["amount"] == "10.5"
    assert document["lines"][0]["net_amount"] == "10"
    assert made.total == Decimal("10.50")


def test_the_next_fee_is_likely_to_go_where_the_last_one_went(
    connection: Connection,
) -> None:
    assert expenses.usual(connection) == Settings("", "")
    make(connection, charged(connection))
    assert expenses.usual(connection) == Settings("35", "8", vendor_id="90")
