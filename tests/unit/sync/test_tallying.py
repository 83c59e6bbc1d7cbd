"""What is counted of verdicts: each pair once, each side by itself."""

from __future__ import annotations

from counterfoil.sync.engine.decide import Decision, Field, Outcome, Why
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.engine.match import Candidate, Match, MatchKey
from counterfoil.sync.engine.verdict import Act, Reason, Verdict
from counterfoil.sync.previews import tallying
from counterfoil.sync.previews.tallying import HERE, THERE, Count, add, unpacked

EMAIL, PHONE = Rule("email", "Email"), Rule("phone", "Phone")
MET = Match(MatchKey.EMAIL, Candidate("7", "Dora", {}))


def field(rule: Rule, outcome: Outcome, here: object, there: object) -> Field:
    return Field(rule, outcome, Why.UNCHANGED, here, there)


def both_ways() -> Decision:
    return Decision(
        (
            field(EMAIL, Outcome.TO_LOCAL, "", "d@example.com"),
            field(PHONE, Outcome.TO_REMOTE, "555", None),
        )
    )


def test_a_linked_pair_is_counted_on_each_side_by_its_own_walk() -> None:
    count = Count()
    verdict = Verdict("5", 7, Act.UPDATE, Act.UPDATE, decision=both_ways())
    [(side, act, example)] = add(count, verdict, side=HERE, pairs=HERE)
    assert (side, act, example.changes) == (
        HERE,
        Act.UPDATE,
        [["email", "", "d@example.com"]],
    )
    [(side, act, example)] = add(count, verdict, side=THERE, pairs=HERE)
    assert (side, act, example.changes) == (THERE, Act.UPDATE, [["Phone", None, "555"]])
    assert count.touched(HERE) == count.touched(THERE) == 1


def test_a_pair_that_is_met_is_counted_by_the_walk_that_joins_it() -> None:
    count = Count()
    met = Verdict("5", 7, Act.LINK, Act.UPDATE, decision=both_ways(), match=MET)
    assert [each[:2] for each in add(count, met, side=HERE, pairs=HERE)] == [
        (HERE, Act.LINK),
        (THERE, Act.UPDATE),
    ]
    from_here = Verdict("5", 7, there=Act.LINK, match=MET)
    assert add(count, from_here, side=THERE, pairs=HERE) == []
    assert count.touched(HERE) == 0  # a link alone changes nothing
    assert count.touched(THERE) == 1
    [(_side, act, _example)] = add(Count(), from_here, side=THERE, pairs=THERE)
    assert act is Act.LINK
    agreeing = Verdict("5", 7, Act.LINK, match=MET)
    [(_side, act, _example)] = add(Count(), agreeing, side=HERE, pairs=HERE)
    assert act is Act.LINK


def test_what_is_left_alone_is_counted_by_reason() -> None:
    count = Count()
    for reason in (Reason.FILTERED, Reason.FILTERED, Reason.NONE):
        assert add(count, Verdict("5", reason=reason), side=HERE, pairs=HERE) == []
    assert count.left[HERE] == {"filtered": 2, "": 1}


def test_a_conflict_counts_once_whichever_side_sees_it() -> None:
    decision = Decision((field(EMAIL, Outcome.CONFLICT, "a", "b"),))
    verdict = Verdict("5", 7, reason=Reason.CONFLICT, decision=decision)
    count = Count()
    add(count, verdict, side=THERE, pairs=HERE)
    assert count.conflicts == 0
    add(count, verdict, side=HERE, pairs=HERE)
    add(count, verdict, side=THERE, pairs=HERE)
    assert count.conflicts == 1
    add(count, Verdict("6", 8, Act.UPDATE, decision=both_ways()), side=HERE, pairs=HERE)
    assert count.conflicts == 1


def test_a_question_of_either_side_is_counted_there_though_pairs_are_joined_elsewhere() -> (
    None
):
    several = Match(MatchKey.EMAIL, None, (Candidate("7", "Dora", {}),))
    for side, other in ((HERE, THERE), (THERE, HERE)):
        count = Count()
        asked = Verdict("5", 7, Act.REVIEW, Act.REVIEW, Reason.AMBIGUOUS, match=several)
        [(counted, act, _example)] = add(count, asked, side=side, pairs=other)
        assert (counted, act) == (side, Act.REVIEW)
        assert count.touched(side) == 0


def test_losing_a_value_to_nothing_is_counted_apart() -> None:
    count = Count()
    for old, new in (("a", ""), ("a", "b"), ("", "b")):
        decision = Decision((field(EMAIL, Outcome.TO_LOCAL, old, new),))
        verdict = Verdict("5", 7, Act.UPDATE, decision=decision)
        add(count, verdict, side=HERE, pairs=HERE)
    assert count.emptied == {HERE: 1, THERE: 0}
    assert not tallying.is_emptying(["email", None, ""])
    assert tallying.is_emptying(["taxable", False, None])


def test_a_yes_is_needed_by_the_hundred_or_by_the_tenth_of_either_side() -> None:
    def needs(side: str, act: Act, touched: int, total: int) -> bool:
        count = Count()
        count.acts[side][str(act)] = touched
        count.total[side] = total
        return count.needs_yes

    assert needs(HERE, Act.UPDATE, 101, 100_000)
    assert not needs(HERE, Act.UPDATE, 100, 100_000)
    assert needs(THERE, Act.CREATE, 11, 100)
    assert not needs(THERE, Act.CREATE, 10, 100)
    assert not needs(HERE, Act.LINK, 5000, 5000)
    assert not needs(HERE, Act.REVIEW, 5000, 5000)


def test_what_was_counted_so_far_comes_back_as_it_was() -> None:
    count = Count()
    add(count, Verdict("5", here=Act.CREATE), side=HERE, pairs=HERE)
    add(count, Verdict("6", reason=Reason.INACTIVE), side=THERE, pairs=HERE)
    count.total = {HERE: 3, THERE: 4}
    count.emptied = {HERE: 5, THERE: 6}
    count.conflicts = 2
    assert count.packed()["emptied"] == {HERE: 5, THERE: 6}
    assert unpacked(count.packed()).packed() == count.packed()
    assert unpacked({}).packed() == Count().packed()


def test_a_few_examples_of_each_are_kept() -> None:
    examples: dict[str, dict[str, list[object]]] = {}
    example = tallying.Example("5", 7, [["email", "", "x"]])
    kept = [tallying.keep(examples, HERE, "update", example) for _ in range(9)]
    assert [len(each) for each in kept] == [1] * 5 + [0] * 4
    kept[0][0]["title"] = "Dora"
    assert examples[HERE]["update"][0]["title"] == "Dora"
