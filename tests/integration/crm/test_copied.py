"""What is copied in or joined in bulk is held exactly as it was given, or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

import pytest
from django.db import DataError, IntegrityError, transaction
from factories import make_company, make_contact, make_workspace
from support.queries import at_most

from counterfoil.core import rows
from counterfoil.core.errors import Invalid
from counterfoil.crm import associations
from counterfoil.crm.models import (
    Company,
    Contact,
    Product,
    PropertyChange,
    PropertyDefinition,
    TimelineEntry,
)
from counterfoil.crm.records import Change, Written, write
from counterfoil.crm.refs import Ref
from counterfoil.events.models import Event, EventDelivery
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
PAST = Origin.connection(1, historical=True)
AWKWARD = [
    "back\\slash and \\\\two",
    "\\N",
    "\\.",
    "NULL",
    "tab\there",
    "line\nbreak\rreturn",
    '"quoted" {braces}, comma; %s %(x)s $1',
    "'; DROP TABLE crm_contact; --",
    "🧁 Käsekuchen — naïve ﷽ \u200d\ufeff",
    "\x01\x1f\x7f",
]
CUSTOM = {
    "note": ("text", []),
    "size": ("number", []),
    "since": ("date", []),
    "met_at": ("date_time", []),
    "fond": ("boolean", []),
    "tastes": ("multi_choice", [["sweet\\", "Sweet"], ['so"ur', "Sour"]]),
}


@pytest.fixture
def workspace(now: datetime) -> Workspace:
    made = make_workspace()
    for name, (kind, options) in CUSTOM.items():
        PropertyDefinition.objects.create(
            workspace=made,
            object_type="contact",
            name=name,
            label=name,
            type_key=kind,
            options=options,
            created_at=now,
        )
    return made


def put(
    workspace: Workspace, changes: list[Change], now: datetime, origin: Origin = PAST
) -> list[Written]:
    return write(
        workspace=workspace,
        changes=changes,
        actor=Actor.connection(1, "Näme\t\\of the books"),
        origin=origin,
        now=now,
    )


def custom_values(text: str) -> dict[str, Any]:
    return {
        "note": text,
        "size": Decimal("-12345678901234567.8900000001"),
        "since": date(1, 1, 1),
        "met_at": datetime(2026, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
        "fond": False,
        "tastes": ['so"ur', "sweet\\"],
    }


HELD = {
    "size": "-12345678901234567.8900000001",
    "since": "0001-01-01",
    "met_at": "2026-12-31T23:59:59.000001+00:00",
    "fond": False,
    "tastes": ["sweet\\", 'so"ur'],
}


def test_awkward_texts_are_held_as_given_when_created_and_when_changed(
    workspace: Workspace, now: datetime
) -> None:
    made = put(
        workspace,
        [
            Change("contact", {"first_name": text, "street": f"x{text}x"} | custom)
            for text in AWKWARD
            if (custom := custom_values(text))
        ],
        now,
    )
    for written, text in zip(made, AWKWARD, strict=True):
        contact = Contact.objects.get(pk=written.record.pk)
        assert (contact.first_name, contact.street) == (text, f"x{text}x")
        assert contact.title == text
        assert contact.custom == {"note": text, **HELD}
    turned = [text[::-1] for text in AWKWARD]
    put(
        workspace,
        [
            Change("contact", {"street": text, "note": text}, written.record.pk)
            for text, written in zip(turned, made, strict=True)
        ],
        now,
        Origin.user(1),
    )
    for written, text, old in zip(made, turned, AWKWARD, strict=True):
        contact = Contact.objects.get(pk=written.record.pk)
        assert (contact.first_name, contact.street) == (old, text)
        assert contact.custom == {"note": text, **HELD}
        kept = PropertyChange.objects.get(record_id=contact.pk, name="note")
        assert (kept.old, kept.new) == (old, text)
        assert kept.actor_label == "Näme\t\\of the books"
        entry = TimelineEntry.objects.get(record_id=contact.pk, kind="changed")
        assert entry.content["changes"][1] == {"name": "note", "old": old, "new": text}
        event = Event.objects.get(record_id=contact.pk)
        assert event.payload["changed"]["note"] == [old, text]


def test_amounts_keep_every_digit(workspace: Workspace, now: datetime) -> None:
    prices = [Decimal("0.0000001"), Decimal("-999999999999.9999999"), Decimal(0), None]
    changes = [
        Change("product", {"name": f"p{n}", "unit_price": price})
        for n, price in enumerate(prices)
    ]
    made = put(workspace, changes, now)
    held = Product.objects.order_by("pk").values_list("unit_price", flat=True)
    assert list(held) == prices
    put(
        workspace,
        [
            Change("product", {"unit_price": price}, written.record.pk)
            for price, written in zip(reversed(prices), made, strict=True)
        ],
        now,
    )
    assert list(held.all()) == prices[::-1]


def test_a_record_made_in_bulk_is_as_one_that_was_read(
    workspace: Workspace, now: datetime
) -> None:
    made = put(
        workspace,
        [Change("contact", {"first_name": f"N{n}"}) for n in range(20)]
        + [Change("company", {"name": "Field & Sons"})],
        now,
    )
    keys = [written.record.pk for written in made[:20]]
    assert keys == sorted(set(keys))
    first = cast("Contact", made[0].record)
    read = Contact.objects.get(pk=first.pk)
    names = [field.attname for field in Contact._meta.concrete_fields]
    assert [getattr(first, each) for each in names] == [
        getattr(read, each) for each in names
    ]
    assert first == read
    first.custom["x"] = 1
    assert cast("Contact", made[1].record).custom == {}
    first.save()
    assert Contact.objects.count() == 20
    assert Company.objects.get().pk == made[20].record.pk


def test_a_first_import_costs_four_statements_a_page_and_starts_nothing(
    workspace: Workspace, now: datetime
) -> None:
    changes = [
        Change("contact", {"first_name": f"N{n}"} | custom_values("x"))
        for n in range(1000)
    ]
    # The workspace's own properties, keys, contacts, timeline.
    with at_most(4):
        put(workspace, changes, now)
    assert Contact.objects.count() == 1000
    assert TimelineEntry.objects.filter(kind="created").count() == 1000
    assert Event.objects.count() == 0
    assert EventDelivery.objects.count() == 0


@pytest.mark.parametrize(
    "wrong", [{"first_name": "x\x00y"}, {"email": "nowhere"}, {"size": "many"}]
)
def test_one_wrong_value_of_a_thousand_leaves_nothing(
    workspace: Workspace, now: datetime, wrong: dict[str, object]
) -> None:
    changes = [Change("contact", {"first_name": f"N{n}"}) for n in range(999)]
    with pytest.raises(Invalid) as caught:
        put(workspace, [*changes, Change("contact", wrong)], now)
    assert list(caught.value.errors) == [f"999.{next(iter(wrong))}"]
    assert Contact.objects.count() == 0
    assert TimelineEntry.objects.count() == 0


def test_a_row_that_the_database_refuses_leaves_nothing(
    workspace: Workspace, now: datetime
) -> None:
    what = ("kind", "content", "about_type", "actor_kind", "actor_label", "at")
    names = ("workspace", "object_type", "record_id", *what)

    def entry(kind: str | None, content: object = None) -> rows.Row:
        return (workspace.pk, "deal", 1, kind, content or {}, "", "system", "", now)

    for error, row in (
        (DataError, entry("k" * 33)),
        (DataError, entry("a\x00b")),
        (DataError, entry("k", {"a": "\x00"})),
        (IntegrityError, entry(None)),
        (TypeError, entry("k", {"a": object()})),
    ):
        with pytest.raises(error), transaction.atomic():
            rows.insert(TimelineEntry, names, [entry("k"), row])
    assert TimelineEntry.objects.count() == 0
    rows.insert(TimelineEntry, names, [entry("k" * 32)])
    assert TimelineEntry.objects.get().kind == "k" * 32


def test_a_value_that_does_not_fit_is_refused_and_not_cut_when_joined(
    workspace: Workspace,
) -> None:
    contact = make_contact(workspace, first_name="Dora")
    for value in ("x" * 101, "a\x00b"):
        with pytest.raises(DataError), transaction.atomic():
            rows.update(Contact, ["first_name"], [(contact.pk, value)])
    assert Contact.objects.get().first_name == "Dora"


def test_only_rows_of_the_workspace_are_joined(workspace: Workspace) -> None:
    mine = make_contact(workspace, first_name="Dora")
    theirs = make_contact(make_workspace(), first_name="Cy")
    changed = [(mine.pk, "New"), (theirs.pk, "New")]
    within = ("workspace", workspace.pk)
    assert rows.update(Contact, ["first_name"], changed, within=within) == 1
    theirs.refresh_from_db()
    assert theirs.first_name == "Cy"


def test_a_thousand_ties_of_an_import_cost_a_handful_and_tell_nobody(
    workspace: Workspace, now: datetime
) -> None:
    made = put(
        workspace,
        [Change("contact", {"first_name": f"N{n}"}) for n in range(500)],
        now,
    )
    company = make_company(workspace)
    Event.objects.all().delete()
    pairs = [(written.ref, Ref.of(company)) for written in made]
    with at_most(5):
        associations.associate_many(
            workspace=workspace, pairs=pairs, label="a\\\"b',{}", origin=PAST, now=now
        )
    people = associations.refs_of(workspace, Ref.of(company), "contact")
    assert people == [written.ref for written in made]
    assert associations.refs_of(workspace, made[0].ref, "company") == [Ref.of(company)]
    assert Event.objects.count() == 0
