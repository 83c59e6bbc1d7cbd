"""Tells field by field how a linked pair stands: both values, and why they differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from counterfoil.connections.models import Link, RemoteObject
from counterfoil.crm.catalogue import Property
from counterfoil.crm.models import Record
from counterfoil.sync.engine.decide import Bases, Decision, Field, Outcome, Why, decide
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.engine.verdict import Reason
from counterfoil.sync.explain import words
from counterfoil.sync.explain.case import Case
from counterfoil.sync.explain.story import FieldTold, State
from counterfoil.sync.explain.words import About
from counterfoil.sync.pairs import others, values
from counterfoil.sync.ports import Pairing

_STATES: Mapping[Outcome, State] = {
    Outcome.AGREED: State.IN_STEP,
    Outcome.KEPT: State.IN_STEP,
    Outcome.TO_LOCAL: State.MOVING,
    Outcome.TO_REMOTE: State.MOVING,
    Outcome.CONFLICT: State.DECIDE,
    Outcome.HELD: State.PAUSED,
}


def decided(
    case: Case, row: RemoteObject, link: Link, record: Record, *, held: Collection[str]
) -> Decision:
    """What the engine makes of the pair as it is now."""
    rules = case.ground.rules_for(row.content)
    return decide(
        rules,
        bases=Bases(link.base_local, link.base_remote),
        local=values.of_record(record, rules, case.properties),
        remote=values.of_content(row.content, rules),
        held=held,
    )


def told(
    pairing: Pairing,
    decision: Decision,
    properties: Mapping[str, Property],
    about: About,
    *,
    stopped: Mapping[Outcome, Reason],
) -> tuple[FieldTold, ...]:
    """The fields in words.

    ``stopped`` says why nothing is written one way or the other, where that is so: a
    value that is not sent must not be called on its way.
    """
    labels = {each.name: str(each.label) for each in pairing.fields}
    return tuple(
        _told(each, labels, properties, about, stopped.get(each.outcome, Reason.NONE))
        for each in decision.fields
    )


def _told(
    found: Field,
    labels: Mapping[str, str],
    properties: Mapping[str, Property],
    about: About,
    stopped: Reason,
) -> FieldTold:
    rule, sentence = found.rule, words.field(found, about)
    state = _STATES[found.outcome]
    if stopped is not Reason.NONE:
        state = State.PAUSED
        told_why = (
            words.not_there if found.outcome is Outcome.TO_REMOTE else words.not_here
        )
        sentence = told_why(stopped, about)
    prop = properties.get(rule.local)
    return FieldTold(
        rule.local,
        str(prop.label)
        if prop
        else _("%(name)s (no longer a property)") % {"name": rule.local},
        labels.get(rule.remote, rule.remote),
        rule.kind,
        found.local,
        found.remote,
        state,
        sentence,
        is_same=found.why is Why.EQUAL,
    )


def of_others(
    case: Case, row: RemoteObject, record: Record, about: About
) -> tuple[FieldTold, ...]:
    """Fields that differ because another record of the same object speaks for them.

    The e-mail of a customer is its contact's: an edit of the company's own must not look
    lost, or in step.
    """
    rules = _not_spoken(case, row)
    decision = decide(
        rules,
        bases=Bases({}, {}),
        local=values.of_record(record, rules, case.properties),
        remote=values.of_content(row.content, rules),
    )
    labels = {each.name: str(each.label) for each in case.pairing.fields}
    sentence = words.of_others(_speakers(case), about)
    return tuple(
        replace(
            _told(each, labels, case.properties, about, Reason.NONE),
            state=State.IN_STEP,
            sentence=sentence,
        )
        for each in decision.fields
        if each.why is not Why.EQUAL
    )


def _not_spoken(case: Case, row: RemoteObject) -> tuple[Rule, ...]:
    counted = case.ground.rules_for(row.content)
    taken = {rule.local for rule in counted}
    return tuple(
        rule
        for rule in case.settings.effective_rules
        if rule.local in case.properties and rule.local not in taken
    )


def _speakers(case: Case) -> str:
    on = others.on(case.connection, case.pairing.stream)
    return ", ".join(
        str(each.label) for each, _settings in on if each.name != case.pairing.name
    )


def is_moving(fields: Sequence[FieldTold]) -> bool:
    """Whether a value is on its way, one way or the other."""
    return any(each.state is State.MOVING for each in fields)
