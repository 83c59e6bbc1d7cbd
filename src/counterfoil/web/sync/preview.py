"""What a change of settings would come to, ready for the page (row S9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _, ngettext

from counterfoil.connections.models import Connection
from counterfoil.crm.catalogue import object_types, properties_of
from counterfoil.sync.engine.guard import MOST_RECORDS
from counterfoil.sync.engine.settings import Settings, unpacked
from counterfoil.sync.engine.verdict import Act, Reason
from counterfoil.sync.models import Proposal, ProposalState
from counterfoil.sync.ports import Pairing
from counterfoil.sync.previews import beside, documents, tallying
from counterfoil.sync.previews.beside import BESIDE
from counterfoil.sync.previews.tallying import EMPTIED, HERE, THERE, Count
from counterfoil.sync.settings import choices
from counterfoil.web import formats
from counterfoil.web.sync import wording
from counterfoil.web.sync.differences import differences
from counterfoil.web.sync.objects import Synced
from counterfoil.web.sync.values import Change, Names
from counterfoil.web.sync.wording import Done


@dataclass(frozen=True)
class Example:
    """One record or object that would be touched, with the values that change."""

    title: str
    changes: Sequence[Change]
    record_id: int | None = None
    is_new: bool = False


@dataclass(frozen=True)
class Line:
    """How many would be touched in one way, and a few of them."""

    said: Done
    count: int
    examples: Sequence[Example]


@dataclass(frozen=True)
class Side:
    """What would happen on one side."""

    key: str
    heading: str
    total: int
    lines: Sequence[Line]
    emptied: int
    emptying: Sequence[Example]
    left: Sequence[tuple[str, int]]

    @property
    def touched(self) -> int:
        return sum(line.count for line in self.lines)

    @property
    def left_alone(self) -> int:
        return sum(count for _reason, count in self.left)


@dataclass(frozen=True)
class Beside:
    """What comes of it for the other object of the same customers, not at once."""

    sentence: str
    slug: str = ""
    examples: Sequence[Example] = ()


@dataclass(frozen=True)
class Preview:
    """One proposal: what it changes of the settings, and what that would do."""

    proposal: Proposal
    about: Synced
    wanted: Settings
    differences: Sequence[tuple[str, str, str]]
    sides: Sequence[Side]
    counted: int
    total: int
    conflicts: int
    yes: str
    documents: Sequence[str] = ()
    beside: Sequence[Beside] = ()

    @property
    def is_counting(self) -> bool:
        return self.proposal.state == ProposalState.COUNTING

    @property
    def is_open(self) -> bool:
        return self.proposal.state in {ProposalState.COUNTING, ProposalState.READY}

    @property
    def does_nothing(self) -> bool:
        return not any(side.touched for side in self.sides)


def of(proposal: Proposal, about: Synced) -> Preview:
    """The preview of a proposal, as far as it has been counted."""
    connection = proposal.connection
    wanted = unpacked(proposal.values, choices.defaults(connection, proposal.name))
    former = _former(proposal)
    count = tallying.unpacked(proposal.counts)
    properties = properties_of(about.object_type, connection.workspace)
    fields = {each.name: each for each in about.pairing.fields} if about.pairing else {}
    names = Names(properties, fields)
    sides = [
        _side(side, heading, count, proposal.examples, names)
        for side, heading in ((HERE, _("Here")), (THERE, _("In QuickBooks")))
    ]
    return Preview(
        proposal,
        about,
        wanted,
        differences(connection, about, former, wanted, names) if former else (),
        sides,
        sum(side.touched + side.left_alone for side in sides),
        sum(count.total.values()),
        count.conflicts,
        _yes(count),
        _documents(connection, wanted) if about.is_document else (),
        _beside(proposal, about, former, wanted),
    )


def _beside(
    proposal: Proposal, about: Synced, former: Settings | None, wanted: Settings
) -> list[Beside]:
    """Another noun says more or less of the same objects then: not with the run."""
    if about.pairing is None or former is None:
        return []
    count = tallying.unpacked(proposal.counts)
    held = proposal.examples.get(BESIDE, {})
    nouns = beside.nouns(proposal.connection, about.pairing, former, wanted)
    return [
        Beside(
            _shared(about, pairing, count.beside[pairing.name]),
            object_types[pairing.object_type].slug,
            _beside_examples(proposal, pairing, held.get(pairing.name, ())),
        )
        for pairing, _settings in nouns
    ]


def _shared(about: Synced, other: Pairing, count: int) -> str:
    sentence = ngettext(
        "A customer may be one of %(objects)s and one of %(others)s at once. Which of"
        " them keeps its telephone and its e-mail changes with this. That makes a"
        " difference to %(count)s of %(others)s, which gets its values when it is changed"
        " next on either side. Former values are kept in the history.",
        "A customer may be one of %(objects)s and one of %(others)s at once. Which of"
        " them keeps its telephone and its e-mail changes with this. That makes a"
        " difference to %(count)s of %(others)s, each of which gets its values when it is"
        " changed next on either side. Former values are kept in the history.",
        count,
    )
    named = {"objects": about.label, "others": other.label}
    return sentence % {**named, "count": formats.number(count)}


def _beside_examples(
    proposal: Proposal, other: Pairing, held: Sequence[Mapping[str, Any]]
) -> list[Example]:
    workspace = proposal.connection.workspace
    fields = {each.name: each for each in other.fields}
    names = Names(properties_of(other.object_type, workspace), fields)
    return [
        Example(
            str(each["title"]),
            [names.change(each["side"], *change) for change in each["changes"]],
            each["record_id"],
        )
        for each in held
    ]


def _documents(connection: Connection, wanted: Settings) -> list[str]:
    """What becomes of those that are here, and of those that are not."""
    here = documents.here(connection, wanted)
    named = {"count": formats.number(here.count)}
    if not here.is_followed:
        sentence = ngettext(
            "%(count)s that is here stays as it is, and no longer follows QuickBooks.",
            "%(count)s that are here stay as they are, and no longer follow QuickBooks.",
            here.count,
        )
        return [sentence % named]
    sentence = ngettext(
        "%(count)s that is here stays, and follows QuickBooks.",
        "%(count)s that are here stay, and follow QuickBooks.",
        here.count,
    )
    told = [sentence % named]
    if here.older:
        sentence = ngettext(
            "%(count)s of them is dated before that day, and stays, too.",
            "%(count)s of them are dated before that day, and stay, too.",
            here.older,
        )
        told.append(sentence % {"count": formats.number(here.older)})
    if here.is_read:
        told.append(_not_here())
    return told


def _not_here() -> str:
    return _(
        "Those that are not here, or are otherwise here, are looked for by a comparison"
        " that begins at once. It counts them before it changes anything: more than"
        " %(most)s of them, or a tenth of all, wait for your yes."
    ) % {"most": formats.number(MOST_RECORDS)}


def _former(proposal: Proposal) -> Settings | None:
    """What it changes the settings from; not known of one that was discarded."""
    connection, name = proposal.connection, proposal.name
    if proposal.state in {ProposalState.COUNTING, ProposalState.READY}:
        return choices.of(connection, name)
    if proposal.run is None or "former" not in proposal.run.scope:
        return None
    defaults = choices.defaults(connection, name)
    return unpacked(proposal.run.scope["former"], defaults)


def _side(
    side: str,
    heading: str,
    count: Count,
    examples: Mapping[str, Any],
    names: Names,
) -> Side:
    held = examples.get(side, {})
    words = wording.ACTS if side == HERE else wording.ACTS_THERE
    acts = count.acts[side]
    return Side(
        side,
        heading,
        count.total[side],
        [
            Line(said, acts[str(act)], _examples(side, held, str(act), names))
            for act, said in words.items()
            if acts[str(act)]
        ],
        count.emptied[side],
        _examples(side, held, EMPTIED, names),
        [
            (str(wording.LEFT[Reason(reason)]), number)
            for reason, number in count.left[side].most_common()
        ],
    )


def _examples(
    side: str, held: Mapping[str, Any], act: str, names: Names
) -> list[Example]:
    return [
        Example(
            str(each.get("title") or ""),
            [names.change(side, *change) for change in each["changes"]],
            each.get("record_id") if side == HERE else None,
            is_new=act == Act.CREATE,
        )
        for each in held.get(act, ())
    ]


def _yes(count: Count) -> str:
    """What a person says yes to when it is a great many."""
    parts = []
    if touched := count.touched(HERE):
        parts.append(_("%(count)s here") % {"count": formats.number(touched)})
    if touched := count.touched(THERE):
        parts.append(_("%(count)s in QuickBooks") % {"count": formats.number(touched)})
    both = _(" and ").join(parts)
    return _("Yes, change %(what)s.") % {"what": both} if parts else ""
