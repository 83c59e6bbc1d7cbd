"""Values on their way: in whatever spelling, they arrive as they were."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from counterfoil.crm.catalogue import Property
from counterfoil.crm.models import Contact, Product
from counterfoil.crm.property_types.boolean import Boolean
from counterfoil.crm.property_types.choice import Choice
from counterfoil.crm.property_types.currency import Currency
from counterfoil.crm.property_types.date import Date
from counterfoil.crm.property_types.email import Email
from counterfoil.crm.property_types.multi_choice import MultiChoice
from counterfoil.crm.property_types.number import Number
from counterfoil.crm.property_types.phone import Phone
from counterfoil.crm.property_types.text import Text
from counterfoil.crm.property_types.url import Url
from counterfoil.sync.engine.canon import canon
from counterfoil.sync.engine.fields import FieldKind, Rule
from counterfoil.sync.pairs import values

PROPERTIES = {
    prop.name: prop
    for prop in (
        Property("name", Text(max_length=20), "Name", required=True),
        Property("note", Text(is_long=True), "Note"),
        Property("email", Email(), "E-mail"),
        Property("phone", Phone(), "Phone"),
        Property("website", Url(), "Website"),
        Property("domain", Text(max_length=30), "Domain"),
        Property("unit_price", Currency(places=2), "Price"),
        Property("size", Number(places=3), "Size", custom=True),
        Property("born", Date(), "Born", custom=True),
        Property("exempt", Boolean(), "Exempt", custom=True),
        Property("kind", Choice([("service", "Service")]), "Kind"),
        Property("tags", MultiChoice([("a", "A"), ("b", "B")]), "Tags", custom=True),
    )
}


def into(name: str, value: object, kind: FieldKind = FieldKind.TEXT) -> Any:
    found, _unfit = values.fitted({name: value}, PROPERTIES, [Rule(name, "x", kind)])
    return found.get(name, "left out")


def sent(value: object, kind: FieldKind = FieldKind.TEXT, longest: int = 0) -> object:
    rule = Rule("x", "there", kind, longest=longest)
    return values.for_content({"there": value}, [rule])["there"]


@pytest.mark.parametrize(
    ("name", "given_value", "kept"),
    [
        ("name", "  Amy  ", "Amy"),
        ("name", "A name that is too long here", "A name that is too l"),
        ("name", "Exactly twenty chars", "Exactly twenty chars"),
        ("name", "AC/DC and many other bands", "AC/DC and many other"),
        ("name", True, "true"),
        ("note", "first\r\nsecond", "first\nsecond"),
        ("email", "; amy@x.example ,bo@x.example", "amy@x.example"),
        ("website", "x.example", "https://x.example"),
        ("unit_price", "1.005", Decimal("1.01")),
        ("unit_price", "12", Decimal("12.00")),
        ("size", "0.12345", Decimal("0.123")),
        ("born", "2026-05-04T00:00:00-07:00", date(2026, 5, 4)),
        ("exempt", False, False),
        ("exempt", "true", True),
        ("kind", "Service", "service"),
        ("tags", "b;a", ("a", "b")),
        ("phone", "", None),
        ("name", "", "left out"),
        ("unknown", "x", "left out"),
    ],
)
def test_a_value_from_there_is_kept_as_the_property_keeps_it(
    name: str, given_value: object, kept: object
) -> None:
    assert into(name, given_value) == kept


@pytest.mark.parametrize(
    ("name", "given_value"),
    [
        ("email", "amy@nowhere"),
        ("phone", "ask"),
        ("website", "http://"),
        ("unit_price", "many"),
        ("unit_price", "1e30"),
        ("unit_price", "NaN"),
        ("born", "4 May"),
        ("exempt", "perhaps"),
        ("kind", "bundle"),
    ],
)
def test_a_value_that_a_property_cannot_hold_is_left_out_with_a_sentence(
    name: str, given_value: str
) -> None:
    fit, unfit = values.fitted({name: given_value}, PROPERTIES, [Rule(name, "x")])

    assert fit == {}
    assert unfit[name]


@pytest.mark.parametrize(
    "written",
    ["http://www.birds.example", "https://birds.example/shop", "birds.example"],
)
def test_a_web_address_in_a_plain_text_is_kept_bare(written: str) -> None:
    assert into("domain", written, FieldKind.URL) == "birds.example"


def test_a_web_address_keeps_all_of_itself_where_web_addresses_belong() -> None:
    shop = "http://www.birds.example/shop"
    assert into("website", shop, FieldKind.URL) == shop
    assert (
        sent("http://birds.example/shop", FieldKind.URL) == "http://birds.example/shop"
    )


def test_a_text_that_no_database_keeps_reaches_none() -> None:
    fit, unfit = values.fitted({"name": "Ki\x00te"}, PROPERTIES, [Rule("name", "x")])
    assert "\x00" not in str(fit)
    assert fit or unfit


def test_values_are_sent_in_plain_forms() -> None:
    assert sent(Decimal("12.5000")) == "12.5"
    assert sent(date(2026, 5, 4).isoformat(), FieldKind.DATE) == "2026-05-04"
    assert sent("yes", FieldKind.YES_NO) is True
    assert sent("no", FieldKind.YES_NO) is False
    assert sent("birds.example", FieldKind.URL) == "https://birds.example"
    assert sent(["a", "b"]) == "a; b"
    assert sent("a long text", longest=6) == "a long"
    assert sent("a  long text", longest=7) == "a  long"
    assert (sent(value=False), sent(7)) == ("false", "7")
    assert sent(None) == ""


def test_a_phone_is_spelled_shorter_before_it_is_cut() -> None:
    typed = "+1 (555) 010-9999 ext. 7"
    assert sent(typed, FieldKind.PHONE, longest=23) == "+15550109999ext7"
    assert sent(typed, FieldKind.PHONE, longest=24) == typed
    assert sent(typed, FieldKind.PHONE) == typed


def test_what_is_not_mapped_is_not_sent() -> None:
    assert values.for_content({"other": "x"}, [Rule("here", "there")]) == {}


def test_fields_reach_into_parts() -> None:
    rules = [Rule("city", "bill_address.city"), Rule("x", "missing.city")]

    found = values.of_content({"bill_address": {"city": "Bayshore"}}, rules)

    assert found == {"bill_address.city": "Bayshore", "missing.city": None}


def test_a_record_is_told_as_json() -> None:
    record = Product(name="Cake", unit_price=Decimal("45.5000000"))
    record.custom = {"size": "1.5"}
    rules = [
        Rule("name", "n"),
        Rule("unit_price", "p"),
        Rule("size", "s"),
        Rule("no", "x"),
    ]

    found = values.of_record(record, rules, PROPERTIES)

    assert found == {"name": "Cake", "unit_price": "45.5", "size": "1.5"}


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20
).filter(lambda text: text.strip())
CASES = st.one_of(
    st.tuples(st.just("name"), st.just(FieldKind.TEXT), TEXTS),
    st.tuples(st.just("note"), st.just(FieldKind.LONG_TEXT), TEXTS),
    st.tuples(st.just("email"), st.just(FieldKind.EMAIL), st.emails()),
    st.tuples(
        st.just("phone"),
        st.just(FieldKind.PHONE),
        st.from_regex(r"\A\+?[0-9 ()-]{4,20}[0-9]{3}\Z"),
    ),
    st.tuples(
        st.just("unit_price"),
        st.just(FieldKind.MONEY),
        st.decimals(-9999, 9999, places=2),
    ),
    st.tuples(st.just("exempt"), st.just(FieldKind.YES_NO), st.booleans()),
    st.tuples(st.just("born"), st.just(FieldKind.DATE), st.dates()),
)


@given(CASES)
def test_a_value_that_goes_out_and_comes_back_is_the_same(
    case: tuple[str, FieldKind, object],
) -> None:
    name, kind, value = case
    rule = Rule(name, "part.field", kind)
    prop = PROPERTIES[name]
    held = prop.type.parse(value)
    record = Contact()
    record.custom = {}
    if prop.custom:
        record.custom[name] = prop.type.serialise(held)
    else:
        record.__dict__[name] = held if held is not None else ""

    here = values.of_record(record, [rule], PROPERTIES)
    there = values.for_content({rule.remote: here[name]}, [rule])
    content = {"part": {"field": there[rule.remote]}}
    back = values.of_content(content, [rule])
    again, _unfit = values.fitted({name: back[rule.remote]}, PROPERTIES, [rule])

    assert canon(rule, back[rule.remote]) == canon(rule, here[name])
    assert prop.type.serialise(again[name]) == here[name]


@pytest.mark.parametrize(
    ("address", "there", "expected"),
    [
        (
            "new@x.example",
            "old@x.example, office@x.example",
            "new@x.example, office@x.example",
        ),
        ("office@x.example", "old@x.example; Office@x.example", "office@x.example"),
        ("new@x.example", "", "new@x.example"),
        ("", "old@x.example, office@x.example", ""),
    ],
)
def test_a_new_address_stands_beside_the_others_of_its_customer(
    address: str, there: str, expected: str
) -> None:
    rule = Rule("email", "email", FieldKind.EMAIL, longest=100)
    sent = values.for_content({"email": address}, [rule], {"email": there})
    assert sent == {"email": expected}


def test_addresses_that_do_not_fit_beside_it_are_left_out() -> None:
    rule = Rule("email", "email", FieldKind.EMAIL, longest=30)
    current = {"email": "old@x.example, b@x.example, c@x.example"}
    sent = values.for_content({"email": "new@x.example"}, [rule], current)
    assert sent == {"email": "new@x.example, b@x.example"}


@pytest.mark.parametrize(
    ("longest", "expected"),
    [
        (0, "new@x.example, b@x.example, c@x.example"),
        (39, "new@x.example, b@x.example, c@x.example"),
        (38, "new@x.example, b@x.example"),
        (13, "new@x.example"),
        (8, "new@x.example"),
    ],
)
def test_as_many_addresses_stay_as_the_field_keeps(longest: int, expected: str) -> None:
    rule = Rule("email", "email", FieldKind.EMAIL, longest=longest)
    current = {"email": "old@x.example, b@x.example, c@x.example"}
    sent = values.for_content({"email": "new@x.example"}, [rule], current)
    assert sent == {"email": expected}
