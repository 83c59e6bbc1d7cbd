"""What a record's page shows, gathered in a handful of queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from counterfoil.crm import refunds, timeline
from counterfoil.crm.catalogue import ObjectType, Property, object_types, properties_of
from counterfoil.crm.models import (
    Deal,
    Payment,
    PropertyChange,
    Quote,
    Record,
    Stage,
    TimelineEntry,
)
from counterfoil.crm.property_types.reference import ReferenceType
from counterfoil.crm.refs import Ref
from counterfoil.sync.pairs.merging import survivor_of
from counterfoil.web import formats
from counterfoil.web.cards import cards_on
from counterfoil.web.place import here
from counterfoil.web.records.associated import ItemCard, TieCard, cards_of
from counterfoil.web.records.cells import Cell, cell, status_of
from counterfoil.web.records.fields import is_editable
from counterfoil.web.records.lookup import visible
from counterfoil.web.records.summary import heading_of, instead_of_editing, summary_of
from counterfoil.web.stories import CHANGES, MONEY, Story, kinds_of, story_of
from counterfoil.workspaces.access import Access, Permission

# Nouns that another card of the page shows already.
DOCUMENTS = (
    "invoice",
    "estimate",
    "sales_receipt",
    "credit_memo",
    "refund_receipt",
    "expense",
)
SHOWN_ELSEWHERE = {
    "deal": DOCUMENTS,
    "contact": DOCUMENTS,
    "company": DOCUMENTS,
    "payment": DOCUMENTS,
    "quote": DOCUMENTS,
    "invoice": ("payment",),
}


@dataclass(frozen=True)
class Told:
    """One entry of the timeline with the way it is told."""

    entry: TimelineEntry
    story: Story
    changes: Sequence[str]
    address: str


@dataclass(frozen=True)
class Day:
    """The entries of one day."""

    day: date
    entries: Sequence[Told]


@dataclass(frozen=True)
class Timeline:
    """A page of the timeline under one filter."""

    days: Sequence[Day]
    next: str
    show: str
    filters: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Shown:
    """A property as the page shows it."""

    cell: Cell
    prop: Property
    is_editable: bool


@dataclass(frozen=True)
class ShownGroup:
    """Properties under one heading."""

    label: str
    properties: Sequence[Shown]


@dataclass(frozen=True)
class Step:
    """One stage of the path bar."""

    stage: Stage
    state: str


@dataclass(frozen=True)
class LoadedCard:
    """A card of the registry, loaded."""

    template: str
    context: Mapping[str, object]
    first: bool


@dataclass(frozen=True)
class RecordPage:
    """Everything that the template reads."""

    noun: ObjectType
    record: Any
    heading: str
    groups: Sequence[ShownGroup]
    timeline: Timeline
    ties: Sequence[TieCard]
    items: ItemCard | None
    side: Sequence[LoadedCard]
    middle: Sequence[LoadedCard]
    buttons: Sequence[LoadedCard]
    path: Sequence[Step] = field(default=())
    summary: Sequence[str] = field(default=())
    quote_status: str = ""
    may_be_refunded: bool = False
    survivor: Record | None = None
    instead_of_editing: str = ""


def page_of(
    access: Access, record: Record, *, show: str = "", before: str = ""
) -> RecordPage:
    """The page of one record."""
    key = record.object_type
    properties = visible(properties_of(key, access.workspace))
    may_edit = access.may(Permission.EDIT_RECORDS) and not record.archived_at
    cards = _loaded(access, record)
    path = _path(record)
    ties, items = cards_of(
        access.workspace,
        record,
        without=SHOWN_ELSEWHERE.get(key, ()),
        may_edit=may_edit,
    )
    return RecordPage(
        object_types[key],
        record,
        heading_of(record),
        _groups(record, properties, may_edit=may_edit),
        timeline_of(access, record, properties, show=show, before=before, path=path),
        ties,
        items,
        [card for place, card in cards if place == "side"],
        [card for place, card in cards if place == "middle"],
        [card for place, card in cards if place == "buttons"],
        path,
        summary_of(record),
        status_of(record).value if isinstance(record, Quote) else "",
        _may_be_refunded(record),
        survivor_of(record),
        instead_of_editing(record),
    )


def _may_be_refunded(record: Record) -> bool:
    return (
        isinstance(record, Payment)
        and not record.archived_at
        and bool(refunds.left(record).amount)
    )


def _loaded(access: Access, record: Record) -> list[tuple[str, LoadedCard]]:
    found = []
    for card in cards_on(record.object_type):
        context = card.load(access, record)
        if context is not None:
            found.append((card.place, LoadedCard(card.template, context, card.first)))
    return found


def _groups(
    record: Record, properties: Mapping[str, Property], *, may_edit: bool
) -> list[ShownGroup]:
    groups = []
    for group in object_types[record.object_type].groups:
        shown = [
            Shown(
                cell(record, prop),
                prop,
                may_edit and is_editable(record.object_type, prop),
            )
            for prop in properties.values()
            if prop.group == group.key and _has_news(record, prop)
        ]
        if shown:
            groups.append(ShownGroup(str(group.label), shown))
    return groups


def _has_news(record: Record, prop: Property) -> bool:
    """Whether a property is worth its place: what nobody can fill in may be empty."""
    value = prop.of(record)
    return not prop.read_only or not (value is None or value is False or value == ())


def _path(record: Record) -> list[Step]:
    """The stages of a deal's pipeline, as far as it has come."""
    if not isinstance(record, Deal):
        return []
    stages = Stage.objects.filter(pipeline_id=record.pipeline_id)
    steps = []
    has_passed = False
    for stage in stages.order_by("position", "id"):
        if stage.pk == record.stage_id:
            outcome = "" if stage.outcome == "open" else f" {stage.outcome}"
            steps.append(Step(stage, f"now{outcome}"))
            has_passed = True
        else:
            # A deal passes open stages; that it was lost does not say it was won first.
            is_behind = not has_passed and stage.outcome == "open"
            steps.append(Step(stage, "on" if is_behind else ""))
    return steps


def timeline_of(
    access: Access,
    record: Record,
    properties: Mapping[str, Property],
    *,
    show: str = "",
    before: str = "",
    path: Sequence[Step] = (),
) -> Timeline:
    """A page of the timeline, by day, newest first.

    ``path`` are stages that are loaded already, so that their names cost nothing.
    """
    show = show if show in {MONEY, CHANGES} else ""
    found = timeline.read(
        workspace=access.workspace,
        ref=Ref.of(record),
        before=before,
        kinds=kinds_of(show) if show else None,
    )
    zone = here().zone
    known = {("crm.Stage", step.stage.pk): step.stage.name for step in path}
    names = _names(access, found.entries, properties, known)
    sums = _currencies(access, record, found.entries, is_first=not before)
    days = [
        Day(
            day,
            [_told(access, entry, properties, names, sums[entry.pk]) for entry in told],
        )
        for day, told in groupby(
            found.entries, key=lambda entry: entry.at.astimezone(zone).date()
        )
    ]
    filters = [("", _("Everything")), (MONEY, _("Money")), (CHANGES, _("Changes"))]
    return Timeline(days, found.next, show, filters)


Names = Mapping[tuple[str, int], str]


def _names(
    access: Access,
    entries: Sequence[TimelineEntry],
    properties: Mapping[str, Property],
    known: Names,
) -> Names:
    """What the rows are called that changes speak of; a query per table spoken of."""
    wanted: dict[str, tuple[ReferenceType, set[int]]] = {}
    for entry in entries:
        for change in entry.content.get("changes", ()):
            prop = properties.get(change.get("name", ""))
            if prop is None or not isinstance(prop.type, ReferenceType):
                continue
            _kind, ids = wanted.setdefault(prop.type.to, (prop.type, set()))
            ids |= {
                pk
                for pk in (change["old"], change["new"])
                if isinstance(pk, int) and (prop.type.to, pk) not in known
            }
    return dict(known) | {
        (to, row.pk): str(row)
        for to, (kind, ids) in wanted.items()
        if ids
        for row in kind.within(access.workspace).filter(pk__in=ids)
    }


# The currency that a record's amounts had before an entry of its timeline, and after.
Currencies = tuple[str, str]


def _currencies(
    access: Access, record: Record, entries: Sequence[TimelineEntry], *, is_first: bool
) -> dict[int, Currencies]:
    """By entry: an amount stays in the currency it had when it was changed."""
    currency = str(getattr(record, "currency", ""))
    if currency and entries and not is_first:
        later = PropertyChange.objects.filter(
            workspace=access.workspace,
            object_type=record.object_type,
            record_id=record.pk,
            name="currency",
            at__gt=entries[0].at,
        )
        old = later.order_by("id").values_list("old", flat=True).first()
        currency = str(old or currency)
    found = {}
    for entry in entries:
        changes = entry.content.get("changes", ())
        olds = [one["old"] for one in changes if one.get("name") == "currency"]
        before = str(olds[0]) if olds and olds[0] else currency
        found[entry.pk] = (before, currency)
        currency = before
    return found


def _told(
    access: Access,
    entry: TimelineEntry,
    properties: Mapping[str, Property],
    names: Names,
    currencies: Currencies,
) -> Told:
    changes = [
        text
        for change in entry.content.get("changes", ())
        if (text := _change(change, properties, names, currencies))
    ]
    address = ""
    if entry.about_type in object_types and entry.about_id:
        slug = object_types[entry.about_type].slug
        address = reverse("record", args=[access.workspace.pk, slug, entry.about_id])
    return Told(entry, story_of(entry), changes, address)


def _change(
    change: Mapping[str, Any],
    properties: Mapping[str, Property],
    names: Names,
    currencies: Currencies,
) -> str:
    """One changed property as a sentence."""
    prop = properties.get(change.get("name", ""))
    if prop is None:
        return ""
    words = {
        "property": str(prop.label),
        "old": _value(prop, change.get("old"), names, currencies[0]),
        "new": _value(prop, change.get("new"), names, currencies[1]),
    }
    if not words["new"]:
        return _("%(property)s was cleared; it was %(old)s") % words
    if not words["old"]:
        return _("%(property)s set to %(new)s") % words
    return _("%(property)s changed from %(old)s to %(new)s") % words


def _value(prop: Property, stored: Any, names: Names, currency: str) -> str:
    if stored is None or stored == "":
        return ""
    try:
        value = prop.type.deserialise(stored)
    except (ValueError, TypeError, ArithmeticError):
        return str(stored)
    if isinstance(prop.type, ReferenceType):
        return names.get((prop.type.to, value), _("one that is gone"))
    if prop.type.key == "currency" and currency:
        is_price = getattr(prop.type, "is_unit_price", False)
        return (formats.price if is_price else formats.money)(value, currency)
    return _TOLD.get(prop.type.key, prop.type.display)(value)


_TOLD: dict[str, Callable[[Any], str]] = {
    "currency": formats.number,
    "number": formats.number,
    "date": formats.day,
    "date_time": formats.moment,
}
