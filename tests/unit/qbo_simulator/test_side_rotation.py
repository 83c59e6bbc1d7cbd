"""What a refresh does to the refresh token, under every policy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from qbo_simulator.oauth.rotation import (
    GRACE,
    HARD_LIFE,
    REFRESH_LIFE,
    ROTATES_AFTER,
    Answer,
    Policy,
    RefreshToken,
    Rotation,
    Superseded,
    decide,
)

START = datetime(2026, 3, 4, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_token(**changes: object) -> RefreshToken:
    fields = {
        "issued_at": START,
        "expires_at": START + REFRESH_LIFE,
        "authorised_at": START,
        **changes,
    }
    return RefreshToken(**fields)  # type: ignore[arg-type]


def test_within_a_day_the_refresh_token_stays_the_same():
    assert decide(a_token(), Policy(), START + ROTATES_AFTER - HOUR) is Answer.KEEP


def test_after_a_day_the_refresh_token_is_replaced():
    assert decide(a_token(), Policy(), START + ROTATES_AFTER) is Answer.ROTATE


def test_a_simulator_told_to_rotates_on_every_refresh():
    policy = Policy(rotation=Rotation.ALWAYS)
    assert decide(a_token(), policy, START) is Answer.ROTATE


def test_a_superseded_token_is_answered_with_the_current_one_for_a_day():
    token = a_token(superseded_at=START)
    assert decide(token, Policy(), START + GRACE - HOUR) is Answer.CURRENT
    assert decide(token, Policy(), START + GRACE) is Answer.REFUSE


def test_a_strict_service_refuses_a_superseded_token_at_once():
    token = a_token(superseded_at=START)
    policy = Policy(superseded=Superseded.STRICT)
    assert decide(token, policy, START) is Answer.REFUSE


def test_an_unused_token_ends_after_a_hundred_and_one_days():
    assert decide(a_token(), Policy(), START + timedelta(days=101)) is Answer.REFUSE


@pytest.mark.parametrize("policy", [Policy(), Policy(rotation=Rotation.ALWAYS)])
def test_nothing_lives_longer_than_five_years_after_the_consent(policy):
    late = START + HARD_LIFE
    token = a_token(issued_at=late - HOUR, expires_at=late + REFRESH_LIFE)
    assert decide(token, policy, late - HOUR) is not Answer.REFUSE
    assert decide(token, policy, late) is Answer.REFUSE


@given(
    rotation=st.sampled_from(Rotation),
    superseded=st.sampled_from(Superseded),
    seconds=st.integers(0, 400_000_000),
    superseded_after=st.none() | st.integers(0, 400_000_000),
)
def test_a_revoked_token_is_refused_whatever_else_is_true(
    rotation, superseded, seconds, superseded_after
):
    at = (
        None
        if superseded_after is None
        else START + timedelta(seconds=superseded_after)
    )
    token = a_token(revoked=True, superseded_at=at)
    now = START + timedelta(seconds=seconds)
    assert decide(token, Policy(rotation, superseded), now) is Answer.REFUSE
