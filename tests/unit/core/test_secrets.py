"""Secrets do not print, and what is sealed opens only where it was sealed."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from dataclasses import dataclass

import pytest
from hypothesis import given, strategies as st

from counterfoil.core.secrets import (
    Keyring,
    MasterKey,
    Secret,
    SecretsError,
    generate_key,
)

# A busy machine is no reason to fail.
TOKEN = "eyJhbGciOi-very-secret"
PLACE = "connection|1|quickbooks|913|access_token"


@dataclass
class Holder:
    token: Secret


def test_a_secret_never_prints() -> None:
    secret = Secret(TOKEN)
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>40}",
        f"{secret!r}",
        "%s %r" % (secret, secret),  # noqa: UP031  the old way is what is tested
        "{}".format(secret),  # noqa: UP032
        repr(Holder(secret)),
        repr([secret]),
        repr({"token": secret}),
    ]
    assert not any(TOKEN in text for text in shown)


def test_a_secret_is_not_written_as_json_nor_pickled() -> None:
    for write in (json.dumps, pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError) as caught:
            write(Secret(TOKEN))
        assert TOKEN not in str(caught.value)


def test_a_secret_is_not_in_a_traceback_with_its_locals() -> None:
    def fail(token: Secret) -> None:
        holder = Holder(token)
        raise ValueError(f"cannot use {holder}")

    try:
        fail(Secret(TOKEN))
    except ValueError as error:
        trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    text = "".join(trace.format())
    assert "Secret(***)" in text
    # The line of this very test names the constant, never its value.
    assert TOKEN not in text


def test_a_secret_is_compared_and_asked_for_by_name() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert Secret(TOKEN).reveal() == TOKEN
    assert not Secret("")


@given(st.text())
def test_what_is_sealed_opens_in_its_place(text: str) -> None:
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return
    ring = Keyring.parse(generate_key())
    sealed = ring.seal(Secret(text), context=PLACE)
    assert ring.open(sealed, context=PLACE) == Secret(text)
    assert sealed != ring.seal(Secret(text), context=PLACE)


def test_a_sealed_value_does_not_open_in_another_place() -> None:
    ring = Keyring.parse(generate_key())
    sealed = ring.seal(Secret(TOKEN), context=PLACE)
    assert TOKEN not in sealed
    with pytest.raises(SecretsError, match="place"):
        ring.open(sealed, context=PLACE.replace("|1|", "|2|"))


def test_keys_rotate_without_losing_what_was_sealed() -> None:
    old, new = generate_key(), generate_key()
    before = Keyring.parse(old)
    sealed = before.seal(Secret(TOKEN), context=PLACE)
    both = Keyring.parse(f"{new}, {old}")
    assert both.open(sealed, context=PLACE).reveal() == TOKEN
    assert not both.is_current(sealed)
    renewed = both.rewrap(sealed, context=PLACE)
    assert both.is_current(renewed)
    after = Keyring.parse(new)
    assert after.open(renewed, context=PLACE).reveal() == TOKEN
    with pytest.raises(SecretsError, match="not configured"):
        after.open(sealed, context=PLACE)
    with pytest.raises(SecretsError, match="not configured"):
        before.open(renewed, context=PLACE)


@pytest.mark.parametrize("part", [2, 3])
def test_a_sealed_value_that_was_tampered_with_does_not_open(part: int) -> None:
    ring = Keyring.parse(generate_key())
    parts = ring.seal(Secret(TOKEN), context=PLACE).split(".")
    other = ring.seal(Secret("other"), context=PLACE).split(".")
    parts[part] = other[part]
    with pytest.raises(SecretsError):
        ring.open(".".join(parts), context=PLACE)


@pytest.mark.parametrize("sealed", ["", "v1", "plain text", "v1.a.b.c.d"])
def test_a_malformed_sealed_value_is_named_so(sealed: str) -> None:
    with pytest.raises(SecretsError, match="malformed"):
        Keyring.parse(generate_key()).open(sealed, context=PLACE)


def test_a_sealed_value_of_a_later_version_is_refused() -> None:
    ring = Keyring.parse(generate_key())
    sealed = ring.seal(Secret(TOKEN), context=PLACE)
    with pytest.raises(SecretsError, match="version"):
        ring.open(sealed.replace("v1.", "v9.", 1), context=PLACE)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "at least one"),
        ("not base64!", "base64"),
        ("c2hvcnQ=", "32 bytes"),
        ("A" * 43 + "=", "random"),
    ],
)
def test_a_bad_key_is_refused_with_its_reason(text: str, problem: str) -> None:
    with pytest.raises(SecretsError, match=problem):
        Keyring.parse(text)


def test_a_key_has_the_same_name_wherever_it_is_read() -> None:
    key = generate_key()
    assert MasterKey.parse(key).key_id == MasterKey.parse(f" {key}\n").key_id
