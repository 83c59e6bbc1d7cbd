"""What a record has to say to the books, by remote field."""

from __future__ import annotations

from collections.abc import Sequence

from counterfoil.crm.models import Record
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.pairs import others, values
from counterfoil.sync.pairs.ground import Ground


def everything(ground: Ground, record: Record) -> dict[str, object]:
    """By every mapping that goes out, whoever else speaks for the object."""
    spoken = frozenset(field.name for field in ground.pairing.fields)
    rules = others.chosen_rules(
        ground.settings.effective_rules, spoken, ground.properties
    )
    return sent(ground, record, rules)


def at_creation(ground: Ground, record: Record) -> dict[str, object]:
    """What an object can be told only once, whichever way its mapping leads."""
    once = {field.name for field in ground.pairing.fields if field.at_creation}
    rules = [
        rule
        for rule in ground.settings.rules
        if rule.remote in once and rule.local in ground.properties
    ]
    local = values.of_record(record, rules, ground.properties)
    return values.for_content({rule.remote: local[rule.local] for rule in rules}, rules)


def sent(ground: Ground, record: Record, rules: Sequence[Rule]) -> dict[str, object]:
    """By some mappings, ready for a document or an update."""
    outward = [rule for rule in rules if rule.goes_out]
    local = values.of_record(record, outward, ground.properties)
    by_field = {rule.remote: local[rule.local] for rule in outward}
    return values.for_content(by_field, outward)
