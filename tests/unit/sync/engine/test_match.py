"""Who is who: one candidate is a match, several are a question, nobody is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from counterfoil.sync.engine.match import Candidate, MatchKey, match, normalised

ORDER = (MatchKey.EMAIL, MatchKey.NAME, MatchKey.PHONE)


def somebody(number: str, *, taken: bool = False, **keys: str) -> Candidate:
    return Candidate(
        number,
        number,
        {
            MatchKey(name): normalised(MatchKey(name), text)
            for name, text in keys.items()
        },
        taken,
    )


def keys(**given_keys: str) -> dict[MatchKey, str]:
    return {
        MatchKey(name): normalised(MatchKey(name), text)
        for name, text in given_keys.items()
    }


def test_the_first_key_that_finds_anybody_decides() -> None:
    ada = somebody("1", email="ada@x.test", name="Ada")
    bo = somebody("2", email="bo@x.test", name="Ada")
    found = match(keys(email="ADA@x.test ", name="Ada"), [ada, bo], order=ORDER)
    assert (found.key, found.chosen) == (MatchKey.EMAIL, ada)


def test_a_later_key_is_tried_when_an_earlier_finds_nobody() -> None:
    ada = somebody("1", name="Ada  Lovelace", phone="+1 555 010 9999")
    by_name = match(keys(email="a@x.test", name="ada lovelace"), [ada], order=ORDER)
    assert by_name.key is MatchKey.NAME
    by_phone = match(keys(phone="(555) 010-9999"), [ada], order=ORDER)
    assert by_phone.key is MatchKey.PHONE


def test_several_are_a_question_unless_a_later_key_singles_one_out() -> None:
    ada = somebody("1", email="office@x.test", name="Ada")
    bo = somebody("2", email="office@x.test", name="Bo")
    assert match(keys(email="office@x.test"), [ada, bo], order=ORDER).others == (
        ada,
        bo,
    )
    narrowed = match(keys(email="office@x.test", name="Bo"), [ada, bo], order=ORDER)
    assert narrowed.chosen == bo


def test_who_is_linked_already_is_nobodys_match() -> None:
    ada = somebody("1", email="ada@x.test", taken=True)
    assert match(keys(email="ada@x.test"), [ada], order=ORDER).chosen is None
    assert not match(keys(email="ada@x.test"), [ada], order=ORDER).is_ambiguous


@pytest.mark.parametrize("text", ["", "   ", "12", "no digits"])
def test_nothing_finds_nobody(text: str) -> None:
    stranger = somebody("1", phone=text)
    assert match(keys(phone=text), [stranger], order=ORDER).chosen is None


def test_what_nobody_knows_singles_nobody_out() -> None:
    ada = somebody("1", email="office@x.test", name="", phone="")
    bo = somebody("2", email="office@x.test", name="Bo", phone="555 010 9999")
    found = match(
        keys(email="office@x.test", name="", phone=""), [ada, bo], order=ORDER
    )
    assert found.chosen is None
    assert (found.key, found.others) == (MatchKey.EMAIL, (ada, bo))
    assert found.is_ambiguous
    assert not found.is_nobody


def test_who_is_linked_already_does_not_stand_in_the_way_of_another() -> None:
    ada = somebody("1", email="office@x.test", taken=True)
    bo = somebody("2", email="office@x.test")
    found = match(keys(email="office@x.test"), [ada, bo], order=ORDER)
    assert found.chosen == bo
    assert not found.is_ambiguous
    assert not found.is_nobody


@pytest.mark.parametrize("key", list(MatchKey))
def test_what_is_not_known_has_no_form(key: MatchKey) -> None:
    assert normalised(key, None) == ""
    assert match({key: ""}, [somebody("1", **{key: ""})], order=[key]).is_nobody


def test_seven_digits_are_a_number_and_ten_tell_numbers_apart() -> None:
    short = somebody("1", phone="010-9999")
    assert match(keys(phone="0109999"), [short], order=ORDER).chosen == short
    long = somebody("2", phone="(555) 010-9999")
    assert match(keys(phone="655 010 9999"), [long], order=ORDER).is_nobody


@given(st.sampled_from(MatchKey), st.text(max_size=40))
def test_a_normal_form_has_itself_as_its_form(key: MatchKey, text: str) -> None:
    form = normalised(key, text)
    assert normalised(key, form) == form


@given(
    st.lists(st.sampled_from("ab"), max_size=5),
    st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_it_never_chooses_between_equals(names: list[str], taken: list[bool]) -> None:
    people = [
        somebody(str(index), name=name, taken=taken[index])
        for index, name in enumerate(names)
    ]
    found = match(keys(name="a"), people, order=ORDER)
    free = [
        each for each in people if each.keys[MatchKey.NAME] == "a" and not each.taken
    ]
    if found.chosen is not None:
        assert free == [found.chosen]
    assert found.is_ambiguous == (len(free) > 1)
