"""Which addresses may be redirected to."""

from __future__ import annotations

import pytest

from qbo_simulator.oauth.consent import Wish, is_registered
from qbo_simulator.oauth.tokens import App

APP = App(
    "AB1",
    "secret",
    "Counterfoil",
    "verifier",
    ("https://app.example/cb",),
    any_local_redirect=True,
)
STRICT = App(
    "AB1",
    "secret",
    "Counterfoil",
    "verifier",
    ("https://app.example/cb",),
    any_local_redirect=False,
)


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example/cb",
        "http://localhost:8000/connect/quickbooks/callback",
        "http://127.0.0.1:8123/cb",
    ],
)
def test_registered_addresses_and_this_machine_are_redirected_to(uri):
    assert is_registered(uri, APP)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "https://app.example/cb/",
        "https://app.example/cb?next=1",
        "https://evil.example/cb",
        "http://localhost:8000@evil.example/",
        "http://user@localhost:8000/cb",
        "http://localhost.evil.example/",
        "javascript://localhost/%0aalert(1)",
        "http://localhost:8000/cb#fragment",
    ],
)
def test_any_other_address_is_not(uri):
    assert not is_registered(uri, APP)


def test_production_keys_take_no_address_that_is_not_registered():
    assert is_registered("https://app.example/cb", STRICT)
    assert not is_registered("http://localhost:8000/cb", STRICT)


def test_the_answer_is_added_to_what_the_address_already_asks():
    wish = Wish(APP, "https://app.example/cb?kept=1", "openid", "a b", None)
    expected = "https://app.example/cb?kept=1&error=access_denied&state=a+b"
    assert wish.back(error="access_denied") == expected
