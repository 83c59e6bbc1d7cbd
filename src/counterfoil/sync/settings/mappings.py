"""Which property here may be mapped to which field there, and what is wrong with a mapping."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.connections.ports import services
from counterfoil.crm.catalogue import Property, properties_of
from counterfoil.crm.property_types.text import TextType
from counterfoil.sync.engine.fields import Direction, FieldKind, Rule, Wins
from counterfoil.sync.ports import Pairing, RemoteField

_ANY_TEXT = frozenset({"text", "choice", "email", "phone", "url"})
_AMOUNTS = frozenset({"number", "currency"})
_WRITTEN = _ANY_TEXT | _AMOUNTS | {"date", "date_time", "boolean"}

# The types of property that can keep every value of a field of this kind.
KEEPS: Mapping[FieldKind, frozenset[str]] = {
    FieldKind.TEXT: frozenset({"text"}),
    FieldKind.LONG_TEXT: frozenset({"text"}),
    FieldKind.NAME: frozenset({"text"}),
    FieldKind.EMAIL: frozenset({"text", "email"}),
    FieldKind.PHONE: frozenset({"text", "phone"}),
    FieldKind.URL: frozenset({"text", "url"}),
    FieldKind.NUMBER: _AMOUNTS | {"text"},
    FieldKind.MONEY: _AMOUNTS | {"text"},
    FieldKind.DATE: frozenset({"text", "date"}),
    FieldKind.YES_NO: frozenset({"text", "boolean"}),
    FieldKind.CHOICE: frozenset({"text", "choice"}),
    FieldKind.REFERENCE: frozenset(),
}
# The types of property whose every value a field of this kind takes.
TAKES: Mapping[FieldKind, frozenset[str]] = {
    FieldKind.TEXT: _WRITTEN,
    FieldKind.LONG_TEXT: _WRITTEN,
    FieldKind.NAME: frozenset({"text", "email", "choice"}),
    FieldKind.EMAIL: frozenset({"email"}),
    FieldKind.PHONE: frozenset({"phone"}),
    FieldKind.URL: frozenset({"url"}),
    FieldKind.NUMBER: _AMOUNTS,
    FieldKind.MONEY: _AMOUNTS,
    FieldKind.DATE: frozenset({"date"}),
    FieldKind.YES_NO: frozenset({"boolean"}),
    FieldKind.CHOICE: frozenset({"choice"}),
    FieldKind.REFERENCE: frozenset(),
}


@dataclass(frozen=True)
class Sides:
    """What can be mapped: properties of ours, fields of theirs, and their name.

    ``given`` are the mappings that the connector itself declares: those are possible
    whatever their types.
    """

    properties: Mapping[str, Property]
    fields: Mapping[str, RemoteField]
    service: str
    given: Collection[tuple[str, str]] = ()


def sides_of(connection: Connection, pairing: Pairing) -> Sides:
    """The two sides of one object of sync, in one query."""
    found = properties_of(pairing.object_type, connection.workspace)
    given = {(rule.local, rule.remote) for rule in pairing.defaults(connection).rules}
    return Sides(
        {
            name: prop
            for name, prop in found.items()
            if (name in {local for local, _remote in given}) or is_mappable(prop)
        },
        {each.name: each for each in pairing.fields},
        services[connection.service].label,
        given,
    )


def is_mappable(prop: Property) -> bool:
    """Whether its values can stand in another service: no owners, no references."""
    return not (
        prop.read_only or prop.internal or prop.type.key in {"owner", "reference"}
    )


def made(
    field: RemoteField,
    local: str,
    *,
    direction: Direction = Direction.BOTH,
    wins: Wins = Wins.REMOTE,
    may_empty: bool = False,
) -> Rule:
    """A mapping of a field: what is compared, and how long it may be, is the field's."""
    return Rule(
        local,
        field.name,
        field.kind,
        direction=direction,
        wins=wins,
        may_empty=may_empty,
        longest=field.longest,
    )


def check(rule: Rule, sides: Sides, others: Iterable[Rule] = ()) -> list[str]:
    """Sentences for what makes a mapping impossible; none when it will do.

    ``others`` are the other mappings of the object.
    """
    prop, field = sides.properties.get(rule.local), sides.fields.get(rule.remote)
    if prop is None:
        return [
            _("The property “%s” no longer exists. Remove this mapping.") % rule.local
        ]
    if field is None:
        sentence = _("%(service)s has no field “%(field)s”. Remove this mapping.")
        return [sentence % {"service": sides.service, "field": rule.remote}]
    wrong = [
        _not_writable(rule, field, sides),
        _not_compatible(rule, prop, field, sides),
        *_doubled(rule, prop, field, sides, others),
    ]
    return [sentence for sentence in wrong if sentence]


def notes(rule: Rule, sides: Sides) -> list[str]:
    """Sentences for what a person should know of a mapping that will do."""
    prop, field = sides.properties.get(rule.local), sides.fields.get(rule.remote)
    if prop is None or field is None:
        return []
    names = {"service": sides.service, "field": field.label, "property": prop.label}
    found = []
    longest = prop.type.longest if isinstance(prop.type, TextType) else 0
    if rule.goes_out and field.longest and (not longest or longest > field.longest):
        sentence = _(
            "%(service)s keeps %(length)s characters of %(field)s; longer values are"
            " shortened there."
        )
        found.append(sentence % {**names, "length": field.longest})
    if rule.comes_in and field.longest and 0 < longest < field.longest:
        sentence = _(
            "%(property)s keeps %(length)s characters; longer values from %(service)s"
            " are shortened here."
        )
        found.append(sentence % {**names, "length": longest})
    if rule.may_empty and rule.kind is FieldKind.NAME:
        found.append(_("A name is never emptied."))
    return found


def directions(prop: Property, field: RemoteField, sides: Sides) -> list[Direction]:
    """The ways in which values may travel between the two."""
    is_given = (prop.name, field.name) in sides.given
    comes_in = is_given or prop.type.key in KEEPS[field.kind]
    goes_out = field.writable and (is_given or prop.type.key in TAKES[field.kind])
    found = [Direction.BOTH] if comes_in and goes_out else []
    found += [Direction.IN] if comes_in else []
    return found + ([Direction.OUT] if goes_out else [])


def faults_of(rules: Sequence[Rule], sides: Sides) -> dict[int, list[str]]:
    """What is wrong with the mappings of an object, by their place in its list."""
    found = {
        place: check(rule, sides, (*rules[:place], *rules[place + 1 :]))
        for place, rule in enumerate(rules)
    }
    return {place: sentences for place, sentences in found.items() if sentences}


def refreshed(rules: Sequence[Rule], sides: Sides) -> tuple[Rule, ...]:
    """The rules with what their fields are now: kinds and lengths are not chosen."""
    return tuple(
        replace(rule, kind=field.kind, longest=field.longest)
        if (field := sides.fields.get(rule.remote)) is not None
        else rule
        for rule in rules
    )


def _not_writable(rule: Rule, field: RemoteField, sides: Sides) -> str:
    if field.writable or not rule.goes_out:
        return ""
    sentence = _("%(service)s sets %(field)s by itself: let its values come in only.")
    return sentence % {"service": sides.service, "field": field.label}


def _not_compatible(
    rule: Rule, prop: Property, field: RemoteField, sides: Sides
) -> str:
    ways = directions(prop, replace(field, writable=True), sides)
    if rule.direction in ways:
        return ""
    names = {"property": prop.label, "field": field.label, "service": sides.service}
    if not ways:
        sentence = _(
            "%(property)s and %(field)s hold different kinds of values and cannot be"
            " mapped to each other."
        )
    elif ways == [Direction.OUT]:
        sentence = _(
            "%(property)s cannot keep everything that %(field)s may hold in"
            " %(service)s: let its values go out only."
        )
    else:
        sentence = _(
            "%(field)s in %(service)s cannot keep everything that %(property)s may"
            " hold: let its values come in only."
        )
    return sentence % names


def _doubled(
    rule: Rule, prop: Property, field: RemoteField, sides: Sides, others: Iterable[Rule]
) -> list[str]:
    """One value has one source: nothing is written from two places.

    The connector's own mappings may name a property twice, where one field or the other
    counts (the phone of a person, or of a company and its person).
    """
    wrong = []
    rivals = list(others)
    if any(each.remote == rule.remote for each in rivals):
        wrong.append(_("%s is mapped twice. Remove one of the mappings.") % field.label)
    is_given = (rule.local, rule.remote) in sides.given
    if any(
        each.local == rule.local
        and not (is_given and (each.local, each.remote) in sides.given)
        for each in rivals
    ):
        wrong.append(_("%s is mapped twice. Remove one of the mappings.") % prop.label)
    return wrong
