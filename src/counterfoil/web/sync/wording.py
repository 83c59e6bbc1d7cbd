"""The choices of sync in words: what each means, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from counterfoil.sync.engine.fields import Direction, FieldKind, Wins
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.engine.settings import Archived, Gone, NameTaken, Taking
from counterfoil.sync.engine.verdict import Act, Reason


@dataclass(frozen=True)
class Said:
    """What a choice is called, and what it does."""

    label: Any
    sentence: Any = ""


Words = Mapping[Any, Said]

DIRECTION: Words = {
    Direction.BOTH: Said(
        _("Both ways"), _("A change on either side is made on the other.")
    ),
    Direction.IN: Said(
        _("From QuickBooks only"),
        _("Changes in QuickBooks are made here. Nothing is written to QuickBooks."),
    ),
    Direction.OUT: Said(
        _("To QuickBooks only"),
        _("Changes here are made in QuickBooks. Nothing here is changed by it."),
    ),
}
INCOMING: Words = {
    Taking.CREATE_UPDATE: Said(
        _("Create and update here"),
        _(
            "What is new in QuickBooks is created here; what changes there changes here."
        ),
    ),
    Taking.UPDATE: Said(
        _("Only update here"),
        _("What is linked or matches is kept in step. Nothing new is created here."),
    ),
    Taking.NOTHING: Said(
        _("Leave as it is here"),
        _("Links are kept, but QuickBooks changes nothing here."),
    ),
}
OUTGOING: Words = {
    Taking.CREATE_UPDATE: Said(
        _("Create and update in QuickBooks"),
        _(
            "What is new here is created in QuickBooks; what changes here changes there."
        ),
    ),
    Taking.UPDATE: Said(
        _("Only update in QuickBooks"),
        _("What is linked is kept in step. Nothing new is created in QuickBooks."),
    ),
    Taking.NOTHING: Said(
        _("Leave as it is in QuickBooks"),
        _("Links are kept, but nothing here changes QuickBooks."),
    ),
}
ON_GONE: Words = {
    Gone.KEEP: Said(
        _("Keep it here"), _("It stays as it is, and stays linked. Nothing is deleted.")
    ),
    Gone.ARCHIVE: Said(
        _("Archive it here"), _("It leaves the lists and can be restored at any time.")
    ),
    Gone.UNLINK: Said(
        _("Unlink it"), _("It stays here and is no longer kept in step.")
    ),
}
ON_ARCHIVED: Words = {
    Archived.KEEP: Said(_("Keep it in QuickBooks"), _("It stays active there.")),
    Archived.DEACTIVATE: Said(
        _("Make it inactive in QuickBooks"),
        _("QuickBooks keeps its history; restoring it here makes it active again."),
    ),
    Archived.UNLINK: Said(
        _("Unlink it"), _("It stays active there and is no longer kept in step.")
    ),
}
NAME_TAKEN: Words = {
    NameTaken.SUFFIX: Said(
        _("Add a number to the name"),
        _("“Ann Lee” becomes “Ann Lee (2)” in QuickBooks; the name here stays."),
    ),
    NameTaken.LINK: Said(
        _("Link to the customer of that name"),
        _("A name that a vendor or an employee has gets a number all the same."),
    ),
}
NAME_OF_ITEM_TAKEN: Words = {
    NameTaken.SUFFIX: Said(
        _("Add a number to the name"),
        _("“Oven” becomes “Oven (2)” in QuickBooks; the name here stays."),
    ),
    NameTaken.LINK: Said(
        _("Link to the item of that name"),
        _("A name that a category has gets a number all the same."),
    ),
}
MATCH: Mapping[MatchKey, Any] = {
    MatchKey.EMAIL: _("E-mail"),
    MatchKey.NAME: _("Name"),
    MatchKey.PHONE: _("Phone"),
    MatchKey.SKU: _("SKU"),
}
WINS: Words = {
    Wins.REMOTE: Said(_("QuickBooks wins")),
    Wins.LOCAL: Said(_("Counterfoil wins")),
    Wins.ASK: Said(_("Ask a person")),
}
KINDS: Mapping[FieldKind, Any] = {
    FieldKind.TEXT: _("Text"),
    FieldKind.LONG_TEXT: _("Long text"),
    FieldKind.NAME: _("Name"),
    FieldKind.EMAIL: _("E-mail"),
    FieldKind.PHONE: _("Phone number"),
    FieldKind.URL: _("Web address"),
    FieldKind.NUMBER: _("Number"),
    FieldKind.MONEY: _("Amount of money"),
    FieldKind.DATE: _("Date"),
    FieldKind.YES_NO: _("Yes or no"),
    FieldKind.CHOICE: _("Choice"),
    FieldKind.REFERENCE: _("Reference"),
}


@dataclass(frozen=True)
class Option:
    """One way to answer a question."""

    value: str
    label: Any
    sentence: Any
    chosen: bool


def options(words: Words, chosen: StrEnum) -> list[Option]:
    """The answers of a question, the chosen one marked."""
    return [
        Option(str(value), said.label, said.sentence, value == chosen)
        for value, said in words.items()
    ]


# Of what is left alone, why: a phrase that a count stands before.
LEFT: Mapping[Reason, Any] = {
    Reason.NONE: _("In step already"),
    Reason.OFF: _("Sync is off"),
    Reason.ONE_WAY: _("The direction leads the other way"),
    Reason.UPDATE_ONLY: _("Not linked, and nothing new is created"),
    Reason.NOT_TAKEN: _("Changes are not taken over this way"),
    Reason.FILTERED: _("Do not meet the filters"),
    Reason.PERSON_OF_COMPANY: _("Are people of a company and go with it"),
    Reason.IS_ORGANISATION: _("Are companies, not contacts"),
    Reason.IS_PERSON: _("Are contacts, not companies"),
    Reason.NOT_A_PRODUCT: _("Are categories, not products"),
    Reason.NO_NAME: _("Have no name"),
    Reason.INACTIVE: _("Are inactive in QuickBooks"),
    Reason.ARCHIVED: _("Are archived here"),
    Reason.AMBIGUOUS: _("Could be several: a person chooses"),
    Reason.IGNORED: _("Somebody said to leave them alone"),
    Reason.UNDONE: _("Were linked by a run that was undone: import again"),
    Reason.REFUSED: _("Were refused: see the issues"),
    Reason.CONFLICT: _("Changed on both sides: a person decides"),
    Reason.QUARANTINED: _("Went to and fro and were stopped"),
    Reason.WAITING: _("Are on their way"),
    Reason.HELD: _("Wait for a yes"),
    Reason.OTHER_CURRENCY: _("Are in another currency"),
    Reason.ELSEWHERE: _("Are gone on the other side"),
    Reason.MERGED: _("Were merged into another"),
}


@dataclass(frozen=True)
class Done:
    """What an act is called before it is done, with the icon and the look of its line."""

    label: Any
    icon: str
    look: str = ""


ACTS: Mapping[Act, Done] = {
    Act.CREATE: Done(pgettext_lazy("planned", "Created"), "plus", "good"),
    Act.UPDATE: Done(pgettext_lazy("planned", "Changed"), "pencil", "info"),
    Act.LINK: Done(_("Linked, equal already"), "link"),
    Act.ARCHIVE: Done(pgettext_lazy("planned", "Archived"), "archive", "warn"),
    Act.RESTORE: Done(pgettext_lazy("planned", "Restored"), "archive-restore", "info"),
    Act.UNLINK: Done(pgettext_lazy("planned", "Unlinked"), "unlink", "warn"),
    Act.REVIEW: Done(
        _("Asked about: several could be it"), "circle-question-mark", "warn"
    ),
}
ACTS_THERE: Mapping[Act, Done] = {
    **ACTS,
    Act.ARCHIVE: Done(_("Made inactive"), "archive", "warn"),
    Act.RESTORE: Done(_("Made active again"), "archive-restore", "info"),
}
NOTHING_TO_DO = Done(_("Nothing to do any more"), "check")
