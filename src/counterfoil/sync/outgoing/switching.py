"""Makes an object there inactive, or active again: under another name if its own is taken."""

from __future__ import annotations

from counterfoil.connections.models import RemoteObject
from counterfoil.core.errors import Rejected, Stale
from counterfoil.posting import recovery
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.engine.verdict import Act
from counterfoil.sync.outgoing import names, saying, settling
from counterfoil.sync.outgoing.judging import Assessed
from counterfoil.sync.outgoing.settling import Task
from counterfoil.sync.ports import Observed, writers

MOST_NAMES = 5


def switch(task: Task, each: Assessed) -> Observed:
    """The answer to it; ``Rejected`` when the name is taken and must not give way."""
    assert each.row is not None  # noqa: S101  what is switched was read
    is_restored = each.verdict.there is Act.RESTORE
    recovery.count(task.now)
    try:
        return writers[task.connection.service].set_active(
            task.connection,
            each.row.stream,
            each.row.remote_id,
            version=each.row.version,
            active=is_restored,
            now=task.now,
        )
    except Rejected as error:
        if not (is_restored and names.is_taken(task.ground, error)):
            raise
        return _restored(task, each, each.row, error)


def _restored(
    task: Task, each: Assessed, row: RemoteObject, refusal: Rejected
) -> Observed:
    """Active under another name; where it got none, it is agreed on as before."""
    rule = _name_rule(task, row)
    try:
        return _renamed(task, each, row, rule, refusal)
    except (Rejected, Stale):
        if rule is not None:
            settling.is_still_called(task, each, rule)
        raise


def _renamed(
    task: Task,
    each: Assessed,
    row: RemoteObject,
    rule: Rule | None,
    refusal: Rejected,
) -> Observed:
    """Under the name that the record has by now, or the next one that is free."""
    called = _called(task, each, rule) or row.name
    gives_way = names.gives_way(task.ground, called)
    tried = {names.form(row.name)}
    if not gives_way and names.form(called) in tried:
        raise refusal
    while True:
        name = called
        if gives_way:
            name = names.free(task.ground, called, besides=tried, own=row.remote_id)
        tried.add(names.form(name))
        if rule is not None:
            settling.will_be_called(task, each, rule, name)
        recovery.count(task.now)
        try:
            return writers[task.connection.service].restore(
                task.connection,
                row.stream,
                row.remote_id,
                version=row.version,
                name=name,
                now=task.now,
            )
        except Rejected as error:
            is_taken = names.is_taken(task.ground, error)
            if not (is_taken and gives_way) or len(tried) > MOST_NAMES:
                raise


def _name_rule(task: Task, row: RemoteObject) -> Rule | None:
    """The mapping by which the record names the object, if it does."""
    field = names.name_field(task.ground.pairing)
    rules = task.ground.rules_for(row.content)
    named = (
        rule
        for rule in rules
        if field is not None and rule.remote == field.name and rule.goes_out
    )
    return next(named, None)


def _called(task: Task, each: Assessed, rule: Rule | None) -> str:
    if rule is None or each.record is None:
        return ""
    return str(saying.sent(task.ground, each.record, [rule]).get(rule.remote) or "")
