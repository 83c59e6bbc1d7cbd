"""Two spellings of one value are one value; two values are two."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from counterfoil.sync.engine.canon import canon, is_empty
from counterfoil.sync.engine.fields import FieldKind, Rule

KINDS = st.sampled_from(FieldKind)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=60),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.lists(st.text(max_size=10), max_size=4),
)


def rule(kind: FieldKind, longest: int = 0) -> Rule:
    return Rule("here", "there", kind, longest=longest)


@given(KINDS, VALUES, st.integers(0, 40))
def test_a_form_has_itself_as_its_form(
    kind: FieldKind, value: object, longest: int
) -> None:
    form = canon(rule(kind, longest), value)
    assert canon(rule(kind, longest), form) == form


@given(KINDS, st.text(max_size=60), st.integers(1, 40))
def test_a_value_that_the_other_side_cut_is_the_same_value(
    kind: FieldKind, text: str, longest: int
) -> None:
    kept = canon(rule(kind), text)[:longest]
    assert canon(rule(kind, longest), kept) == canon(rule(kind, longest), text)


@given(st.text(max_size=60))
def test_what_a_service_does_to_text_is_no_edit(text: str) -> None:
    trimmed = f"  {text.replace(' ', '   ')} "
    assert canon(rule(FieldKind.TEXT), trimmed) == canon(rule(FieldKind.TEXT), text)
    upper = canon(rule(FieldKind.EMAIL), text.upper().lower())
    assert upper == canon(rule(FieldKind.EMAIL), text.lower())


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (FieldKind.PHONE, "+1 (555) 010-9999", "+15550109999"),
        (FieldKind.EMAIL, " Ada@Example.TEST ", "ada@example.test"),
        (FieldKind.EMAIL, "a@x.test; b@x.test", "A@x.test"),
        (FieldKind.URL, "https://www.example.test/", "example.test"),
        (FieldKind.MONEY, "100.50", "100.5000000"),
        (FieldKind.MONEY, Decimal("1E+2"), "100"),
        (FieldKind.NUMBER, "-0.00", "0"),
        (FieldKind.YES_NO, True, "true"),
        (FieldKind.DATE, "2026-05-04", "2026-05-04T00:00:00-07:00"),
        (FieldKind.LONG_TEXT, "a \r\n b", "a\nb"),
        (FieldKind.TEXT, "Café", "Café"),
        (FieldKind.CHOICE, ["b", "a"], ("a", "b")),
        (FieldKind.YES_NO, "No", False),
        (FieldKind.YES_NO, 1, "Yes"),
        (FieldKind.MONEY, "  ", None),
    ],
)
def test_spellings_are_left_aside(kind: FieldKind, one: object, other: object) -> None:
    assert canon(rule(kind), one) == canon(rule(kind), other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (FieldKind.TEXT, "Acme", "ACME"),
        (FieldKind.PHONE, "5550109999", "5550109998"),
        (FieldKind.MONEY, "0", ""),
        (FieldKind.YES_NO, False, None),
        (FieldKind.NUMBER, "12345678901234567.8901", "12345678901234567.8902"),
        (FieldKind.LONG_TEXT, "a\nb", "a b"),
        (FieldKind.EMAIL, "ada@example.test", "bo@example.test"),
        (FieldKind.URL, "example.test", "shop.example.test"),
        (FieldKind.URL, "example.test", "example.test/shop"),
        (FieldKind.DATE, "2026-05-04", "2026-05-05"),
        (FieldKind.MONEY, "100", "1"),
        (FieldKind.MONEY, "NaN", ""),
        (FieldKind.NUMBER, "Infinity", "-Infinity"),
        (FieldKind.NUMBER, "many", "few"),
        (FieldKind.YES_NO, True, False),
        (FieldKind.CHOICE, "service", "inventory"),
        (FieldKind.CHOICE, ["a", "b"], ["a"]),
        (FieldKind.REFERENCE, "1", "11"),
    ],
)
def test_other_values_stay_others(kind: FieldKind, one: object, other: object) -> None:
    assert canon(rule(kind), one) != canon(rule(kind), other)


@pytest.mark.parametrize("kind", list(FieldKind))
def test_nothing_is_not_known_whatever_it_is_written_as(kind: FieldKind) -> None:
    assert canon(rule(kind), None) == canon(rule(kind), " \n ") == ""


@pytest.mark.parametrize(
    ("kind", "value", "form"),
    [
        (FieldKind.EMAIL, " , Ada@Example.TEST, bo@example.test", "ada@example.test"),
        (FieldKind.PHONE, "+1 (555) 010-9999 Ext 7", "+15550109999ext7"),
        (FieldKind.URL, "HTTP://www.Example.test//", "example.test"),
        (FieldKind.MONEY, "1200.00", "1200"),
        (FieldKind.MONEY, ".00", "0"),
        (FieldKind.NUMBER, "-0", "0"),
        (FieldKind.NUMBER, " 4 or 5 ", "4 or 5"),
        (FieldKind.NUMBER, "1e999999999999", "1e999999999999"),
        (FieldKind.NUMBER, "0e-999999999999", "0e-999999999999"),
        (FieldKind.NUMBER, "1e20", "100000000000000000000"),
        (FieldKind.DATE, " 2026-05-04T23:00:00Z ", "2026-05-04"),
        (FieldKind.YES_NO, True, "true"),
        (FieldKind.YES_NO, False, "false"),
        (FieldKind.CHOICE, ["b", "a"], "a;b"),
    ],
)
def test_a_value_has_the_form_that_is_kept_of_it(
    kind: FieldKind, value: object, form: str
) -> None:
    assert canon(rule(kind), value) == form


def test_false_and_zero_are_known_values() -> None:
    assert not is_empty(value=False)
    assert not is_empty("0")
    assert is_empty("  ")
    assert not is_empty(0)
    assert is_empty(None)
