"""The one sentence that stands above all others: how a pair stands, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection, ConnectionState, LinkState
from counterfoil.sync.engine.verdict import Act, Reason, Verdict
from counterfoil.sync.explain import words
from counterfoil.sync.explain.case import Case
from counterfoil.sync.explain.linked import is_moving
from counterfoil.sync.explain.story import FieldTold, State
from counterfoil.sync.explain.words import About
from counterfoil.sync.models import Conflict, Issue, IssueState, Quarantine

# What leaves a linked pair as it is, but is no reason to look at it.
QUIET = {
    Reason.NONE,
    Reason.ONE_WAY,
    Reason.UPDATE_ONLY,
    Reason.NOT_TAKEN,
    Reason.PERSON_OF_COMPANY,
}
_STATE_OF_REASON = {
    Reason.AMBIGUOUS: State.DECIDE,
    Reason.CONFLICT: State.DECIDE,
    Reason.NO_NAME: State.FAILED,
    Reason.REFUSED: State.FAILED,
    Reason.IGNORED: State.IGNORED,
    Reason.UNDONE: State.IGNORED,
    Reason.QUARANTINED: State.PAUSED,
    Reason.HELD: State.PAUSED,
    Reason.WAITING: State.MOVING,
}


class Headline(NamedTuple):
    """A state with its sentence, which is never empty."""

    state: State
    sentence: str


@dataclass(frozen=True)
class Facts:
    """What a headline is chosen from. ``there`` and ``here`` are the judges' verdicts."""

    case: Case
    about: About
    there: Verdict | None = None
    here: Verdict | None = None
    fields: Sequence[FieldTold] = ()
    issues: Sequence[Issue] = ()
    conflicts: Sequence[Conflict] = ()
    quarantines: Sequence[Quarantine] = ()
    posting: Headline | None = None

    def why(self, reason: Reason) -> str:
        """A reason in words, seen from the side whose page it stands on."""
        tell = words.not_here if self.case.record is None else words.not_there
        return tell(reason, self.about)


def of(facts: Facts) -> Headline:
    """The most urgent thing that can be said of a pair, or of the one side there is."""
    for tell in _IN_ORDER:
        found = tell(facts)
        if found is not None:
            return found
    if facts.case.link is not None:
        return _linked(facts)
    return _absent(facts) if facts.case.record else _absent_here(facts)


def paused(connection: Connection, about: About) -> Headline | None:
    """Nothing moves while a connection is not one."""
    if connection.state == ConnectionState.RECONNECT:
        sentence = _(
            "%(service)s no longer accepts the connection. Nothing is synced until it is"
            " reconnected."
        )
    elif connection.state == ConnectionState.DISCONNECTED:
        sentence = _(
            "%(company)s was disconnected. Nothing is synced with it until it is connected"
            " again, in the settings."
        )
    else:
        return None
    names = {"service": about.service, "company": connection.name}
    return Headline(State.PAUSED, sentence % names)


def _paused(facts: Facts) -> Headline | None:
    return paused(facts.case.connection, facts.about)


def _left_alone(facts: Facts) -> Headline | None:
    link = facts.case.link
    if link is None or link.state != LinkState.IGNORED:
        return None
    reason = Reason.UNDONE if facts.case.undone else Reason.IGNORED
    return Headline(State.IGNORED, facts.why(reason))


def _merged(facts: Facts) -> Headline | None:
    if facts.case.survivor is None:
        return None
    sentence = _("Not synced: it was merged into %(other)s, which is synced instead.")
    return Headline(State.ABSENT, sentence % {"other": facts.about.other})


def _off(facts: Facts) -> Headline | None:
    if facts.case.settings.enabled:
        return None
    if facts.case.link is None:
        return Headline(State.ABSENT, facts.why(Reason.OFF))
    return off(facts.about)


def off(about: About) -> Headline:
    """What is linked stays as it is while its sync is off."""
    sentence = _(
        "Linked, but not kept in step: the sync of “%(object)s” is off. Turn it on in its"
        " settings."
    )
    return Headline(State.PAUSED, sentence % {"object": about.object})


def _failed(facts: Facts) -> Headline | None:
    issue = next((x for x in facts.issues if x.state == IssueState.OPEN), None)
    if issue is None:
        return None
    if issue.subject.startswith("in:"):
        return Headline(State.FAILED, issue.sentence)
    return Headline(State.FAILED, issue.sentence or _refused(facts))


def _refused(facts: Facts) -> str:
    return facts.why(Reason.REFUSED)


def _asked(facts: Facts) -> Headline | None:
    if facts.case.review is None:
        return None
    return Headline(State.DECIDE, facts.why(Reason.AMBIGUOUS))


def _contested(facts: Facts) -> Headline | None:
    if not facts.conflicts:
        return None
    return Headline(State.DECIDE, facts.why(Reason.CONFLICT))


def _quarantined(facts: Facts) -> Headline | None:
    if not facts.quarantines:
        return None
    return Headline(State.PAUSED, facts.why(Reason.QUARANTINED))


def _held(facts: Facts) -> Headline | None:
    row = facts.case.outgoing
    if row is None or not row.held:
        return None
    return Headline(State.PAUSED, facts.why(Reason.HELD))


def _posting(facts: Facts) -> Headline | None:
    return facts.posting if facts.case.link is None else None


_IN_ORDER: tuple[Callable[[Facts], Headline | None], ...] = (
    _paused,
    _left_alone,
    _merged,
    _off,
    _failed,
    _asked,
    _contested,
    _quarantined,
    _held,
    _posting,
)


def _linked(facts: Facts) -> Headline:
    """Nothing is wrong with the pair: whether anything moves, or will not."""
    for verdict, told_why in (
        (facts.there, words.not_there),
        (facts.here, words.not_here),
    ):
        reason = verdict.reason if verdict else Reason.NONE
        if reason not in QUIET:
            state = _STATE_OF_REASON.get(reason, State.PAUSED)
            return Headline(state, told_why(reason, facts.about))
    acting = _acting(facts)
    if acting is not None:
        return acting
    if is_moving(facts.fields) or facts.case.outgoing or facts.case.is_told_of:
        sentence = _("A change is on its way.")
        return Headline(State.MOVING, sentence)
    differing = sum(not each.is_same for each in facts.fields)
    if differing:
        sentence = _("Nothing has to be written. %(differing)s, and each says why.")
        told = {"differing": words.still_differs(differing)}
        return Headline(State.IN_STEP, sentence % told)
    if facts.case.row is None:
        sentence = _("Linked; it has not been read from %(service)s yet.")
        return Headline(State.MOVING, sentence % {"service": facts.about.service})
    return Headline(State.IN_STEP, _("All mapped fields are the same on both sides."))


def _acting(facts: Facts) -> Headline | None:
    """What a judge says is to be done, other than writing fields."""
    unlike = {Act.NOTHING, Act.UPDATE, Act.LINK}
    if facts.there is not None and facts.there.there not in unlike:
        will = words.will(facts.there.there, facts.about, is_here=False)
        return Headline(State.MOVING, will)
    if facts.here is not None and facts.here.here not in unlike:
        will = words.will(facts.here.here, facts.about, is_here=True)
        return Headline(State.MOVING, will)
    return None


def _absent(facts: Facts) -> Headline:
    """Why a record is not there, or that it is going to be."""
    verdict = facts.there
    if verdict is not None and verdict.reason is not Reason.NONE:
        sentence = words.not_there(verdict.reason, facts.about)
        return Headline(_STATE_OF_REASON.get(verdict.reason, State.ABSENT), sentence)
    if verdict is not None and verdict.there is not Act.NOTHING:
        will = words.will(verdict.there, facts.about, is_here=False)
        state = State.DECIDE if verdict.there is Act.REVIEW else State.MOVING
        if facts.case.outgoing is None and state is State.MOVING:
            return Headline(State.ABSENT, _not_asked(facts.about))
        return Headline(state, will)
    return Headline(State.ABSENT, _not_asked(facts.about))


def _absent_here(facts: Facts) -> Headline:
    """Why an object of the other side is not here, or that it is going to be."""
    verdict = facts.here
    if verdict is not None and verdict.reason is not Reason.NONE:
        state = _STATE_OF_REASON.get(verdict.reason, State.ABSENT)
        return Headline(state, facts.why(verdict.reason))
    if verdict is not None and verdict.here is not Act.NOTHING:
        state = State.DECIDE if verdict.here is Act.REVIEW else State.MOVING
        return Headline(state, words.will(verdict.here, facts.about, is_here=True))
    sentence = _(
        "Not here yet: it will be taken over when it is read next, or at once if you ask"
        " for it."
    )
    return Headline(State.ABSENT, sentence)


def _not_asked(about: About) -> str:
    """It qualifies, yet nothing has happened to it since the sync was turned on."""
    sentence = _(
        "Not in %(service)s yet: it will be synced when it changes next, or at once if you"
        " ask for it."
    )
    return sentence % {"service": about.service}
