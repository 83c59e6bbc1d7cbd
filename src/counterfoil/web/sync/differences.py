"""What a proposal changes of the settings, in words: question, before, after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection
from counterfoil.sync.engine.fields import Rule
from counterfoil.sync.engine.settings import Settings
from counterfoil.web import formats
from counterfoil.web.records.questions import chips
from counterfoil.web.sync import wording
from counterfoil.web.sync.choosing import INCOME_ACCOUNT, as_asked
from counterfoil.web.sync.objects import Synced
from counterfoil.web.sync.values import Names

Difference = tuple[str, str, str]


def differences(
    connection: Connection,
    about: Synced,
    former: Settings,
    wanted: Settings,
    names: Names,
) -> list[Difference]:
    """Only what differs; an empty text is "nothing"."""
    found = list(_of_choices(former, wanted))
    found += _of_lists(connection, former, wanted, names)
    found += _of_rules(former.rules, wanted.rules, names)
    return found


def _of_choices(former: Settings, wanted: Settings) -> Iterator[Difference]:
    asked: list[tuple[str, Any, wording.Words]] = [
        (_("Direction"), "direction", wording.DIRECTION),
        (_("When new or changed in QuickBooks"), "incoming", wording.INCOMING),
        (_("When new or changed here"), "outgoing", wording.OUTGOING),
        (
            _("When deleted or made inactive in QuickBooks"),
            "on_gone",
            wording.ON_GONE,
        ),
        (_("When archived here"), "on_archived", wording.ON_ARCHIVED),
        (_("When its name is taken in QuickBooks"), "name_taken", wording.NAME_TAKEN),
    ]
    if former.enabled != wanted.enabled:
        yield _("Sync"), _on(former), _on(wanted)
    for label, name, words in asked:
        before, after = getattr(former, name), getattr(wanted, name)
        if before != after:
            yield label, str(words[before].label), str(words[after].label)


def _on(settings: Settings) -> str:
    return _("On") if settings.enabled else _("Off")


def _of_lists(
    connection: Connection, former: Settings, wanted: Settings, names: Names
) -> Iterator[Difference]:
    if former.match_by != wanted.match_by:
        yield _("Recognised by"), _keys(former), _keys(wanted)
    if former.filters != wanted.filters:
        before, after = (
            "; ".join(
                chip.sentence
                for chip in chips(
                    as_asked(each.filters), names.properties, connection.workspace
                )
            )
            for each in (former, wanted)
        )
        yield _("Filters"), before, after
    if former.since != wanted.since:
        before, after = (
            formats.day(each.since) if each.since else "" for each in (former, wanted)
        )
        yield _("Since"), before, after
    accounts = [each.options.get(INCOME_ACCOUNT, "") for each in (former, wanted)]
    if accounts[0] != accounts[1]:
        rows = mirror.get_many(connection, "accounts", [key for key in accounts if key])
        before, after = (rows[key].name if key in rows else key for key in accounts)
        yield _("Income account"), before, after


def _keys(settings: Settings) -> str:
    return ", ".join(str(wording.MATCH[key]) for key in settings.match_by)


def _of_rules(
    former: tuple[Rule, ...], wanted: tuple[Rule, ...], names: Names
) -> Iterator[Difference]:
    before = {(rule.local, rule.remote): rule for rule in former}
    after = {(rule.local, rule.remote): rule for rule in wanted}
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        label = f"{names.label('here', key[0])} / {names.label('there', key[1])}"
        yield label, _rule(old), _rule(new)


def _rule(rule: Rule | None) -> str:
    if rule is None:
        return ""
    parts = [
        str(wording.DIRECTION[rule.direction].label),
        str(wording.WINS[rule.wins].label),
    ]
    if rule.may_empty:
        parts.append(_("empties the other side"))
    return ", ".join(parts)
