"""The table of one object's mappings: what was sent as rules, and each row's state."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from counterfoil.sync.engine.fields import Direction, Rule, Wins
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.mapping_states import Standing, standing
from counterfoil.sync.settings import mappings
from counterfoil.sync.settings.mappings import Sides
from counterfoil.web import formats
from counterfoil.web.sync import wording
from counterfoil.web.sync.drafts import Draft
from counterfoil.web.sync.wording import Option

MOST_ROWS = 200
Kind = TypeVar("Kind", bound=StrEnum)
COLUMNS = ("local", "remote", "direction", "wins", "may_empty")


@dataclass(frozen=True)
class State:
    """How a mapping is doing: its chip, and the sentence behind it."""

    label: str
    look: str
    sentence: str = ""


@dataclass(frozen=True)
class Row:
    """One mapping, as the table shows it."""

    rule: Rule
    local: str
    remote: str
    kind: str
    directions: Sequence[Option]
    wins: Sequence[Option]
    is_default: bool
    state: State
    errors: Sequence[str]
    notes: Sequence[str]


@dataclass(frozen=True)
class Table:
    """All mappings, and what one more could be made of."""

    rows: Sequence[Row]
    properties: Sequence[tuple[str, str]]
    fields: Sequence[tuple[str, str]]
    problems: Sequence[tuple[str, str, str]]


@dataclass
class Sent:
    """The rows of a form; ``error`` is about the one that was to be added.

    ``others`` are sentences about the settings as a whole.
    """

    rules: tuple[Rule, ...]
    local: str = ""
    remote: str = ""
    error: str = ""
    others: Sequence[str] = ()


def read(form: QueryDict, sides: Sides, draft: Settings, defaults: Settings) -> Sent:
    """The rules that a form holds, after what its button does to them."""
    sent = Sent(tuple(_rules(form, sides, draft)))
    action = form.get("do", "preview")
    if action.startswith("remove:"):
        at = action.removeprefix("remove:")
        kept = (rule for place, rule in enumerate(sent.rules) if str(place) != at)
        sent.rules = tuple(kept)
    elif action == "defaults":
        sent.rules = defaults.rules
    elif action == "add":
        _add(sent, form, sides)
    return sent


def _rules(form: QueryDict, sides: Sides, draft: Settings) -> list[Rule]:
    """Columns come as lists of one length; what empties is told by its place.

    A mapping whose property or field is gone stays until somebody removes it.
    """
    lists = {name: form.getlist(name) for name in COLUMNS}
    count = min(len(lists[name]) for name in COLUMNS[:4])
    emptying = set(lists["may_empty"])
    before = {(rule.local, rule.remote): rule for rule in draft.rules}
    found = []
    for at in range(min(count, MOST_ROWS)):
        local, remote = lists["local"][at], lists["remote"][at]
        field = sides.fields.get(remote)
        rule = mappings.made(field, local) if field else before.get((local, remote))
        if rule is None:
            continue
        found.append(
            replace(
                rule,
                direction=_one(Direction, lists["direction"][at], rule.direction),
                wins=_one(Wins, lists["wins"][at], rule.wins),
                may_empty=str(at) in emptying,
            )
        )
    return found


def _one(kind: type[Kind], sent: str, otherwise: Kind) -> Kind:
    try:
        return kind(sent)
    except ValueError:
        return otherwise


def _add(sent: Sent, form: QueryDict, sides: Sides) -> None:
    """One more mapping, in the widest way that its two sides allow."""
    sent.local, sent.remote = form.get("add_local", ""), form.get("add_remote", "")
    prop, field = sides.properties.get(sent.local), sides.fields.get(sent.remote)
    if prop is None or field is None:
        sent.error = _("Choose a property here and a field in QuickBooks.")
        return
    ways = mappings.directions(prop, field, sides)
    way = ways[0] if ways else Direction.BOTH
    rule = mappings.made(field, prop.name, direction=way)
    faults = mappings.check(rule, sides, sent.rules)
    if faults:
        sent.error = " ".join(faults)
        return
    sent.rules = (*sent.rules, rule)
    sent.local = sent.remote = ""


def table(draft: Draft, sent: Sent, sides: Sides, now: datetime) -> Table:
    """The rows of ``sent``, with what is wrong with each and how it is doing."""
    faults = mappings.faults_of(sent.rules, sides)
    states = _states(draft, now)
    held = {(rule.local, rule.remote) for rule in draft.current.rules}
    rows = [
        _row(rule, sides, faults.get(place, ()), states, _fresh(rule, held))
        for place, rule in enumerate(sent.rules)
    ]
    return Table(
        rows,
        [(name, str(prop.label)) for name, prop in sides.properties.items()],
        [(name, str(field.label)) for name, field in sides.fields.items()],
        _problems(rows, sent),
    )


def _row(
    rule: Rule,
    sides: Sides,
    errors: Sequence[str],
    states: Mapping[Rule, State],
    fresh: State,
) -> Row:
    prop, field = sides.properties.get(rule.local), sides.fields.get(rule.remote)
    words = wording.DIRECTION
    if prop is not None and field is not None:
        ways = mappings.directions(prop, field, sides)
        words = {
            way: said
            for way, said in words.items()
            if way in ways or way is rule.direction
        }
    return Row(
        rule,
        str(prop.label) if prop else rule.local,
        str(field.label) if field else rule.remote,
        str(wording.KINDS[rule.kind]),
        wording.options(words, rule.direction),
        wording.options(wording.WINS, rule.wins),
        (rule.local, rule.remote) in sides.given,
        State(_("Cannot be"), "bad") if errors else states.get(rule) or fresh,
        errors,
        mappings.notes(rule, sides),
    )


def _fresh(rule: Rule, held: Collection[tuple[str, str]]) -> State:
    """What a mapping is called that is not in force as it stands here."""
    label = _("Changed") if (rule.local, rule.remote) in held else _("New")
    return State(label, "info", _("It starts once you have confirmed the change."))


def _states(draft: Draft, now: datetime) -> dict[Rule, State]:
    """How the mappings that are in force are doing."""
    current, pairing = draft.current, draft.about.pairing
    if not current.enabled or pairing is None:
        off = State(_("Off"), "plain", _("%s: not synced.") % draft.about.label)
        return dict.fromkeys(current.rules, off)
    found = standing(draft.connection, pairing, current, now=now)
    return {rule: _state(each) for rule, each in found.items()}


def _state(found: Standing) -> State:
    if found.stopped:
        return State(
            _("Stopped on %(count)s") % {"count": formats.number(found.stopped)},
            "warn",
            _("Its value went to and fro: it is left alone until you release it."),
        )
    if found.conflicts:
        return State(
            _("Conflicts: %(count)s") % {"count": formats.number(found.conflicts)},
            "warn",
            _("Both sides were changed: a person decides which value stays."),
        )
    if found.differing:
        more = "+" if found.is_more else ""
        count = f"{formats.number(found.differing)}{more}"
        return State(
            _("Different on %(count)s") % {"count": count},
            "info",
            _("These values are on their way, or differ on purpose."),
        )
    return State(_("In step"), "good")


def _problems(rows: Sequence[Row], sent: Sent) -> list[tuple[str, str, str]]:
    found = [
        (f"map-{place}", f"{row.local} / {row.remote}", sentence)
        for place, row in enumerate(rows)
        for sentence in row.errors
    ]
    found += [("", "", sentence) for sentence in sent.others]
    if sent.error:
        found.append(("add-local", _("New mapping"), sent.error))
    return found


def elsewhere(faults: Mapping[str, Sequence[str]]) -> list[str]:
    """The faults of settings that no single mapping is to blame for."""
    return [
        sentence
        for name, sentences in faults.items()
        if not name.startswith("rules.")
        for sentence in sentences
    ]
