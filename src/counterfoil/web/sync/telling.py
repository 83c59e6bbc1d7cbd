"""An explanation as its page shows it: with labels, tones and addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from counterfoil.crm.catalogue import object_types
from counterfoil.sync import categories
from counterfoil.sync.categories import Category
from counterfoil.sync.engine.fields import FieldKind
from counterfoil.sync.explain import words
from counterfoil.sync.explain.story import Explanation, Part, State
from counterfoil.sync.models import Conflict, Issue, Quarantine
from counterfoil.workspaces.access import Access

TONES: Mapping[State, str] = {
    State.IN_STEP: "good",
    State.MOVING: "info",
    State.DECIDE: "warn",
    State.FAILED: "bad",
    State.IGNORED: "plain",
    State.PAUSED: "warn outline",
    State.ABSENT: "plain",
}
RESOLUTIONS: Mapping[str, Any] = {
    "local": _("the value from here stayed"),
    "remote": _("the value of QuickBooks stayed"),
    "agreed": _("both sides became equal"),
    "rule_local": _("by its mapping the value from here stayed"),
    "rule_remote": _("by its mapping the value of QuickBooks stayed"),
    "parted": _("nobody had decided"),
}
PARTED = _(
    "Kept from “%(number)s” in QuickBooks, to which this is no longer linked: %(how)s"
)


@dataclass(frozen=True)
class Told:
    """A conflict or a field in quarantine, with what the field is called."""

    row: Conflict | Quarantine
    label: str
    kind: FieldKind
    sentence: str = ""
    usable: frozenset[str] = (
        frozenset()
    )  # the sides whose value the record can be given


@dataclass(frozen=True)
class Failed:
    """An issue with its cause."""

    issue: Issue
    category: Category


@dataclass(frozen=True)
class Shown:
    """One part of an explanation."""

    part: Part
    key: str
    tone: str
    conflicts: Sequence[Told]
    settled: Sequence[Told]
    quarantines: Sequence[Told]
    issues: Sequence[Failed]
    record: str
    other: str
    settings: str


def parts(access: Access, told: Explanation) -> list[Shown]:
    """The parts with all that their page needs; without a query."""
    return [_shown(access, part) for part in told.parts]


def _shown(access: Access, part: Part) -> Shown:
    fields = {each.local: (each.label, each.kind) for each in part.fields}

    def named(name: str) -> tuple[str, FieldKind]:
        return fields.get(name, (name.replace("_", " "), FieldKind.TEXT))

    about = words.About(service="QuickBooks", object=part.label)
    return Shown(
        part,
        f"{part.connection.pk}-{part.name}",
        TONES[part.state],
        [Told(each, *named(each.local_field)) for each in part.conflicts],
        [
            Told(
                each,
                *named(each.local_field),
                _resolution(each),
                frozenset(side for pk, side in part.usable if pk == each.pk),
            )
            for each in part.settled
        ],
        [
            Told(each, *named(each.field), words.quarantined(each.why, about))
            for each in part.quarantines
        ],
        [Failed(each, categories.by_key(each.category)) for each in part.issues],
        _record(access, part),
        _address(access, part.other),
        _settings(access, part),
    )


def _resolution(conflict: Conflict) -> str:
    name = conflict.resolution or "parted"
    how = str(RESOLUTIONS.get(name, name))
    if conflict.link_id is not None:
        return how
    return str(PARTED) % {"number": conflict.remote_id, "how": how}


def _record(access: Access, part: Part) -> str:
    link = part.link
    return _address(access, (link.object_type, link.record_id) if link else None)


def _address(access: Access, ref: tuple[str, int] | None) -> str:
    if ref is None or ref[0] not in object_types:
        return ""
    slug = object_types[ref[0]].slug
    return reverse("sync_record", args=[access.workspace.pk, slug, ref[1]])


def _settings(access: Access, part: Part) -> str:
    where = [access.workspace.pk, part.connection.pk, part.name]
    return reverse("sync_object", args=where)
