"""Names get numbers, and stay within what the other side keeps."""

from __future__ import annotations

from hypothesis import given, strategies as st

from counterfoil.sync.outgoing.names import form, numbered


def test_the_first_form_of_a_name_is_the_name_itself() -> None:
    assert numbered("Acme", 1) == "Acme"
    assert numbered("Acme", 2) == "Acme (2)"
    assert numbered("Acme Limited", 12, 10) == "Acme (12)"


@given(st.text(min_size=1), st.integers(1, 99), st.integers(10, 500))
def test_a_numbered_name_fits_and_ends_in_its_number(
    name: str, number: int, longest: int
) -> None:
    found = numbered(name, number, longest)
    assert len(found) <= longest
    assert number == 1 or found.endswith(f" ({number})")


@given(st.text(alphabet="Aa ä", max_size=12))
def test_names_are_one_in_any_case_and_with_any_spaces(name: str) -> None:
    assert form(name.upper()) == form(f"  {name.replace(' ', '  ')} ")
