"""What is written to QuickBooks is read back as it was, field by field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, strategies as st

from counterfoil.connectors.quickbooks import mapping, wire
from counterfoil.connectors.quickbooks.fields import (
    CUSTOMER,
    ITEM,
    gathered,
    is_nothing,
)
from counterfoil.connectors.quickbooks.rendering.parts import Setup
from counterfoil.connectors.quickbooks.rendering.render import render
from counterfoil.connectors.quickbooks.writer import rendered
from counterfoil.core.errors import Rejected

MARKER = "[#0123456789ABCDEF]"
LETTERS = st.characters(
    whitelist_categories=("L", "N", "P", "Sc"), blacklist_characters=":"
)
words = st.text(LETTERS, min_size=1, max_size=16)
prices = st.decimals(min_value=0, max_value=99999, places=5)
addresses = st.fixed_dictionaries(
    {
        "street": st.lists(words, min_size=1, max_size=5).map("\n".join),
        "city": words,
        "region": words,
        "postal_code": words,
        "country": words,
    }
)
CUSTOMERS: dict[str, st.SearchStrategy[object]] = {
    **dict.fromkeys(CUSTOMER, words),
    "email": words.map(lambda word: f"{word}@example.com"),
    "bill_address": addresses,
    "ship_address": addresses,
    "taxable": st.booleans(),
    "bill_with_parent": st.booleans(),
    "preferred_delivery": st.sampled_from(["print", "email", "none"]),
}
ITEMS: dict[str, st.SearchStrategy[object]] = {
    **dict.fromkeys(ITEM, words),
    "unit_price": prices.map(mapping.plain),
    "purchase_cost": prices.map(mapping.plain),
    "taxable": st.booleans(),
    "price_includes_tax": st.booleans(),
}


def read(stream: str, body: object) -> mapping.Content:
    """What the body means to whoever reads it from the books."""
    encode = msgspec.json.Encoder(decimal_format="number").encode
    raw = body if isinstance(body, bytes) else encode(body)
    if stream == "customers":
        kind: type[Any] = wire.Customer
        return mapping.customer(msgspec.json.decode(raw, type=kind, strict=False))
    return mapping.item(msgspec.json.decode(raw, type=wire.Item, strict=False))


@given(st.fixed_dictionaries({}, optional=CUSTOMERS))
def test_what_changes_of_a_customer_is_read_back(values: dict[str, object]) -> None:
    content = read("customers", rendered("customers", values))
    assert {name: content[name] for name in values} == values


@given(st.fixed_dictionaries({}, optional=ITEMS))
def test_what_changes_of_an_item_is_read_back(values: dict[str, object]) -> None:
    content = read("items", rendered("items", values))
    assert {name: content[name] for name in values} == values


@given(st.fixed_dictionaries({}, optional=CUSTOMERS), words)
def test_a_new_customer_has_all_that_was_given(
    values: dict[str, object], name: str
) -> None:
    values = {**values, "display_name": name}
    payload, expected = render("customer", values, marker=MARKER, setup=Setup())
    content = read("customers", payload)
    assert {name: content[name] for name in values} == values
    assert content["marker"] == MARKER
    assert expected.name == values["display_name"]


@given(st.fixed_dictionaries({}, optional=ITEMS), words)
def test_a_new_item_has_all_that_was_given(
    values: dict[str, object], name: str
) -> None:
    values = {**values, "name": name, "income_account_id": "79"}
    payload, _expected = render("item", values, marker="", setup=Setup())
    content = read("items", payload)
    assert {name: content[name] for name in values} == values


@pytest.mark.parametrize("name", sorted(CUSTOMER))
def test_every_field_of_a_customer_can_be_emptied_or_says_why_not(name: str) -> None:
    empty: object = {} if name.endswith("_address") else ""
    if CUSTOMER[name].needed:
        with pytest.raises(Rejected):
            rendered("customers", {name: empty})
        return
    [sent] = [v for k, v in rendered("customers", {name: empty}).items() if k != "Job"]
    assert sent in ("", {}, {"value": ""}) or list(sent.values()) == [""]  # type: ignore[attr-defined]


def test_only_the_fields_that_change_are_sent() -> None:
    assert rendered("customers", {"phone": "555"}) == {
        "PrimaryPhone": {"FreeFormNumber": "555"}
    }
    assert rendered("items", {"unit_price": "1.50"}) == {"UnitPrice": Decimal("1.50")}


def test_parts_of_an_address_come_together() -> None:
    parts = {"bill_address.city": "Kiel", "bill_address.street": "Kai 1", "email": ""}
    assert gathered(parts) == {
        "bill_address": {"city": "Kiel", "street": "Kai 1"},
        "email": "",
    }


def test_a_street_of_many_lines_loses_none_of_them() -> None:
    street = "\n".join("abcdefg")
    body: Any = rendered("customers", {"bill_address": {"street": street}})
    assert body["BillAddr"]["Line5"] == "e, f, g"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", "A:B"),
        ("display_name", ""),
        ("display_name", "x" * 501),
        ("email", "nobody"),
        ("email", f"{'x' * 95}@example.com"),
        ("phone", "5" * 31),
        ("preferred_delivery", "pigeon"),
        ("balance", "5"),
    ],
)
def test_what_quickbooks_cannot_hold_is_refused_before_it_is_sent(
    field: str, value: str
) -> None:
    with pytest.raises(Rejected) as refusal:
        rendered("customers", {field: value})
    if field != "balance":
        assert refusal.value.field == ("name" if field == "display_name" else field)


@pytest.mark.parametrize(
    "address", ["a@example", "a.example", "a b", "@", ".", f"{'x' * 89}@example.com"]
)
def test_an_address_has_both_its_signs_and_fits(address: str) -> None:
    with pytest.raises(Rejected) as refusal:
        rendered("customers", {"email": address})
    assert refusal.value.field == "email"
    longest = f"{'x' * 88}@example.com"
    assert rendered("customers", {"email": longest}) == {
        "PrimaryEmailAddr": {"Address": longest}
    }


def test_what_only_describes_is_cut_and_what_just_fits_is_kept() -> None:
    body = rendered(
        "customers",
        {
            "display_name": "x" * 500,
            "title": f"{'t' * 15} {'t' * 9}",
            "company_name": "c" * 101,
            "phone": f" {'5' * 30} ",
            "fax": "1  2",
            "terms_id": " 3 ",
        },
    )
    assert body == {
        "DisplayName": "x" * 500,
        "Title": "t" * 15,
        "CompanyName": "c" * 100,
        "PrimaryPhone": {"FreeFormNumber": "5" * 30},
        "Fax": {"FreeFormNumber": "1 2"},
        "SalesTermRef": {"value": "3"},
    }
    assert rendered("customers", {"given_name": "g" * 101}) == {"GivenName": "g" * 100}


def test_what_is_needed_cannot_be_emptied_and_says_what_it_is() -> None:
    for name, field, words in (
        ("display_name", "name", "Give it a name."),
        ("print_name", "print_name", "QuickBooks needs a value here."),
    ):
        with pytest.raises(Rejected) as refusal:
            rendered("customers", {name: " "})
        assert (refusal.value.field, refusal.value.message) == (field, words)


def test_a_parent_says_that_it_is_one_of_its_own_kind() -> None:
    assert rendered("customers", {"parent_id": "4"}) == {
        "ParentRef": {"value": "4"},
        "Job": True,
    }
    assert rendered("items", {"parent_id": ""}) == {
        "ParentRef": {"value": ""},
        "SubItem": False,
    }


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (True, True),
        (False, False),
        ("true", True),
        ("TRUE", True),
        ("false", False),
        ("yes", False),
        ("", ""),
        (None, ""),
    ],
)
def test_a_flag_is_yes_no_or_nothing(value: object, sent: object) -> None:
    (found,) = rendered("customers", {"taxable": value}).values()
    assert found is sent if isinstance(sent, bool) else found == sent


@pytest.mark.parametrize("value", ["", None])
def test_a_price_can_be_taken_away(value: object) -> None:
    assert rendered("items", {"unit_price": value}) == {"UnitPrice": ""}


def test_an_address_is_written_in_five_lines_of_what_fits() -> None:
    street = "1\n\n 2 \n3\n4\n5"
    parts = {"city": "c" * 256, "postal_code": "p" * 31, "region": "", "country": " "}
    body: Any = rendered("customers", {"ship_address": {"street": street, **parts}})
    assert body["ShipAddr"] == {
        **{f"Line{number}": str(number) for number in range(1, 6)},
        "City": "c" * 255,
        "PostalCode": "p" * 30,
    }
    body = rendered("customers", {"ship_address": {"street": "s" * 501}})
    assert body["ShipAddr"] == {"Line1": "s" * 500}
    assert rendered("customers", {"ship_address": "Main St"}) == {"ShipAddr": {}}


@pytest.mark.parametrize(
    ("value", "is_empty"),
    [
        ("", True),
        (" ", True),
        (None, True),
        ({}, True),
        ({"city": " ", "street": ""}, True),
        ({"city": "Kiel", "street": ""}, False),
        (False, False),
        (0, False),
        (" 0 ", False),
    ],
)
def test_nothing_is_what_holds_no_letter(value: object, is_empty: bool) -> None:  # noqa: FBT001
    assert is_nothing(value) is is_empty


def test_names_lose_what_quickbooks_forbids_in_them() -> None:
    body = rendered("customers", {"given_name": "Ada:\tMary\n", "display_name": "A\tB"})
    assert body == {"GivenName": "Ada Mary", "DisplayName": "A B"}


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(Rejected):
        rendered("items", {"unit_price": "much"})


def test_a_marker_is_no_part_of_the_notes() -> None:
    content = read("customers", {"Notes": f"{MARKER}\nVIP"})
    assert (content["notes"], content["marker"]) == ("VIP", MARKER)
    content = read("customers", {"Notes": "VIP [#0123456789ABCDEF]"})
    assert (content["notes"], content["marker"]) == ("VIP [#0123456789ABCDEF]", "")
