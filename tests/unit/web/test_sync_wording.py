from __future__ import annotations

import pytest

from counterfoil.sync.engine.fields import Direction, FieldKind, Wins
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.engine.settings import Archived, Gone, NameTaken, Taking
from counterfoil.sync.engine.verdict import Act, Reason
from counterfoil.sync.models import RunState
from counterfoil.web.icons import icon
from counterfoil.web.sync import objects, runs, wording


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (wording.DIRECTION, Direction),
        (wording.INCOMING, Taking),
        (wording.OUTGOING, Taking),
        (wording.ON_GONE, Gone),
        (wording.ON_ARCHIVED, Archived),
        (wording.NAME_TAKEN, NameTaken),
        (wording.NAME_OF_ITEM_TAKEN, NameTaken),
        (wording.WINS, Wins),
        (wording.MATCH, MatchKey),
        (wording.KINDS, FieldKind),
        (wording.LEFT, Reason),
        (runs.LOOKS, RunState),
    ],
)
def test_every_choice_and_every_reason_has_its_words(words, meant):
    assert set(words) == set(meant)


@pytest.mark.parametrize("words", [wording.ACTS, wording.ACTS_THERE])
def test_every_act_that_does_something_is_called_something(words):
    assert set(words) == set(Act) - {Act.NOTHING}
    assert all(icon(said.icon) for said in words.values())


def test_every_object_of_sync_has_an_icon():
    assert all(icon(name) for name in objects.ICONS.values())
