"""Keys are the same for the same event, and different for any other."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given, strategies as st

from counterfoil.core.secrets import SecretsError, generate_key
from counterfoil.posting import keys

SCOPE = keys.Scope(1, "quickbooks", "9130350000000001", "production", "invoice")
INSTANCE = bytes(range(32))
parts = st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=5)


def _dedup(scope: keys.Scope, *event: str) -> bytes:
    return keys.dedup_hash(keys.business_key(scope, event))


def test_ids_are_what_they_were_in_every_earlier_version() -> None:
    """Changing any of these makes documents in the books unrecognisable."""
    dedup = _dedup(SCOPE, "deal", "7", "2026-03-04")
    assert dedup.hex() == (
        "42e28b4a2f3a478d96f92a91eab9bf220e60c093d0d72ce04ca41055634604c3"
    )
    assert keys.request_id(INSTANCE, dedup, 0) == "940cd145c21ceea06eece9d6205e088c"
    assert keys.request_id(INSTANCE, dedup, 1) == "f2c4247624c5426ccd12d4d413425320"
    voided = keys.request_id(INSTANCE, dedup, 1, version="3")
    assert voided == "c9840424aee4c1dab7419a153f612978"
    assert keys.marker(INSTANCE, dedup) == "[#TJTV3HV4WPMFNC99]"


def test_an_event_in_any_letters_has_the_id_it_always_had() -> None:
    assert _dedup(SCOPE, "Zahlung für Ångström", "\u2028").hex() == (
        "4f941f134507cc4d574d124bf9d6c9ebbe968195075f4129205684c48f5c40e3"
    )


def test_an_encryption_key_stands_for_the_installation_it_always_stood_for() -> None:
    """Derived otherwise, nothing of ours would be found in the books again."""
    key = base64.urlsafe_b64encode(bytes(range(32))).decode()
    assert keys.instance_key(key).hex() == (
        "3485273c25fb1a4576bb22ff6e19770c04568d40279db67ed7fd802076bf682f"
    )
    other = generate_key()
    known = "5492a1cf64e5043da4123238d27c03aa2e87fc10d7ba3adebc0e961f98002717"
    assert keys.checks(f"{other}, {key}") == [*keys.checks(other), known]


@pytest.mark.parametrize(
    "other",
    [
        keys.Scope(2, "quickbooks", "9130350000000001", "production", "invoice"),
        keys.Scope(1, "xero", "9130350000000001", "production", "invoice"),
        keys.Scope(1, "quickbooks", "9130350000000002", "production", "invoice"),
        keys.Scope(1, "quickbooks", "9130350000000001", "sandbox", "invoice"),
        keys.Scope(1, "quickbooks", "9130350000000001", "production", "customer"),
    ],
)
def test_each_part_of_the_scope_makes_another_document(other: keys.Scope) -> None:
    assert _dedup(SCOPE, "deal", "7") != _dedup(other, "deal", "7")


@given(parts, parts)
def test_distinct_events_never_collapse_and_the_same_one_always_does(
    first: list[str], second: list[str]
) -> None:
    assert (_dedup(SCOPE, *first) == _dedup(SCOPE, *second)) == (first == second)


@given(parts, st.integers(0, 50))
def test_request_ids_and_markers_have_their_form(
    event: list[str], generation: int
) -> None:
    dedup = _dedup(SCOPE, *event)
    assert re.fullmatch("[0-9a-f]{32}", keys.request_id(INSTANCE, dedup, generation))
    marker = keys.marker(INSTANCE, dedup)
    assert keys.MARKER.fullmatch(marker)
    assert keys.marker_in(f"{marker}\nThank you") == marker
    assert keys.marker_in(f" \n{marker}") == marker
    assert keys.marker_in(f"Thank you {marker}") == ""


def test_a_generation_has_its_own_request_id_and_the_same_marker() -> None:
    dedup = _dedup(SCOPE, "deal", "7")
    ids = {keys.request_id(INSTANCE, dedup, generation) for generation in range(50)}
    assert len(ids) == 50


def test_another_installation_makes_other_ids() -> None:
    dedup = _dedup(SCOPE, "deal", "7")
    other = bytes(32)
    assert keys.marker(INSTANCE, dedup) != keys.marker(other, dedup)
    assert keys.request_id(INSTANCE, dedup, 0) != keys.request_id(other, dedup, 0)


def test_rotating_encryption_keys_keeps_the_markers() -> None:
    old, new = generate_key(), generate_key()
    assert keys.instance_key(f"{new},{old}") == keys.instance_key(old)
    assert keys.instance_key(new) != keys.instance_key(old)
    assert keys.instance_key(old) != base64.urlsafe_b64decode(old)


def test_there_is_no_instance_without_a_key() -> None:
    with pytest.raises(SecretsError):
        keys.instance_key(" ")


@pytest.mark.parametrize("event", [[], [""], ["deal", ""]])
def test_an_empty_event_is_no_key(event: list[str]) -> None:
    with pytest.raises(ValueError, match="business key"):
        keys.business_key(SCOPE, event)
