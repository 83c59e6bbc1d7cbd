"""The form of one object's settings: what was sent, as settings or as errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.engine.settings import (
    Archived,
    Filter,
    Gone,
    NameTaken,
    Settings,
    Taking,
)
from counterfoil.sync.settings.checking import check_settings
from counterfoil.web.records.asked import Asked, asked
from counterfoil.web.sync.objects import Synced

ON, OFF = "on", "off"
INCOME_ACCOUNT = "income_account_id"
INCOME = "Income"
ENUMS: Mapping[str, type[StrEnum]] = {
    "direction": Direction,
    "incoming": Taking,
    "outgoing": Taking,
    "on_gone": Gone,
    "on_archived": Archived,
    "name_taken": NameTaken,
}
# Under which question a fault of the settings is told, where the names differ.
QUESTIONS = {"match_by": "match", INCOME_ACCOUNT: "income_account"}


@dataclass
class Read:
    """What a form said: settings as far as they make sense, and what does not.

    ``texts`` is what was typed where only text is kept; ``adding`` is the property of a
    filter that is being made.
    """

    settings: Settings
    texts: dict[str, str] = field(default_factory=dict)
    adding: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)

    def wrong(self, name: str, sentence: str) -> None:
        self.errors.setdefault(name, []).append(sentence)


def shown(settings: Settings, connection: Connection) -> Read:
    """The form as it opens."""
    account = settings.options.get(INCOME_ACCOUNT, "")
    row = mirror.get(connection, "accounts", account) if account else None
    return Read(
        settings,
        {
            "since": settings.since.isoformat() if settings.since else "",
            "income_account": row.name if row else "",
        },
    )


def income_accounts(connection: Connection) -> list[RemoteObject]:
    """What sales of a product may go to."""
    rows = RemoteObject.objects.filter(
        connection=connection, stream="accounts", active=True, content__type=INCOME
    )
    return list(rows.order_by("name", "id")[:1000])


def read(form: QueryDict, base: Settings, about: Synced) -> Read:
    """What was sent, over ``base``, which keeps what the form does not show."""
    found = Read(replace(base, enabled=form.get("enabled") == ON))
    for name, kind in ENUMS.items():
        if name in form:
            _choose(found, name, kind, form.get(name, ""))
    if about.pairing is not None:
        _matching(found, form, about)
        found.settings = replace(found.settings, filters=_filters(form))
        found.adding = form.get("add", "") if form.get("do") == "ask" else ""
    if "since" in form:
        _since(found, form.get("since", "").strip())
    if "income_account" in form:
        found.texts["income_account"] = form.get("income_account", "").strip()
    return found


def check(found: Read, connection: Connection, now: datetime) -> None:
    """Note what cannot be carried out, beside the question that it is about."""
    if "income_account" in found.texts:
        _account(found, connection)
    faults = check_settings(connection, found.settings, now=now)
    for name, sentences in faults.items():
        question = QUESTIONS.get(name, name.partition(".")[0])
        if question in found.errors:
            continue
        for sentence in _on_the_page(question, found) or sentences:
            found.wrong(question, sentence)


def _on_the_page(question: str, found: Read) -> Sequence[str]:
    """What is said otherwise to somebody who is in the settings already."""
    if question == "income_account" and not found.texts.get(question):
        return [_("Choose the account that sales of these products go to.")]
    return ()


def _choose(found: Read, name: str, kind: type[StrEnum], sent: str) -> None:
    try:
        chosen: Any = {name: kind(sent)}
        found.settings = replace(found.settings, **chosen)
    except ValueError:
        found.wrong(name, _("Choose one of these."))


def _matching(found: Read, form: QueryDict, about: Synced) -> None:
    allowed = about.pairing.match_keys if about.pairing else {}
    sent = [text for text in form.getlist("match") if text]
    keys = [MatchKey(text) for text in sent if text in {str(key) for key in allowed}]
    if len(keys) != len(sent):
        found.wrong("match", _("Choose one of these."))
    if len(set(keys)) != len(keys):
        found.wrong("match", _("Each is tried once: choose another, or none."))
    found.settings = replace(found.settings, match_by=tuple(dict.fromkeys(keys)))


def _filters(form: QueryDict) -> tuple[Filter, ...]:
    """The filters kept in the form, and the one that is being made, if it is meant."""
    meant = form.copy()
    action = form.get("do", "")
    if action in {"ask", "unask"}:
        meant.pop("field", None)
    kept = list(asked(meant).filters)
    if action.startswith("drop:"):
        at = action.removeprefix("drop:")
        kept = [each for place, each in enumerate(kept) if str(place) != at]
    return tuple(kept)


def _since(found: Read, text: str) -> None:
    found.texts["since"] = text
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        found.wrong("since", _("Enter a day, or leave it empty for all."))
        return
    found.settings = replace(found.settings, since=day)


def _account(found: Read, connection: Connection) -> None:
    name = found.texts["income_account"]
    options = {
        key: value
        for key, value in found.settings.options.items()
        if key != INCOME_ACCOUNT
    }
    if name:
        row = mirror.by_name(connection, "accounts", name)
        if row is None or row.content.get("type") != INCOME:
            sentence = _(
                "QuickBooks has no income account “%s”. Choose one of the list."
            )
            found.wrong("income_account", sentence % name)
            return
        options[INCOME_ACCOUNT] = row.remote_id
    found.settings = replace(found.settings, options=options)


def as_asked(filters: tuple[Filter, ...]) -> Asked:
    """The filters as the lists know them."""
    texts = [(name, operator, _text(value)) for name, operator, value in filters]
    return Asked(tuple(texts))


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ";".join(str(each) for each in value)
    return "" if value is None else str(value)
