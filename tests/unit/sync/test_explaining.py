"""Whatever the engine can answer has a sentence that a person understands."""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.utils import translation
from hypothesis import given, strategies as st

from counterfoil.sync.engine.decide import Bases, Field, Outcome, Why, decide
from counterfoil.sync.engine.fields import Direction, FieldKind, Rule, Wins
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.engine.quarantine import ALTERNATES, TOO_OFTEN
from counterfoil.sync.engine.verdict import Act, Reason
from counterfoil.sync.explain import words
from counterfoil.sync.explain.story import STATE_LABELS, State
from counterfoil.sync.explain.words import About

ABOUT = About(
    service="QuickBooks",
    object="Contacts",
    filters="Lifecycle stage is Customer",
    other="Acme",
    number="12",
    why="The name is already used by a vendor.",
    count=3,
)
REASONS = [reason for reason in Reason if reason is not Reason.NONE]
RULE = Rule("phone", "phone")


def is_sentence(text: str) -> bool:
    """Begins with a capital letter, ends with a full stop, has no hole in it."""
    return bool(re.match(r"[A-Z“].*\.$", text)) and "%" not in text and "  " not in text


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("about", [ABOUT, About(service="QuickBooks", why="Why.")])
def test_every_reason_has_a_sentence_on_both_sides(
    reason: Reason, about: About
) -> None:
    for told in (words.not_there(reason, about), words.not_here(reason, about)):
        assert is_sentence(told)
    assert str(reason) not in words.not_there(reason, about).split()[:1]


@pytest.mark.parametrize(("act", "is_here"), list(product(Act, [True, False])))
def test_every_act_has_a_sentence(act: Act, is_here: bool) -> None:  # noqa: FBT001
    assert is_sentence(words.will(act, ABOUT, is_here=is_here))


@pytest.mark.parametrize(("outcome", "why"), list(product(Outcome, Why)))
def test_every_outcome_has_a_sentence_whatever_its_reason(
    outcome: Outcome, why: Why
) -> None:
    assert is_sentence(words.field(Field(RULE, outcome, why, "1", "2"), ABOUT))


@pytest.mark.parametrize(
    ("kind", "here", "there", "said"),
    [
        (FieldKind.TEXT, "CA", "", "an empty value erases nothing"),
        (FieldKind.NAME, "", "Acme", "an empty value erases nothing"),
        (FieldKind.NAME, "Acme", "Acme (3)", "The name was taken in QuickBooks"),
        (FieldKind.NAME, "Acme", "Acme (east)", "Written differently"),
        (FieldKind.NAME, "Acme", "Apex (3)", "Written differently"),
        (FieldKind.TEXT, "Acme", "Acme (3)", "Written differently"),
    ],
)
def test_what_differs_and_stays_so_has_its_own_reason(
    kind: FieldKind, here: str, there: str, said: str
) -> None:
    rule = Rule("name", "display_name", kind)
    same = Bases({"name": here}, {"display_name": there})
    [found] = decide(
        [rule], bases=same, local={"name": here}, remote={"display_name": there}
    ).fields
    assert said in words.field(found, ABOUT)


VALUES = st.sampled_from(["", None, "1", "2", "3", " 1 "])
RULES = st.builds(
    Rule,
    local=st.just("phone"),
    remote=st.just("phone"),
    kind=st.sampled_from([FieldKind.TEXT, FieldKind.NAME]),
    direction=st.sampled_from(Direction),
    wins=st.sampled_from(Wins),
    may_empty=st.booleans(),
)
BASES = st.one_of(
    st.just(Bases({}, {})),
    st.builds(
        lambda here, there: Bases({"phone": here}, {"phone": there}), VALUES, VALUES
    ),
)


@given(rule=RULES, bases=BASES, here=VALUES, there=VALUES, is_held=st.booleans())
def test_what_the_engine_decides_has_a_sentence_of_its_own(
    *, rule: Rule, bases: Bases, here: object, there: object, is_held: bool
) -> None:
    decision = decide(
        [rule],
        bases=bases,
        local={"phone": here},
        remote={"phone": there},
        held=["phone"] if is_held else [],
    )
    [field] = decision.fields
    assert (field.outcome, field.why) in words._FIELDS


def test_sentences_tell_apart_what_is_not_the_same() -> None:
    told = [words.not_there(reason, ABOUT) for reason in REASONS]
    assert len(set(told)) == len(told)


def test_a_filter_is_named_in_the_words_of_its_settings() -> None:
    told = words.not_there(Reason.FILTERED, ABOUT)
    assert "only where Lifecycle stage is Customer" in told


def test_a_person_of_a_company_is_told_with_the_company_and_its_number() -> None:
    person = Reason.PERSON_OF_COMPANY
    assert "the people of Acme, number 12" in words.not_there(person, ABOUT)
    assert "the people of Acme." in words.not_there(person, About(other="Acme"))
    assert "the people of its company." in words.not_there(person, About())


def test_what_was_merged_is_told_with_what_is_left() -> None:
    assert words.not_here(Reason.MERGED, ABOUT).endswith("is part of Acme there.")
    assert "part of another one" in words.not_here(Reason.MERGED, About())


@pytest.mark.parametrize(
    "key", [*MatchKey, "read", "created", "picked", "posted", "company"]
)
def test_every_match_has_words(key: str) -> None:
    told = words.matched(str(key), ABOUT)
    assert told != str(key)
    assert "%" not in told


def test_a_match_that_nobody_has_words_for_is_told_as_it_is() -> None:
    assert words.matched("100% sure", ABOUT) == "100% sure"


@pytest.mark.parametrize("why", [TOO_OFTEN, ALTERNATES, "unheard of"])
def test_a_field_in_quarantine_says_why(why: str) -> None:
    assert is_sentence(words.quarantined(why, ABOUT))


def test_every_state_has_a_label() -> None:
    assert set(STATE_LABELS) == set(State)
    with translation.override("en"):
        assert all(str(label) for label in STATE_LABELS.values())
