"""What is written back there when a run is undone, and what is left as it is."""

from __future__ import annotations

import pytest

from counterfoil.sync.engine.fields import FieldKind, Rule
from counterfoil.sync.models import RunChange
from counterfoil.sync.runs import withdrawing
from counterfoil.sync.runs.restoring import CHANGED_SINCE, UNDONE
from counterfoil.sync.runs.withdrawing import _Held, _Wish

PHONE = Rule("", "phone", FieldKind.PHONE)
CITY = Rule("", "bill_address.city")
CHANGE = RunChange(
    before={"phone": "555 0100", "bill_address.city": "Bayshore"},
    after={"phone": "555 0111", "bill_address.city": "Millbrae"},
)


def held(*, active: bool = True, **content: object) -> _Held:
    return _Held("7", "0", content, active)


def former(now_there: _Held, change: RunChange = CHANGE) -> _Wish:
    return withdrawing._former(change, now_there, [PHONE, CITY])


def test_what_a_run_wrote_goes_back_in_whatever_spelling_it_stands_there() -> None:
    there = held(phone="(555) 0111", bill_address={"city": " Millbrae "})

    assert former(there) == _Wish(CHANGE.before, None, UNDONE)


def test_what_was_changed_there_since_stays_and_the_rest_goes_back() -> None:
    there = held(phone="555 0999", bill_address={"city": "Millbrae"})

    wish = former(there)

    assert wish == _Wish({"bill_address.city": "Bayshore"}, None, CHANGED_SINCE)


def test_what_is_as_before_already_is_not_written() -> None:
    wish = former(held(phone="555-0100", bill_address={"city": "Bayshore"}))

    assert wish.outcome == UNDONE
    assert not wish.does_something


@pytest.mark.parametrize(
    ("was_archived", "is_active", "wanted"),
    [
        (None, False, None),
        (False, False, True),
        (False, True, None),
        (True, True, False),
        (True, False, None),
    ],
)
def test_what_a_run_made_inactive_there_is_active_again_and_the_other_way_round(
    *, was_archived: bool | None, is_active: bool, wanted: bool | None
) -> None:
    change = RunChange(before={}, after={}, archived=was_archived)

    wish = former(held(active=is_active), change)

    assert wish.active is wanted
    assert wish.does_something is (wanted is not None)


@pytest.mark.parametrize("balance", ["0", "0.00", None, ""])
def test_what_a_run_made_there_is_made_inactive(balance: object) -> None:
    wish = withdrawing._creation(CHANGE, held(balance=balance))

    assert wish == _Wish(active=False)


@pytest.mark.parametrize("balance", ["12.50", "-0.01", 7, "much"])
def test_what_money_hangs_on_by_now_stays(balance: object) -> None:
    wish = withdrawing._creation(CHANGE, held(balance=balance))

    assert wish.outcome == CHANGED_SINCE
    assert not wish.does_something


def test_what_is_inactive_there_already_is_undone_without_a_write() -> None:
    wish = withdrawing._creation(CHANGE, held(active=False, balance="12.50"))

    assert wish == _Wish()
