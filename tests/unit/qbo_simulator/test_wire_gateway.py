"""What the gateway says of tokens."""

from __future__ import annotations

import pytest

from qbo_simulator.faults import token_expired


@pytest.mark.parametrize(
    ("token", "detail"),
    [
        ("", "Malformed bearer token: too short or too long"),
        ("x", "Malformed bearer token: too short or too long"),
        ("x" * 5000, "Malformed bearer token: too short or too long"),
        ("AB01" + "x" * 500, "Token expired: AB01…"),
    ],
)
def test_a_token_that_can_be_none_is_told_from_one_that_is_over(
    token: str, detail: str
) -> None:
    fault = token_expired(token)
    assert (fault.http, fault.code, fault.detail) == (401, "3200", detail)
