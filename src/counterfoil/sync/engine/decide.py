"""The heart of sync: field by field, what must be written where.

A three-way merge with a base per side: what each side held after the last agreement.
Comparing a side with its *own* base shows an edit even though the two sides spell the
same value differently, and no clock takes part.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from counterfoil.sync.engine.canon import canon, is_empty
from counterfoil.sync.engine.fields import Direction, FieldKind, Rule, Wins

Values = Mapping[str, object]


class Outcome(StrEnum):
    """What comes of one field."""

    AGREED = "agreed"  # equal, or unchanged on both sides since they agreed
    TO_LOCAL = "to_local"
    TO_REMOTE = "to_remote"
    CONFLICT = "conflict"  # both changed: a person decides
    KEPT = "kept"  # differs on purpose: see Field.why
    HELD = "held"  # in quarantine: nothing is written


class Why(StrEnum):
    """Why a field came out as it did; the explanations page has a sentence for each."""

    EQUAL = "equal"
    UNCHANGED = "unchanged"
    CHANGED_THERE = "changed_there"
    CHANGED_HERE = "changed_here"
    FIRST_MEETING = "first_meeting"  # never agreed before: one side was empty, or wins
    OWNER = "owner"  # one-way, and the side that has no say was changed
    BOTH_CHANGED = "both_changed"
    EMPTY = "empty"  # an empty value does not empty the other side
    QUARANTINED = "quarantined"


class Field(NamedTuple):
    """One field's fate. ``loser`` is a value that is overwritten though it was an edit."""

    rule: Rule
    outcome: Outcome
    why: Why
    local: object
    remote: object
    loser: object = None

    @property
    def overrules(self) -> bool:
        """Whether an edit is lost to the other side: its value must be kept."""
        return not is_empty(self.loser)


@dataclass(frozen=True, slots=True)
class Bases:
    """What each side held after the last agreement; a missing name never agreed."""

    local: Values
    remote: Values


@dataclass(frozen=True, slots=True)
class Decision:
    """The least that must be written for both sides to agree."""

    fields: tuple[Field, ...]

    @property
    def to_local(self) -> dict[str, object]:
        """Values by property of ours, as the other side spells them."""
        return {
            each.rule.local: each.remote
            for each in self.fields
            if each.outcome is Outcome.TO_LOCAL
        }

    @property
    def to_remote(self) -> dict[str, object]:
        """Values by field of theirs, as we spell them."""
        return {
            each.rule.remote: each.local
            for each in self.fields
            if each.outcome is Outcome.TO_REMOTE
        }

    @property
    def conflicts(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.outcome is Outcome.CONFLICT)

    @property
    def overruled(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.overrules)

    @property
    def agreed(self) -> Bases:
        """The new bases of the fields that need no write."""
        settled = [
            each
            for each in self.fields
            if each.outcome in {Outcome.AGREED, Outcome.KEPT}
        ]
        return Bases(
            {each.rule.local: each.local for each in settled},
            {each.rule.remote: each.remote for each in settled},
        )


class Whole(Decision):
    """Into a new record goes all there is: nothing needs comparing.

    A large import decides nothing else, and few ever ask for its fields one by one.
    ``there`` is what the object holds by each of the rules.
    """

    __slots__ = ("rules", "there")

    rules: tuple[Rule, ...]
    there: tuple[object, ...]

    def __init__(self, rules: tuple[Rule, ...], there: tuple[object, ...]) -> None:
        object.__setattr__(self, "rules", rules)
        object.__setattr__(self, "there", there)

    @property
    def fields(self) -> tuple[Field, ...]:
        taken, kept, why = Outcome.TO_LOCAL, Outcome.KEPT, Why.FIRST_MEETING
        return tuple(
            Field(rule, taken if is_taken(rule, value) else kept, why, None, value)
            for rule, value in zip(self.rules, self.there, strict=True)
        )


def is_taken(rule: Rule, value: object) -> bool:
    """Whether a new record gets this value."""
    return value is not None and value != "" and rule.comes_in


def decide(
    rules: Sequence[Rule],
    *,
    bases: Bases,
    local: Values,
    remote: Values,
    held: Collection[str] = (),
) -> Decision:
    """Compare field by field. ``held`` are properties of ours in quarantine."""
    return Decision(
        tuple(
            _field(rule, bases, local, remote, is_held=rule.local in held)
            for rule in rules
        )
    )


def _field(
    rule: Rule, bases: Bases, local: Values, remote: Values, *, is_held: bool
) -> Field:
    here, there = local.get(rule.local), remote.get(rule.remote)
    outcome, why = _outcome(rule, bases, here, there)
    if is_held and outcome in {Outcome.TO_LOCAL, Outcome.TO_REMOTE, Outcome.CONFLICT}:
        return Field(rule, Outcome.HELD, Why.QUARANTINED, here, there)
    loser: object = None
    if outcome is Outcome.TO_LOCAL and why is not Why.CHANGED_THERE:
        loser = here
    elif outcome is Outcome.TO_REMOTE and why is not Why.CHANGED_HERE:
        loser = there
    return Field(rule, outcome, why, here, there, loser)


def _outcome(
    rule: Rule, bases: Bases, here: object, there: object
) -> tuple[Outcome, Why]:
    if type(here) is type(there) and here == there:
        return Outcome.AGREED, Why.EQUAL  # most of the time, and without their forms
    form_here, form_there = canon(rule, here), canon(rule, there)
    if form_here == form_there:
        return Outcome.AGREED, Why.EQUAL
    if rule.local not in bases.local or rule.remote not in bases.remote:
        return _first_meeting(rule, form_here, form_there)
    moved_here = form_here != canon(rule, bases.local[rule.local])
    moved_there = form_there != canon(rule, bases.remote[rule.remote])
    if not (moved_here or moved_there):
        return Outcome.AGREED, Why.UNCHANGED
    return _edited(
        rule, form_here, form_there, moved_here=moved_here, moved_there=moved_there
    )


def _edited(
    rule: Rule, here: str, there: str, *, moved_here: bool, moved_there: bool
) -> tuple[Outcome, Why]:
    """What an edit on one side or both comes to."""
    if rule.direction is not Direction.BOTH:
        is_owners_edit = not (moved_here if rule.comes_in else moved_there)
        why = Why.CHANGED_THERE if rule.comes_in else Why.CHANGED_HERE
        return _by_owner(rule, here, there, why if is_owners_edit else Why.OWNER)
    if moved_here and moved_there:
        return _contested(rule, here, there)
    if moved_there:
        return _sent(rule, there, Why.CHANGED_THERE, is_in=True)
    return _sent(rule, here, Why.CHANGED_HERE, is_in=False)


def _sent(rule: Rule, form: str, why: Why, *, is_in: bool) -> tuple[Outcome, Why]:
    """One side changed: its value travels, unless it is empty and must not empty."""
    if not form and not may_be_emptied(rule):
        return Outcome.KEPT, Why.EMPTY
    return (Outcome.TO_LOCAL if is_in else Outcome.TO_REMOTE), why


def _first_meeting(rule: Rule, here: str, there: str) -> tuple[Outcome, Why]:
    """Linked or mapped just now: what is known fills what is not."""
    if rule.direction is not Direction.BOTH:
        return _by_owner(rule, here, there, Why.FIRST_MEETING)
    if not here or not there:
        return _filled(here, Why.FIRST_MEETING)
    return _by_winner(rule, Why.FIRST_MEETING)


def _contested(rule: Rule, here: str, there: str) -> tuple[Outcome, Why]:
    """Both changed, to different values: emptiness loses, then the rule's word counts."""
    if not here or not there:
        return _filled(here, Why.BOTH_CHANGED)
    return _by_winner(rule, Why.BOTH_CHANGED)


def _by_owner(rule: Rule, here: str, there: str, why: Why) -> tuple[Outcome, Why]:
    """A one-way field: its owner's value is restored, and its emptiness where it may be."""
    form = there if rule.comes_in else here
    if not form and not may_be_emptied(rule):
        return Outcome.KEPT, Why.EMPTY
    return (Outcome.TO_LOCAL if rule.comes_in else Outcome.TO_REMOTE), why


def _filled(here: str, why: Why) -> tuple[Outcome, Why]:
    return (Outcome.TO_REMOTE if here else Outcome.TO_LOCAL), why


def _by_winner(rule: Rule, why: Why) -> tuple[Outcome, Why]:
    if rule.wins is Wins.ASK:
        return Outcome.CONFLICT, why
    return (Outcome.TO_LOCAL if rule.wins is Wins.REMOTE else Outcome.TO_REMOTE), why


def may_be_emptied(rule: Rule) -> bool:
    """Whether an empty value may travel by this rule; a name never is."""
    return rule.may_empty and rule.kind is not FieldKind.NAME


def answered(field: Field, keep: Wins) -> Bases:
    """The bases that make ``keep``'s value the only edit: a person's answer to a conflict.

    As if both sides had agreed on the other value before.
    """
    other = field.remote if keep is Wins.LOCAL else field.local
    return Bases({field.rule.local: other}, {field.rule.remote: other})
