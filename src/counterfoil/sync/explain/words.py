"""A sentence for everything that an engine's answer can say; pure but for translation.

Each table is complete: a test walks the enumerations, so that a reason that is added to
the engine without a sentence is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _, ngettext

from counterfoil.sync.engine.canon import is_empty
from counterfoil.sync.engine.decide import Field, Outcome, Why, may_be_emptied
from counterfoil.sync.engine.fields import FieldKind
from counterfoil.sync.engine.match import MatchKey
from counterfoil.sync.engine.quarantine import ALTERNATES, TOO_OFTEN
from counterfoil.sync.engine.verdict import Act, Reason
from counterfoil.sync.outgoing.names import numbered


@dataclass(frozen=True, slots=True)
class About:
    """What sentences speak of; what is not known is left empty.

    ``service`` is what people call the other side, ``object`` the synced object's label,
    ``filters`` its filters in words. ``other`` is the record or object that matters, too:
    the company of a person, the survivor of a merge; ``number`` is its number there.
    """

    service: str = ""
    object: str = ""
    filters: str = ""
    other: str = ""
    number: str = ""
    why: str = ""
    count: int = 0


NOT_THERE: Mapping[Reason, Any] = {
    Reason.OFF: _(
        "Not in %(service)s: the sync of “%(object)s” is off. Turn it on in its settings."
    ),
    Reason.ONE_WAY: _(
        "Not sent to %(service)s: the settings of “%(object)s” only let values come in"
        " from there."
    ),
    Reason.UPDATE_ONLY: _(
        "Not in %(service)s: the settings of “%(object)s” create nothing there, and only"
        " keep in step what is on both sides already."
    ),
    Reason.NOT_TAKEN: _(
        "Not sent to %(service)s: the settings of “%(object)s” write nothing there."
    ),
    Reason.FILTERED: _(
        "Not in %(service)s: “%(object)s” are synced only where %(filters)s, and this one"
        " is not like that."
    ),
    Reason.PERSON_OF_COMPANY: _(
        "Not a customer of its own in %(service)s: it is synced as one of the people of"
        " its company."
    ),
    Reason.IS_ORGANISATION: _(
        "Not synced as a person: in %(service)s it is an organisation, which is synced as"
        " a company."
    ),
    Reason.IS_PERSON: _(
        "Not synced as a company: in %(service)s it is a person, who is synced as a"
        " contact."
    ),
    Reason.NOT_A_PRODUCT: _(
        "Not synced: in %(service)s it is a category or a heading, which cannot be sold."
    ),
    Reason.NO_NAME: _(
        "Not in %(service)s: it has no name, and %(service)s needs one. Give it a name."
    ),
    Reason.INACTIVE: _(
        "Not in step: it was made inactive in %(service)s. Make it active there to have it"
        " synced again."
    ),
    Reason.ARCHIVED: _(
        "Not in %(service)s: it is archived here. Restore it to have it synced."
    ),
    Reason.AMBIGUOUS: _(
        "Not in %(service)s yet: there is more than one there that could be it. Choose"
        " the right one."
    ),
    Reason.IGNORED: _(
        "Left alone: somebody decided that it is not to be synced with %(service)s."
    ),
    Reason.UNDONE: _(
        "Left alone: the run that linked it with %(service)s was undone. Follow it again,"
        " or import again to have all of them followed."
    ),
    Reason.REFUSED: _("%(service)s refused it. %(why)s"),
    Reason.CONFLICT: _(
        "Changed on both sides to different values. Decide which ones stay."
    ),
    Reason.QUARANTINED: _(
        "A field kept changing to and fro, so it is not written any more. Look at what"
        " changes it, then release it."
    ),
    Reason.WAITING: _("On its way to %(service)s."),
    Reason.HELD: _(
        "Waits for a yes: more records of “%(object)s” would change in %(service)s than"
        " may without one."
    ),
    Reason.OTHER_CURRENCY: _(
        "Not in %(service)s: it is in a currency that these books do not use for it."
    ),
    Reason.ELSEWHERE: _("It was deleted in %(service)s. The record here was kept."),
    Reason.MERGED: _("It was merged in %(service)s and is part of another one there."),
}
NOT_HERE: Mapping[Reason, Any] = {
    **NOT_THERE,
    Reason.OFF: _(
        "Not here: the sync of “%(object)s” is off. Turn it on in its settings."
    ),
    Reason.ONE_WAY: _(
        "Not taken over from %(service)s: the settings of “%(object)s” only send values"
        " there."
    ),
    Reason.UPDATE_ONLY: _(
        "Not here: the settings of “%(object)s” create nothing here, and only keep in step"
        " what is on both sides already."
    ),
    Reason.NOT_TAKEN: _(
        "Not taken over from %(service)s: the settings of “%(object)s” write nothing here."
    ),
    Reason.FILTERED: _(
        "Not here: “%(object)s” are synced only where %(filters)s, and this one is not"
        " like that."
    ),
    Reason.PERSON_OF_COMPANY: _(
        "Not a contact of its own here: it is synced as one of the people of its company."
    ),
    Reason.NO_NAME: _("Not here: it has no name in %(service)s. Give it a name there."),
    Reason.INACTIVE: _(
        "Not here: it is inactive in %(service)s. Make it active there to have it synced."
    ),
    Reason.ARCHIVED: _(
        "Not in step: its record here is archived. Restore the record to have it synced."
    ),
    Reason.AMBIGUOUS: _(
        "Not here yet: more than one record could be it. Choose the right one."
    ),
    Reason.REFUSED: _("It could not be taken over. %(why)s"),
    Reason.WAITING: _("On its way here."),
    Reason.HELD: _(
        "Waits for a yes: more records of “%(object)s” would change than may without one."
    ),
    Reason.OTHER_CURRENCY: _(
        "Not here: it is in a currency that this workspace does not use for it."
    ),
    Reason.ELSEWHERE: _("It was deleted in %(service)s."),
}
COMPANY_KNOWN = _(
    "Not a customer of its own in %(service)s: it is synced as one of the people of"
    " %(other)s."
)
COMPANY_AND_NUMBER_KNOWN = _(
    "Not a customer of its own in %(service)s: it is synced as one of the people of"
    " %(other)s, number %(number)s there."
)
SURVIVOR_KNOWN = _("It was merged in %(service)s and is part of %(other)s there.")
ACTS_THERE: Mapping[Act, Any] = {
    Act.NOTHING: _("Nothing has to be written to %(service)s."),
    Act.CREATE: _("Not in %(service)s yet: it will be created there."),
    Act.UPDATE: _("Changes are on their way to %(service)s."),
    Act.LINK: _("It will be linked: the same is in %(service)s already."),
    Act.ARCHIVE: _("It will be made inactive in %(service)s."),
    Act.RESTORE: _("It will be made active again in %(service)s."),
    Act.UNLINK: _("The link to %(service)s will be removed."),
    Act.REVIEW: NOT_THERE[Reason.AMBIGUOUS],
}
ACTS_HERE: Mapping[Act, Any] = {
    Act.NOTHING: _("Nothing has to be written here."),
    Act.CREATE: _("Not here yet: it will be created."),
    Act.UPDATE: _("Changes from %(service)s are on their way here."),
    Act.LINK: _("It will be linked: the same is here already."),
    Act.ARCHIVE: _("Its record here will be archived."),
    Act.RESTORE: _("Its record here will be restored."),
    Act.UNLINK: _("The link to %(service)s will be removed."),
    Act.REVIEW: NOT_HERE[Reason.AMBIGUOUS],
}
_FIELDS: Mapping[tuple[Outcome, Why], Any] = {
    (Outcome.AGREED, Why.EQUAL): _("The same on both sides."),
    (Outcome.AGREED, Why.UNCHANGED): _(
        "Written differently on the two sides, and unchanged since they agreed."
    ),
    (Outcome.TO_LOCAL, Why.CHANGED_THERE): _(
        "Changed in %(service)s: the new value is on its way here."
    ),
    (Outcome.TO_LOCAL, Why.FIRST_MEETING): _(
        "Compared for the first time: the value of %(service)s comes here."
    ),
    (Outcome.TO_LOCAL, Why.OWNER): _(
        "Changed here, but it comes from %(service)s only: its value will be put back."
    ),
    (Outcome.TO_LOCAL, Why.BOTH_CHANGED): _(
        "Changed on both sides: by its mapping the value of %(service)s stays."
    ),
    (Outcome.TO_REMOTE, Why.CHANGED_HERE): _(
        "Changed here: the new value is on its way to %(service)s."
    ),
    (Outcome.TO_REMOTE, Why.FIRST_MEETING): _(
        "Compared for the first time: the value from here goes to %(service)s."
    ),
    (Outcome.TO_REMOTE, Why.OWNER): _(
        "Changed in %(service)s, but it comes from here only: its value will be put back"
        " there."
    ),
    (Outcome.TO_REMOTE, Why.BOTH_CHANGED): _(
        "Changed on both sides: by its mapping the value from here stays."
    ),
    (Outcome.CONFLICT, Why.FIRST_MEETING): _(
        "Different when the two were linked. Decide which value stays."
    ),
    (Outcome.CONFLICT, Why.BOTH_CHANGED): _(
        "Changed on both sides to different values. Decide which one stays."
    ),
    (Outcome.KEPT, Why.EMPTY): _(
        "Empty on one side and kept on the other: by its mapping an empty value erases"
        " nothing."
    ),
    (Outcome.HELD, Why.QUARANTINED): _(
        "It kept changing to and fro: nothing is written until it is released."
    ),
}
OF_OTHERS = _(
    "In %(service)s this goes with another record of the same customer, found under"
    " “%(other)s”. Change it there."
)
NUMBERED = _(
    "The name was taken in %(service)s, so a number was added to it there. Both sides are"
    " unchanged since."
)
_OUTCOMES: Mapping[Outcome, Any] = {
    Outcome.AGREED: _FIELDS[Outcome.AGREED, Why.EQUAL],
    Outcome.TO_LOCAL: _("The value of %(service)s is on its way here."),
    Outcome.TO_REMOTE: _("The value from here is on its way to %(service)s."),
    Outcome.CONFLICT: _FIELDS[Outcome.CONFLICT, Why.BOTH_CHANGED],
    Outcome.KEPT: _("Different on purpose: its mapping changes neither side."),
    Outcome.HELD: _FIELDS[Outcome.HELD, Why.QUARANTINED],
}
_MATCHES: Mapping[str, Any] = {
    MatchKey.EMAIL: _("recognised by the same e-mail address"),
    MatchKey.NAME: _("recognised by the same name"),
    MatchKey.PHONE: _("recognised by the same phone number"),
    MatchKey.SKU: _("recognised by the same SKU"),
    "read": _("created here when it was read from %(service)s"),
    "created": _("created here when it was taken over from %(service)s"),
    "posted": _("created in %(service)s from here"),
    "picked": _("linked by hand"),
    "company": _("it is one of the people of this customer"),
    "returned": _("it was the same before an undo"),
}
_QUARANTINES: Mapping[str, Any] = {
    TOO_OFTEN: _("It was written more than four times within ten minutes."),
    ALTERNATES: _("The same two values took turns."),
}


def not_there(reason: Reason, about: About) -> str:
    """Why a record is not, or not in step, on the other side."""
    if reason is Reason.PERSON_OF_COMPANY and about.other:
        known = COMPANY_AND_NUMBER_KNOWN if about.number else COMPANY_KNOWN
        return _told(known, about)
    return _reason(NOT_THERE, reason, about)


def not_here(reason: Reason, about: About) -> str:
    """Why an object of the other side is not, or not in step, here."""
    return _reason(NOT_HERE, reason, about)


def _reason(table: Mapping[Reason, Any], reason: Reason, about: About) -> str:
    if reason is Reason.MERGED and about.other:
        return _told(SURVIVOR_KNOWN, about)
    return _told(table[reason], about)


def will(act: Act, about: About, *, is_here: bool) -> str:
    """What is going to be done on one side."""
    return _told((ACTS_HERE if is_here else ACTS_THERE)[act], about)


def field(found: Field, about: About) -> str:
    """Why one field is as it is."""
    why = found.why
    if why is Why.UNCHANGED and _is_kept(found):
        return _told(_FIELDS[Outcome.KEPT, Why.EMPTY], about)
    if why is Why.UNCHANGED and _is_numbered(found):
        return _told(NUMBERED, about)
    sentence = _FIELDS.get((found.outcome, why), _OUTCOMES[found.outcome])
    return _told(sentence, about)


def _is_kept(found: Field) -> bool:
    """Whether one side was emptied and the other kept what it had."""
    is_half_empty = is_empty(found.local) != is_empty(found.remote)
    return is_half_empty and not may_be_emptied(found.rule)


def _is_numbered(found: Field) -> bool:
    """Whether the name there is the one from here with a number behind it."""
    here, there = str(found.local), str(found.remote)
    _name, opened, number = there.removesuffix(")").rpartition(" (")
    if found.rule.kind is not FieldKind.NAME or not opened or not number.isdecimal():
        return False
    return there == numbered(here, int(number[:9]), found.rule.longest)


def of_others(speakers: str, about: About) -> str:
    """Why a field follows another record, not this one."""
    return _told(OF_OTHERS, replace(about, other=speakers))


def matched(reason: str, about: About) -> str:
    """By what the two sides were recognised as one; a link's own word when unknown."""
    return _told(_MATCHES[reason], about) if reason in _MATCHES else reason


def quarantined(why: str, about: About) -> str:
    """What a field did that it is not written any more."""
    return _told(_QUARANTINES.get(why, NOT_THERE[Reason.QUARANTINED]), about)


def still_differs(count: int) -> str:
    """How many fields are not the same on both sides."""
    return ngettext("%(count)s field differs", "%(count)s fields differ", count) % {
        "count": count
    }


def _told(sentence: Any, about: About) -> str:
    return str(str(sentence) % asdict(about)).strip()
