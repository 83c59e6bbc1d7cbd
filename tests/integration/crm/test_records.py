"""The one door."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from factories import make_access, make_contact, make_deal, make_workspace

from counterfoil.crm import associations, queries, timeline
from counterfoil.crm.models import PropertyChange, TimelineEntry
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.models import Event
from counterfoil.events.origin import Actor, Origin

pytestmark = pytest.mark.django_db


def test_a_new_contact_has_a_title_a_history_a_timeline_and_an_event(
    now: datetime,
) -> None:
    access = make_access()
    actor = Actor.user(access.user.pk, "Ada")
    [written] = write(
        workspace=access.workspace,
        changes=[
            Change("contact", {"first_name": " Dora ", "last_name": "Field"}, key="d")
        ],
        actor=actor,
        origin=Origin.user(access.user.pk),
        now=now,
    )
    contact = queries.get(access.workspace, "contact", written.record.pk)
    assert contact.title == "Dora Field"
    assert (written.created, written.key) == (True, "d")
    history = PropertyChange.objects.filter(record_id=contact.pk).order_by("name")
    assert [(row.name, row.old, row.new) for row in history] == [
        ("first_name", None, "Dora"),
        ("last_name", None, "Field"),
    ]
    [entry] = timeline.read(workspace=access.workspace, ref=written.ref).entries
    assert (entry.kind, entry.actor_label) == ("created", "Ada")
    event = Event.objects.get()
    assert (event.kind, event.ref) == ("record_created", ("contact", contact.pk))
    assert event.payload == {
        "changed": {"first_name": [None, "Dora"], "last_name": [None, "Field"]}
    }


def test_an_edit_of_several_properties_is_one_entry_with_the_list_of_changes(
    now: datetime,
) -> None:
    access = make_access()
    deal = make_deal(access.workspace, name="Cake", amount=Decimal(10))
    write(
        workspace=access.workspace,
        changes=[Change("deal", {"name": "Big cake", "amount": "12.5"}, deal.pk)],
        actor=Actor.user(access.user.pk, "Ada"),
        origin=Origin.user(access.user.pk),
        now=now,
    )
    entry = TimelineEntry.objects.get(record_id=deal.pk, kind="changed")
    assert entry.content == {
        "changes": [
            {"name": "name", "old": "Cake", "new": "Big cake"},
            {"name": "amount", "old": "10", "new": "12.5"},
        ]
    }
    deal.refresh_from_db()
    assert (deal.title, deal.amount, deal.version) == ("Big cake", Decimal("12.5"), 2)


def test_the_first_associated_contact_is_the_first_that_was_tied(
    now: datetime,
) -> None:
    workspace = make_workspace()
    deal = make_deal(workspace)
    first, second = make_contact(workspace), make_contact(workspace)
    for contact in (second, first, second):
        associations.associate(
            workspace=workspace, left=Ref.of(deal), right=Ref.of(contact), now=now
        )
    assert associations.of(workspace, Ref.of(deal), "contact") == [second, first]
    assert associations.first(workspace, Ref.of(second), "deal") == deal
