"""A thousand changes in one call cost a handful of statements."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import make_pipeline, make_user, make_workspace

from counterfoil.crm.models import (
    Contact,
    Deal,
    PropertyChange,
    PropertyDefinition,
    TimelineEntry,
)
from counterfoil.crm.records import Change, Written, write
from counterfoil.events.models import Event
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
HANDFUL = 12


def put(
    workspace: Workspace,
    changes: list[Change],
    now: datetime,
    origin: Origin | None = None,
) -> list[Written]:
    return write(
        workspace=workspace,
        changes=changes,
        actor=Actor.system(),
        origin=origin or Origin.user(1),
        now=now,
    )


def test_a_thousand_creations_and_a_thousand_edits_cost_a_handful_of_statements(
    now: datetime,
) -> None:
    workspace = make_workspace()
    owner = make_user("Bo", workspace=workspace)
    PropertyDefinition.objects.create(
        workspace=workspace,
        object_type="contact",
        name="shoe_size",
        label="Shoe size",
        type_key="number",
        created_at=now,
    )
    changes = [
        Change(
            "contact",
            {
                "first_name": f"N{number}",
                "email": f"n{number}@example.com",
                "owner": owner.pk,
                "shoe_size": Decimal(number),
            },
        )
        for number in range(1000)
    ]
    with CaptureQueriesContext(connection) as creating:
        created = put(workspace, changes, now)
    edits = [
        Change(
            "contact",
            {"last_name": f"L{index}", "shoe_size": None, "owner": None},
            written.record.pk,
            expected_version=1,
        )
        for index, written in enumerate(created)
    ]
    with CaptureQueriesContext(connection) as editing:
        put(workspace, edits, now)
    assert len(creating) <= HANDFUL
    assert len(editing) <= HANDFUL
    contact = Contact.objects.get(pk=created[-1].record.pk)
    assert contact.title == "N999 L999"
    assert (contact.owner_id, contact.custom, contact.version) == (None, {}, 2)
    assert PropertyChange.objects.count() == 4000 + 3000
    assert Event.objects.filter(kind="record_changed").count() == 1000


def test_a_thousand_deals_cost_a_handful_too_and_land_on_the_first_stage(
    now: datetime,
) -> None:
    workspace = make_workspace()
    pipeline = make_pipeline(workspace)
    changes = [Change("deal", {"name": f"d{n}", "amount": n}) for n in range(1000)]
    with CaptureQueriesContext(connection) as creating:
        put(workspace, changes, now)
    assert len(creating) <= HANDFUL
    first_stage = pipeline.stages.order_by("position")[0]
    assert Deal.objects.filter(stage=first_stage, currency="USD").count() == 1000


def test_changes_that_change_nothing_write_nothing(now: datetime) -> None:
    workspace = make_workspace()
    [written] = put(workspace, [Change("company", {"name": "Same"})], now)
    again = Change("company", {"name": "Same", "domain": ""}, written.record.pk)
    with CaptureQueriesContext(connection) as doing:
        [result] = put(workspace, [again], now)
    assert result.changed == ()
    assert not any(
        query["sql"].startswith(("INSERT", "UPDATE"))
        for query in doing.captured_queries
    )
    assert Event.objects.count() == 1


def test_an_import_of_the_past_keeps_no_history_of_first_values(now: datetime) -> None:
    workspace = make_workspace()
    past = Origin.connection(1, historical=True)
    put(
        workspace,
        [Change("company", {"name": f"c{n}"}) for n in range(1000)],
        now,
        past,
    )
    assert PropertyChange.objects.count() == 0
    assert TimelineEntry.objects.filter(kind="created").count() == 1000
