"""From verdicts to changes of records, with what a record cannot hold set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from counterfoil.crm.records import Change
from counterfoil.sync.engine.decide import Whole
from counterfoil.sync.engine.verdict import Act
from counterfoil.sync.pairs import values
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.pairs.judging import Assessed

WRITTEN = frozenset({Act.CREATE, Act.UPDATE, Act.ARCHIVE, Act.RESTORE})


@dataclass
class Plan:
    """``unfit`` are sentences by object and property for what was left out."""

    changes: list[Change] = field(default_factory=list)
    unfit: dict[str, dict[str, str]] = field(default_factory=dict)


def planned(ground: Ground, assessed: Sequence[Assessed]) -> Plan:
    """What to write here, each change under its object's id."""
    plan = Plan()
    for each in assessed:
        if each.verdict.here in WRITTEN:
            plan.changes.append(_change(ground, each, plan))
    return plan


def _change(ground: Ground, each: Assessed, plan: Plan) -> Change:
    object_type, key = ground.pairing.object_type, each.row.remote_id
    if each.verdict.here is Act.CREATE:
        whole = each.verdict.decision
        there = whole.there if isinstance(whole, Whole) else ()
        first, unfit = ground.first_values(each.row, each.rules, there)
        if unfit:
            plan.unfit[key] = unfit
        return Change(object_type, first, key=key, is_parsed=True)
    record, decision = each.record, each.verdict.decision
    assert record is not None  # noqa: S101  only a record is changed
    archived = {Act.ARCHIVE: True, Act.RESTORE: False}.get(each.verdict.here)
    given: dict[str, object] = {}
    if decision is not None and ground.takes_changes:
        given, unfit = values.fitted(decision.to_local, ground.properties, each.rules)
        if unfit:
            plan.unfit[key] = unfit
    return Change(object_type, given, record.pk, archived, record.version, key)
