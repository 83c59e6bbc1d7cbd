"""How long changes take: the histogram says the truth, and never a better one."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, strategies as st

from counterfoil.sync import lag

LAGS = st.lists(
    st.floats(0, 7 * 86_400).map(lambda seconds: timedelta(seconds=seconds)),
    min_size=1,
    max_size=200,
)


@given(LAGS, st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_a_quantile_is_at_least_the_true_one_and_at_most_a_fifth_more(
    lags: list[timedelta], share: float
) -> None:
    in_order = sorted(lags)
    said = lag.quantile(lag.counted(lags), share)
    assert said is not None
    wanted = next(
        each for rank, each in enumerate(in_order, 1) if rank >= len(lags) * share
    )
    assert said >= wanted - timedelta(microseconds=1)
    assert said <= max(wanted * 1.2, timedelta(seconds=lag.FINEST))


@given(st.lists(LAGS, min_size=1, max_size=5))
def test_hours_add_up_to_the_histogram_of_all_their_lags(
    hours: list[list[timedelta]],
) -> None:
    together = lag.added(lag.counted(lags) for lags in hours)
    assert together == lag.counted(each for lags in hours for each in lags)


def test_nothing_that_arrived_has_no_lag() -> None:
    assert lag.quantile({}, 0.5) is None


def test_a_clock_that_is_ahead_there_counts_as_no_lag() -> None:
    assert lag.bucket(timedelta(seconds=-30)) == "0"


def test_what_took_longer_than_a_week_is_counted_with_a_week() -> None:
    assert lag.bucket(timedelta(days=400)) == str(lag.LAST)
    assert lag.bucket(timedelta(days=7)) == str(lag.LAST)


@given(st.floats(0, 86_400), st.floats(0, 86_400))
def test_a_longer_lag_is_never_in_an_earlier_bucket(one: float, other: float) -> None:
    less, more = sorted([one, other])
    assert int(lag.bucket(timedelta(seconds=less))) <= int(
        lag.bucket(timedelta(seconds=more))
    )
