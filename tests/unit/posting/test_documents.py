"""Documents refer to documents that do not exist yet, and wait in lanes."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from counterfoil.posting import documents


def test_references_are_found_wherever_they_are_and_filled() -> None:
    customer, item = uuid4(), uuid4()
    document = {
        "customer_id": documents.reference(customer),
        "lines": [{"item_id": documents.reference(item)}, {"item_id": "7"}],
    }
    assert documents.references(document) == {customer, item}
    assert documents.filled(document, {customer: "58", item: "9"}) == {
        "customer_id": "58",
        "lines": [{"item_id": "9"}, {"item_id": "7"}],
    }


json = st.recursive(
    st.none() | st.booleans() | st.text() | st.uuids().map(documents.reference),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json)
def test_after_filling_nothing_refers_any_more(document: object) -> None:
    wanted: set[UUID] = documents.references(document)
    ids = dict.fromkeys(wanted, "1")
    assert documents.references(documents.filled(document, ids)) == set()


def test_a_reference_that_is_missing_is_not_made_up() -> None:
    with pytest.raises(KeyError):
        documents.filled(documents.reference(uuid4()), {})


def test_a_customers_invoices_share_a_lane_and_anothers_do_not() -> None:
    first = documents.lane("invoice", {"customer_id": "58"})
    assert first == documents.lane("invoice", {"customer_id": "58", "number": "2"})
    assert first != documents.lane("invoice", {"customer_id": "59"})


def test_everything_of_a_customer_waits_in_one_lane_whatever_kind_it_is() -> None:
    lanes = {
        documents.lane(kind, {"customer_id": "58", "account_id": "35"})
        for kind in documents.KINDS
    }
    assert lanes == {"customer 58"}


def test_expenses_go_by_their_vendor_and_else_by_the_account() -> None:
    paid = {"vendor_id": "7", "account_id": "35"}
    assert documents.lane("expense", paid) == "vendor 7"
    assert documents.lane("expense", {**paid, "vendor_id": ""}) == "account 35"
    waiting = uuid4()
    made = {"vendor_id": documents.reference(waiting)}
    assert documents.lane("expense", made) == f"vendor {waiting}"


def test_a_payment_is_called_by_its_reference() -> None:
    assert documents.title("payment", {"reference": "Cheque 12"}) == "Cheque 12"
    assert documents.title("expense", {"number": "7", "reference": "x"}) == "7"
    assert documents.title("item", {"name": "Hours", "number": "7"}) == "Hours"
    assert documents.title("customer", {"name": "Ada", "number": "7"}) == "Ada"
    assert documents.title("customer", {}) == documents.title("invoice", {}) == ""


def test_two_things_of_one_name_share_a_lane() -> None:
    first = documents.lane("customer", {"name": "Harbour  Bakery"})
    assert first == documents.lane("customer", {"name": "harbour bakery "})
    assert first != documents.lane("item", {"name": "harbour bakery"})
    assert first != documents.lane("customer", {"name": "Harbour Brewery"})
    assert len(documents.lane("item", {"name": "x" * 5000})) <= 200
    assert len(documents.lane("invoice", {"customer_id": "5" * 5000})) <= 200
