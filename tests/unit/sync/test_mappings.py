"""Which property may be mapped to which field, and the sentences when it may not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.crm.catalogue import Property
from counterfoil.crm.property_types.base import property_types
from counterfoil.crm.property_types.boolean import Boolean
from counterfoil.crm.property_types.choice import Choice
from counterfoil.crm.property_types.date import Date
from counterfoil.crm.property_types.email import Email
from counterfoil.crm.property_types.number import Number
from counterfoil.crm.property_types.owner import Owner
from counterfoil.crm.property_types.phone import Phone
from counterfoil.crm.property_types.reference import Reference
from counterfoil.crm.property_types.text import Text
from counterfoil.sync.engine.fields import Direction, FieldKind, Rule, Wins
from counterfoil.sync.ports import RemoteField
from counterfoil.sync.settings import mappings
from counterfoil.sync.settings.mappings import Sides, check, directions, notes

PROPERTIES = [
    Property("email", Email(), "E-mail"),
    Property("phone", Phone(), "Phone"),
    Property("nickname", Text(max_length=20), "Nickname", custom=True),
    Property("remark", Text(is_long=True), "Remark", custom=True),
    Property("seats", Number(), "Seats", custom=True),
    Property("since", Date(), "Customer since", custom=True),
    Property("vip", Boolean(), "VIP", custom=True),
    Property("tier", Choice([("gold", "Gold")]), "Tier", custom=True),
]
FIELDS = [
    RemoteField("email", "E-mail", FieldKind.EMAIL, longest=100),
    RemoteField("mobile", "Mobile", FieldKind.PHONE, longest=30),
    RemoteField("notes", "Notes", FieldKind.LONG_TEXT, longest=2000),
    RemoteField("balance", "Balance", FieldKind.MONEY, writable=False),
    RemoteField("taxable", "Taxable", FieldKind.YES_NO),
    RemoteField("terms_id", "Terms", FieldKind.REFERENCE, stream="terms"),
    RemoteField("print_name", "Name on checks", FieldKind.TEXT, longest=110),
]
SIDES = Sides(
    {prop.name: prop for prop in PROPERTIES},
    {field.name: field for field in FIELDS},
    "QuickBooks",
)


def rule(
    local: str, remote: str, direction: Direction = Direction.BOTH, **more: object
) -> Rule:
    made = mappings.made(SIDES.fields[remote], local, direction=direction)
    return replace(made, **more)  # type: ignore[arg-type]


def test_values_of_one_kind_may_travel_both_ways() -> None:
    assert check(rule("email", "email"), SIDES) == []
    assert check(rule("phone", "mobile"), SIDES) == []
    assert check(rule("remark", "notes"), SIDES) == []
    assert check(rule("vip", "taxable"), SIDES) == []


def test_a_mapping_whose_property_was_archived_says_so() -> None:
    [sentence] = check(replace(rule("email", "email"), local="fax"), SIDES)
    assert sentence == "The property “fax” no longer exists. Remove this mapping."


def test_a_mapping_of_an_unknown_field_says_so() -> None:
    [sentence] = check(replace(rule("email", "email"), remote="shoe_size"), SIDES)
    assert "QuickBooks has no field “shoe_size”" in sentence


def test_what_any_text_may_be_goes_out_of_an_email_but_not_in() -> None:
    [sentence] = check(rule("email", "notes"), SIDES)
    assert sentence == (
        "E-mail cannot keep everything that Notes may hold in QuickBooks: let its"
        " values go out only."
    )
    assert check(rule("email", "notes", Direction.OUT), SIDES) == []


def test_an_email_field_does_not_take_any_text() -> None:
    [sentence] = check(rule("nickname", "email"), SIDES)
    assert sentence == (
        "E-mail in QuickBooks cannot keep everything that Nickname may hold: let its"
        " values come in only."
    )
    assert check(rule("nickname", "email", Direction.IN), SIDES) == []


def test_different_kinds_of_values_cannot_be_mapped_at_all() -> None:
    [sentence] = check(rule("since", "taxable", Direction.IN), SIDES)
    assert "hold different kinds of values" in sentence
    [sentence] = check(rule("nickname", "terms_id"), SIDES)
    assert "hold different kinds of values" in sentence


def test_what_quickbooks_sets_itself_only_comes_in() -> None:
    [sentence] = check(rule("seats", "balance"), SIDES)
    assert sentence == (
        "QuickBooks sets Balance by itself: let its values come in only."
    )
    assert check(rule("seats", "balance", Direction.IN), SIDES) == []
    assert directions(SIDES.properties["seats"], SIDES.fields["balance"], SIDES) == [
        Direction.IN
    ]


def test_a_field_and_a_property_are_mapped_once() -> None:
    others = [rule("remark", "notes"), rule("email", "email")]
    [sentence] = check(rule("nickname", "notes"), SIDES, others)
    assert sentence == "Notes is mapped twice. Remove one of the mappings."
    [sentence] = check(rule("remark", "print_name"), SIDES, others)
    assert sentence == "Remark is mapped twice. Remove one of the mappings."


def test_the_connectors_own_mapping_is_possible_whatever_its_types() -> None:
    given = replace(SIDES, given={("nickname", "terms_id")})
    assert check(rule("nickname", "terms_id"), given) == []
    assert check(rule("remark", "terms_id"), given)


def test_the_connector_itself_may_map_a_property_to_one_field_or_another() -> None:
    given = replace(SIDES, given={("phone", "mobile"), ("phone", "print_name")})
    one, other = rule("phone", "mobile"), rule("phone", "print_name")
    assert check(one, given, [other]) == []
    assert check(one, replace(SIDES, given={("phone", "mobile")}), [other])


def test_a_limit_of_either_side_is_told_before_it_bites() -> None:
    [sentence] = notes(rule("phone", "mobile"), SIDES)
    assert "QuickBooks keeps 30 characters of Mobile" in sentence
    [sentence] = notes(rule("nickname", "notes", Direction.IN), SIDES)
    assert "Nickname keeps 20 characters" in sentence
    [sentence] = notes(rule("remark", "notes"), SIDES)
    assert "QuickBooks keeps 2000 characters of Notes" in sentence
    assert notes(rule("nickname", "print_name", Direction.OUT), SIDES) == []
    assert notes(rule("remark", "notes", Direction.IN), SIDES) == []
    assert notes(rule("vip", "taxable"), SIDES) == []


def test_what_is_no_more_has_no_limit_to_tell_of() -> None:
    assert notes(replace(rule("email", "email"), local="gone"), SIDES) == []
    assert notes(replace(rule("email", "email"), remote="gone"), SIDES) == []


def test_a_name_that_may_be_emptied_is_told_to_stay() -> None:
    emptying = rule("nickname", "print_name", Direction.OUT, may_empty=True)
    assert notes(emptying, SIDES) == []
    [sentence] = notes(replace(emptying, kind=FieldKind.NAME), SIDES)
    assert "never emptied" in sentence


def test_a_mapping_is_made_as_it_was_chosen() -> None:
    made = mappings.made(
        SIDES.fields["mobile"],
        "phone",
        direction=Direction.IN,
        wins=Wins.ASK,
        may_empty=True,
    )
    assert made == Rule(
        "phone",
        "mobile",
        FieldKind.PHONE,
        direction=Direction.IN,
        wins=Wins.ASK,
        may_empty=True,
        longest=30,
    )


@pytest.mark.parametrize("kind", list(FieldKind))
def test_the_tables_name_only_types_that_there_are(kind: FieldKind) -> None:
    known = {each.key for each in property_types}
    assert mappings.KEEPS[kind] <= known
    assert mappings.TAKES[kind] <= known


def test_an_owner_is_no_value_for_another_service() -> None:
    assert not mappings.is_mappable(Property("owner", Owner(), "Owner"))
    total = Property("total", Number(), "Total", read_only=True)
    assert not mappings.is_mappable(total)
    stage = Property("stage", Reference("stage"), "Stage")
    assert not mappings.is_mappable(stage)
    secret = Property("secret", Text(), "Secret", internal=True)
    assert not mappings.is_mappable(secret)
    assert mappings.is_mappable(Property("nickname", Text(), "Nickname"))


def test_faults_are_told_by_the_place_of_the_mapping() -> None:
    rules = [rule("email", "email"), rule("since", "taxable"), rule("phone", "mobile")]
    assert list(mappings.faults_of(rules, SIDES)) == [1]


def test_what_is_compared_and_how_long_it_may_be_is_the_fields() -> None:
    stale = replace(rule("email", "email"), kind=FieldKind.TEXT, longest=7)
    unknown = replace(stale, remote="gone")
    fresh = mappings.refreshed([stale, unknown], SIDES)
    assert fresh == (rule("email", "email"), unknown)
