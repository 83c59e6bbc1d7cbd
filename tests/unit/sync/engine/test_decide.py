"""What is decided for one field and many: no edit lost, nothing emptied, no loop."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings, strategies as st

from counterfoil.sync.engine.canon import canon
from counterfoil.sync.engine.decide import (
    Bases,
    Decision,
    Outcome,
    Whole,
    Why,
    answered,
    decide,
)
from counterfoil.sync.engine.fields import Direction, FieldKind, Rule, Wins

NAME = Rule("name", "Name")
VALUES = st.sampled_from(["", "a", " a ", "b", "c", "A", "ab", "abc"])
RULES = st.builds(
    Rule,
    st.just("name"),
    st.just("Name"),
    st.sampled_from([FieldKind.TEXT, FieldKind.EMAIL, FieldKind.NAME]),
    st.sampled_from(Direction),
    st.sampled_from(Wins),
    st.booleans(),
    st.sampled_from([0, 2]),
)


def one(
    rule: Rule, here: object, there: object, base: tuple[object, object] | None = None
) -> Decision:
    bases = (
        Bases({}, {}) if base is None else Bases({"name": base[0]}, {"Name": base[1]})
    )
    return decide([rule], bases=bases, local={"name": here}, remote={"Name": there})


def outcome(
    rule: Rule, here: object, there: object, base: tuple[object, object] | None = None
) -> tuple[Outcome, Why]:
    field = one(rule, here, there, base).fields[0]
    return field.outcome, field.why


@pytest.mark.parametrize(
    ("here", "there", "base", "expected"),
    [
        ("a", "a", None, (Outcome.AGREED, Why.EQUAL)),
        ("a", "A", ("a", "A"), (Outcome.AGREED, Why.UNCHANGED)),
        ("a", "b", ("a", "a"), (Outcome.TO_LOCAL, Why.CHANGED_THERE)),
        ("b", "a", ("a", "a"), (Outcome.TO_REMOTE, Why.CHANGED_HERE)),
        ("b", "b", ("a", "a"), (Outcome.AGREED, Why.EQUAL)),
        ("b", "c", ("a", "a"), (Outcome.TO_LOCAL, Why.BOTH_CHANGED)),
        ("a", "", ("a", "a"), (Outcome.KEPT, Why.EMPTY)),
        ("", "a", ("a", "a"), (Outcome.KEPT, Why.EMPTY)),
        ("", "c", ("a", "a"), (Outcome.TO_LOCAL, Why.BOTH_CHANGED)),
        ("c", "", ("a", "a"), (Outcome.TO_REMOTE, Why.BOTH_CHANGED)),
        ("a", "", None, (Outcome.TO_REMOTE, Why.FIRST_MEETING)),
        ("", "a", None, (Outcome.TO_LOCAL, Why.FIRST_MEETING)),
        ("a", "b", None, (Outcome.TO_LOCAL, Why.FIRST_MEETING)),
    ],
)
def test_a_shared_field_goes_where_it_was_changed(
    here: str,
    there: str,
    base: tuple[str, str] | None,
    expected: tuple[Outcome, Why],
) -> None:
    assert outcome(NAME, here, there, base) == expected


def test_who_wins_is_said_by_the_mapping() -> None:
    ours = replace(NAME, wins=Wins.LOCAL)
    asked = replace(NAME, wins=Wins.ASK)
    assert outcome(ours, "b", "c", ("a", "a")) == (Outcome.TO_REMOTE, Why.BOTH_CHANGED)
    assert outcome(asked, "b", "c", ("a", "a")) == (Outcome.CONFLICT, Why.BOTH_CHANGED)


def test_an_overruled_edit_is_kept_and_an_old_value_is_not() -> None:
    contested = one(NAME, "b", "c", ("a", "a"))
    assert [field.loser for field in contested.overruled] == ["b"]
    plain = one(NAME, "a", "c", ("a", "a"))
    assert plain.overruled == ()


def test_the_side_that_owns_a_field_restores_it_and_the_edit_is_kept() -> None:
    inward = replace(NAME, direction=Direction.IN)
    outward = replace(NAME, direction=Direction.OUT)
    assert outcome(inward, "mine", "a", ("a", "a")) == (Outcome.TO_LOCAL, Why.OWNER)
    assert outcome(outward, "a", "theirs", ("a", "a")) == (
        Outcome.TO_REMOTE,
        Why.OWNER,
    )
    assert [f.loser for f in one(inward, "mine", "a", ("a", "a")).overruled] == ["mine"]


@pytest.mark.parametrize(
    ("owners", "others", "why", "lost"),
    [
        ("b", "a", "changed", []),
        ("a", "mine", Why.OWNER, ["mine"]),
        ("b", "mine", Why.OWNER, ["mine"]),
    ],
)
def test_an_owners_edit_overrules_nobody_unless_the_other_side_edited_too(
    owners: str, others: str, why: str, lost: list[str]
) -> None:
    inward = one(replace(NAME, direction=Direction.IN), others, owners, ("a", "a"))
    assert inward.to_local == {"name": owners}
    assert [field.loser for field in inward.overruled] == lost
    outward = one(replace(NAME, direction=Direction.OUT), owners, others, ("a", "a"))
    assert outward.to_remote == {"Name": owners}
    assert [field.loser for field in outward.overruled] == lost
    whys = (inward.fields[0].why, outward.fields[0].why)
    changed = (Why.CHANGED_THERE, Why.CHANGED_HERE)
    assert whys == (changed if why == "changed" else (why, why))


def test_emptiness_travels_only_where_the_mapping_lets_it() -> None:
    emptying = replace(NAME, may_empty=True)
    assert outcome(emptying, "a", "", ("a", "a")) == (
        Outcome.TO_LOCAL,
        Why.CHANGED_THERE,
    )
    assert outcome(emptying, "", "a", ("a", "a")) == (
        Outcome.TO_REMOTE,
        Why.CHANGED_HERE,
    )
    outward = replace(NAME, direction=Direction.OUT)
    assert outcome(outward, "", "a", ("a", "a")) == (Outcome.KEPT, Why.EMPTY)
    named = replace(emptying, kind=FieldKind.NAME)
    assert outcome(named, "a", "", ("a", "a")) == (Outcome.KEPT, Why.EMPTY)


def test_a_new_one_way_mapping_that_may_empty_empties_what_its_owner_does_not_know() -> (
    None
):
    inward = replace(NAME, direction=Direction.IN)
    emptying = replace(inward, may_empty=True)
    assert outcome(inward, "a", "") == (Outcome.KEPT, Why.EMPTY)
    assert outcome(emptying, "a", "") == (Outcome.TO_LOCAL, Why.FIRST_MEETING)
    assert [f.loser for f in one(emptying, "a", "").overruled] == ["a"]
    assert outcome(replace(NAME, may_empty=True), "a", "")[0] is Outcome.TO_REMOTE


def test_a_field_in_quarantine_is_left_alone() -> None:
    decision = decide(
        [NAME],
        bases=Bases({"name": "a"}, {"Name": "a"}),
        local={"name": "a"},
        remote={"Name": "b"},
        held={"name"},
    )
    assert decision.fields[0].outcome is Outcome.HELD
    assert decision.fields[0].why is Why.QUARANTINED
    assert decision.to_local == {}


@pytest.mark.parametrize("base", [None, ("x", "x")])
@pytest.mark.parametrize(
    ("keep", "wanted"),
    [(Wins.LOCAL, Outcome.TO_REMOTE), (Wins.REMOTE, Outcome.TO_LOCAL)],
)
def test_an_answered_conflict_travels_one_way(
    base: tuple[str, str] | None, keep: Wins, wanted: Outcome
) -> None:
    rule = replace(NAME, wins=Wins.ASK)
    field = one(rule, "b", "c", base).conflicts[0]
    bases = answered(field, keep)
    decision = decide([rule], bases=bases, local={"name": "b"}, remote={"Name": "c"})
    assert decision.fields[0].outcome is wanted
    assert decision.overruled == ()


BILLED = Rule("city", "Billed", wins=Wins.ASK)
PRICED = Rule("price", "Price", FieldKind.MONEY)


def test_a_decision_says_what_each_side_gets_and_what_rests() -> None:
    rules = [NAME, Rule("phone", "Phone"), BILLED, PRICED, Rule("note", "Note")]
    decision = decide(
        rules,
        bases=Bases(
            {"name": "a", "phone": "1", "city": "x", "price": "2", "note": "n"},
            {"Name": "a", "Phone": "1", "Billed": "x", "Price": "2", "Note": "n"},
        ),
        local={"name": "b", "phone": "1", "city": "y", "price": "2.00", "note": "n"},
        remote={"Name": "a", "Phone": "2", "Billed": "z", "Price": "2", "Note": ""},
    )

    assert decision.to_remote == {"Name": "b"}
    assert decision.to_local == {"phone": "2"}
    assert [each.rule for each in decision.conflicts] == [BILLED]
    assert decision.agreed == Bases(
        {"price": "2.00", "note": "n"}, {"Price": "2", "Note": ""}
    )


@pytest.mark.parametrize("base", [None, ("a", "a"), ("a", "b"), ("b", "a")])
def test_one_value_in_two_spellings_is_never_written(
    base: tuple[str, str] | None,
) -> None:
    assert outcome(NAME, " b  c ", "b c", base) == (Outcome.AGREED, Why.EQUAL)
    assert outcome(PRICED, 0, "0.00", base) == (Outcome.AGREED, Why.EQUAL)


def test_yes_is_not_the_number_one() -> None:
    assert outcome(NAME, 1, there=True)[0] is Outcome.TO_LOCAL


@pytest.mark.parametrize(
    "bases",
    [
        Bases({"name": "a"}, {}),
        Bases({}, {"Name": "a"}),
        Bases({"name": "b"}, {"Price": "b"}),
    ],
)
def test_what_only_one_side_remembers_has_never_agreed(bases: Bases) -> None:
    decision = decide([NAME], bases=bases, local={"name": "a"}, remote={"Name": "b"})
    field = decision.fields[0]
    assert (field.outcome, field.why) == (Outcome.TO_LOCAL, Why.FIRST_MEETING)
    assert field.loser == "a"


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ("b", "a", Outcome.HELD),
        ("a", "b", Outcome.HELD),
        ("b", "c", Outcome.HELD),
        ("a", "a", Outcome.AGREED),
        ("a", "", Outcome.KEPT),
    ],
)
def test_a_field_in_quarantine_waits_only_where_it_would_be_written(
    here: str, there: str, expected: Outcome
) -> None:
    asked = replace(NAME, wins=Wins.ASK)
    decision = decide(
        [asked],
        bases=Bases({"name": "a"}, {"Name": "a"}),
        local={"name": here},
        remote={"Name": there},
        held={"name"},
    )
    assert decision.fields[0].outcome is expected
    assert decision.to_local == decision.to_remote == {}
    assert decision.conflicts == decision.overruled == ()


def test_a_new_record_gets_all_that_is_known_and_may_come_in() -> None:
    outward = Rule("phone", "Phone", direction=Direction.OUT)
    rules = (NAME, PRICED, BILLED, outward, Rule("note", "Note"), Rule("fax", "Fax"))
    whole = Whole(rules, ("a", 0, False, "555", "", None))

    assert whole.to_local == {"name": "a", "price": 0, "city": False}
    assert whole.to_remote == {}
    assert whole.overruled == whole.conflicts == ()
    assert {each.why for each in whole.fields} == {Why.FIRST_MEETING}
    assert whole.agreed.remote == {"Phone": "555", "Note": "", "Fax": None}


@given(RULES, VALUES, VALUES, st.none() | st.tuples(VALUES, VALUES))
def test_nothing_is_emptied_unless_the_mapping_lets_it(
    rule: Rule, here: str, there: str, base: tuple[str, str] | None
) -> None:
    decision = one(rule, here, there, base)
    for value, other in (
        *((value, here) for value in decision.to_local.values()),
        *((value, there) for value in decision.to_remote.values()),
    ):
        is_emptying = not canon(rule, value) and canon(rule, other)
        assert not is_emptying or (rule.may_empty and rule.kind is not FieldKind.NAME)


@given(RULES, VALUES, VALUES, st.none() | st.tuples(VALUES, VALUES))
def test_an_edit_of_one_side_is_carried_over_or_kept(
    rule: Rule, here: str, there: str, base: tuple[str, str] | None
) -> None:
    field = one(rule, here, there, base).fields[0]
    if field.outcome is Outcome.TO_LOCAL and canon(rule, here):
        assert field.loser == here or field.why is Why.CHANGED_THERE
    if field.outcome is Outcome.TO_REMOTE and canon(rule, there):
        assert field.loser == there or field.why is Why.CHANGED_HERE


@given(RULES, VALUES, VALUES, st.none() | st.tuples(VALUES, VALUES))
def test_only_sides_that_may_write_are_written(
    rule: Rule, here: str, there: str, base: tuple[str, str] | None
) -> None:
    decision = one(rule, here, there, base)
    if not rule.comes_in:
        assert not decision.to_local
    if not rule.goes_out:
        assert not decision.to_remote


@dataclass
class Side:
    """A side that spells in its own way and remembers what it held at agreement."""

    value: str
    lower: bool = False
    longest: int = 0

    def put(self, value: str) -> None:
        spelled = value.strip().lower() if self.lower else value
        self.value = spelled[: self.longest] if self.longest else spelled


@settings(max_examples=300)
@given(
    rule=RULES.map(lambda rule: replace(rule, kind=FieldKind.EMAIL)),
    edits=st.lists(st.tuples(st.booleans(), VALUES), max_size=12),
    is_lossy=st.booleans(),
)
def test_two_lossy_sides_come_to_rest_after_every_edit(
    rule: Rule, edits: list[tuple[bool, str]], *, is_lossy: bool
) -> None:
    """After at most two rounds nothing is left to write, whatever was typed where."""
    here, there = Side("", longest=0), Side("", lower=is_lossy, longest=rule.longest)
    bases: tuple[object, object] | None = None
    for is_here, value in [*edits, (True, edits[-1][1] if edits else "")]:
        (here if is_here else there).put(value)
        for _round in range(3):
            decision = one(rule, here.value, there.value, bases)
            if not (decision.to_local or decision.to_remote):
                break
            for given_value in decision.to_local.values():
                here.put(str(given_value))
            for given_value in decision.to_remote.values():
                there.put(str(given_value))
            bases = (here.value, there.value)
        else:
            pytest.fail("it goes on writing")
        settled = decision.agreed
        if settled.local:
            bases = (settled.local["name"], settled.remote["Name"])
