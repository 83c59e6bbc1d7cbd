"""What may be booked for a payment, over every combination of what is known of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from counterfoil.invoicing.receiving import RECEIPTS, REFUNDS, Received, refusals

KINDS = sorted(RECEIPTS | REFUNDS | {"expense", "invoice", "estimate"})
amounts = st.decimals("0", "500", places=2)
facts = st.builds(
    Received,
    amount=amounts,
    currency=st.sampled_from(["USD", "JPY"]),
    refunded=amounts,
    fee=amounts,
    is_booked=st.booleans(),
    is_returned=st.booleans(),
    is_fee_booked=st.booleans(),
    total=st.none() | amounts,
)
kinds = st.sampled_from(KINDS)


def said(kind: str, payment: Received) -> list[tuple[str, str]]:
    return list(refusals(kind, payment))


@given(kinds, facts)
def test_every_refusal_has_a_field_and_a_whole_sentence(kind, payment):
    for field, message in said(kind, payment):
        assert field
        assert message.endswith(".")
        assert "%(" not in message


@given(st.sampled_from(sorted(RECEIPTS)), facts)
def test_money_in_the_books_is_never_booked_again(kind, payment):
    assert said(kind, replace(payment, is_booked=True))


@given(st.sampled_from(sorted(RECEIPTS)), facts)
def test_a_receipt_is_of_exactly_what_was_paid(kind, payment):
    allowed = not said(kind, payment)
    assert allowed == (
        not payment.is_booked
        and payment.amount > 0
        and payment.total in {None, payment.amount}
    )


@given(st.sampled_from(sorted(REFUNDS)), facts)
def test_a_refund_is_made_once_and_only_of_all_of_it(kind, payment):
    allowed = not said(kind, payment)
    assert allowed == (
        not payment.is_returned
        and payment.amount > 0
        and payment.refunded >= payment.amount
        and payment.total in {None, payment.amount}
    )


@given(facts)
def test_a_fee_is_booked_once_and_only_where_there_is_one(payment):
    allowed = not said("expense", payment)
    assert allowed == (payment.fee > 0 and not payment.is_fee_booked)


@given(facts, st.booleans(), st.booleans())
def test_one_document_of_a_payment_says_nothing_of_the_others(payment, other, third):
    same = replace(payment, is_booked=other, is_returned=third)
    assert said("expense", same) == said("expense", payment)
    same = replace(payment, is_fee_booked=other, is_booked=third)
    assert said("refund_receipt", same) == said("refund_receipt", payment)


@given(st.sampled_from(["invoice", "estimate"]), facts)
def test_what_is_no_money_asks_nothing_of_a_payment(kind, payment):
    assert said(kind, payment) == []


@pytest.mark.parametrize(
    ("kind", "changes", "fields"),
    [
        ("sales_receipt", {}, []),
        ("sales_receipt", {"total": None}, []),
        ("sales_receipt", {"is_booked": True}, ["source"]),
        ("sales_receipt", {"amount": Decimal(0)}, ["amount"]),
        ("sales_receipt", {"amount": Decimal("0.01")}, ["amount"]),
        ("sales_receipt", {"total": Decimal("99.99")}, ["amount"]),
        ("sales_receipt", {"total": Decimal("100.01")}, ["amount"]),
        (
            "sales_receipt",
            {"total": Decimal(1), "is_booked": True},
            ["source", "amount"],
        ),
        ("paid_invoice", {"total": Decimal("99.99")}, ["amount"]),
        ("paid_invoice", {"is_returned": True, "is_fee_booked": True}, []),
        ("refund_receipt", {}, []),
        ("credit_memo", {}, []),
        ("refund_receipt", {"refunded": Decimal("99.99")}, ["refunded"]),
        ("refund_receipt", {"refunded": Decimal("100.01")}, []),
        (
            "refund_receipt",
            {"amount": Decimal(0), "refunded": Decimal(0)},
            ["refunded"],
        ),
        ("refund_receipt", {"amount": Decimal("0.01"), "total": None}, []),
        ("refund_receipt", {"is_returned": True}, ["source"]),
        ("refund_receipt", {"total": Decimal("99.99")}, ["amount"]),
        ("credit_memo", {"total": Decimal("100.01")}, ["amount"]),
        ("expense", {}, []),
        ("expense", {"fee": Decimal(0)}, ["fee"]),
        ("expense", {"is_fee_booked": True}, ["fee"]),
    ],
)
def test_what_may_be_booked_for_a_payment_of_a_hundred(kind, changes, fields):
    payment = Received(
        Decimal(100),
        "USD",
        refunded=Decimal(100),
        fee=Decimal("0.01"),
        total=Decimal("100.00"),
    )
    assert [field for field, _ in said(kind, replace(payment, **changes))] == fields


@pytest.mark.parametrize("kind", ["sales_receipt", "refund_receipt"])
@pytest.mark.parametrize(
    ("total", "is_taken"),
    [("0", True), ("99.99", True), ("100", True), ("100.01", False)],
)
def test_before_the_tax_of_the_books_it_may_come_to_less(kind, total, is_taken):
    payment = Received(
        Decimal(100),
        "USD",
        refunded=Decimal(100),
        total=Decimal(total),
        is_before_tax=True,
    )
    assert (said(kind, payment) == []) == is_taken


def test_the_sentence_says_both_amounts():
    payment = Received(Decimal(100), "USD", refunded=Decimal(100), total=Decimal(90))
    for kind in ("sales_receipt", "refund_receipt"):
        ((_field, sentence),) = said(kind, payment)
        assert "$90.00" in sentence
        assert "$100.00" in sentence
