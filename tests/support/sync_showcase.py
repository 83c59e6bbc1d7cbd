"""A connection whose sync has lived: every state of its pages, with ugly data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from factories.remote import make_object
from factories.runs import make_proposal, make_run

from counterfoil.connections.models import Link
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import packed
from counterfoil.sync.models import (
    Issue,
    Outgoing,
    Proposal,
    ProposalState,
    Run,
    RunChange,
    RunState,
    StreamRun,
)
from counterfoil.sync.settings import choices
from support.showcase import Showcase
from support.showcase_records import LONG


@dataclass
class SyncShowcase:
    """What was made, by what it shows."""

    ready: Proposal
    counting: Proposal
    importing: Run
    held: Run
    done: Run


def make_sync_showcase(showcase: Showcase, now: datetime) -> SyncShowcase:
    connection, user = showcase.connection, showcase.access.user
    connection.imported_at = connection.last_poll_at = now - timedelta(minutes=3)
    connection.save()
    on = replace(choices.of(connection, "contacts"), enabled=True)
    choices.save(connection, on, by=user, now=now - timedelta(days=2))
    for name in ("Sales of Product Income", "Services", LONG[:100]):
        make_object(connection, "accounts", {"name": name, "type": "Income"})
    Link.objects.create(
        connection=connection,
        stream="customers",
        remote_id="58",
        object_type="contact",
        record_id=showcase.contact.pk,
        created_at=now,
    )
    Outgoing.objects.bulk_create(
        Outgoing(
            connection=connection,
            name="contacts",
            object_type="contact",
            record_id=showcase.contact.pk + number,
            next_at=now,
            since=now,
            held=number < 30,
        )
        for number in range(41)
    )
    done = _done(showcase, now)
    for number in range(30):
        make_run(connection, kind="comparison", began_at=now - timedelta(days=number))
    return SyncShowcase(
        _ready(showcase, now),
        _counting(showcase, now),
        _importing(showcase, now),
        _held(showcase, now),
        done,
    )


def _ready(showcase: Showcase, now: datetime) -> Proposal:
    connection = showcase.connection
    wanted = choices.of(connection, "contacts")
    emptying = tuple(replace(rule, may_empty=True) for rule in wanted.rules[:3])
    wanted = replace(
        wanted,
        direction=Direction.IN,
        rules=(*emptying, *wanted.rules[3:-1]),
        filters=(("email", "known", ""), ("last_name", "contains", LONG)),
    )
    example = {
        "remote_id": "58",
        "record_id": showcase.contact.pk,
        "title": LONG,
        "changes": [
            ["email", "jun-seo@marbella.example", ""],
            ["last_name", "Park", "von und zu Hohenlohe-Waldenburg"],
            ["phone", "", "+82 2 312 3456"],
        ],
    }
    korean = {**example, "title": "박준서", "changes": [["city", "", "서울특별시"]]}
    return make_proposal(
        connection,
        "contacts",
        values=packed(wanted),
        created_by=showcase.access.user,
        needs_yes=True,
        counts={
            "here": {"create": 12345, "update": 20000, "link": 7, "review": 3},
            "there": {},
            "left": {
                "here": {"filtered": 431, "no_name": 1, "": 1200000},
                "there": {"one_way": 99},
            },
            "emptied": {"here": 20000, "there": 0},
            "total": {"here": 1232783, "there": 32355},
            "conflicts": 17,
        },
        examples={
            "here": {
                "create": [korean, {**korean, "title": "", "changes": []}],
                "update": [example, korean],
                "emptied": [example],
            }
        },
    )


def _counting(showcase: Showcase, now: datetime) -> Proposal:
    return make_proposal(
        showcase.connection,
        "companies",
        state=ProposalState.COUNTING,
        created_by=showcase.access.user,
        counts={
            "here": {"create": 300},
            "left": {"here": {"": 900}, "there": {}},
            "total": {"here": 5000, "there": 1200},
        },
    )


def _importing(showcase: Showcase, now: datetime) -> Run:
    run = make_run(
        showcase.connection,
        parts=0,
        state=RunState.RUNNING,
        ended_at=None,
        began_at=now - timedelta(seconds=40),
        started_by=showcase.access.user,
        scope={"take": "since", "since": "2026-01-01"},
    )
    parts = (
        ("customers", 100000, 100000, True),
        ("items", 12000, 5000, False),
        ("invoices", None, 0, False),
        ("payments", None, 0, False),
    )
    spans = [[int(now.timestamp()) // 10 * 10 - 10 * n, 26000] for n in range(4)]
    StreamRun.objects.bulk_create(
        StreamRun(
            run=run,
            stream=stream,
            position=position,
            expected=expected,
            rows=rows,
            created=rows,
            changed=rows,
            began_at=run.began_at if rows else None,
            ended_at=now if ended else None,
            pace=spans if stream == "items" else [],
        )
        for position, (stream, expected, rows, ended) in enumerate(parts)
    )
    return run


def _held(showcase: Showcase, now: datetime) -> Run:
    return make_run(
        showcase.connection,
        kind="settings",
        name="products",
        state=RunState.HELD,
        ended_at=None,
        started_by=showcase.access.user,
        held_reason="It would change 20,000 products here, and 12 were promised.",
    )


def _done(showcase: Showcase, now: datetime) -> Run:
    connection, contact = showcase.connection, showcase.contact
    run = make_run(
        connection,
        parts=2,
        kind="settings",
        name="contacts",
        began_at=now - timedelta(hours=3),
        ended_at=now - timedelta(hours=3) + timedelta(seconds=95),
        started_by=showcase.access.user,
    )
    RunChange.objects.bulk_create(
        RunChange(
            run=run,
            side="here" if number % 3 else "there",
            object_type="contact",
            record_id=contact.pk,
            stream="customers",
            remote_id="58",
            before={"email": "old@marbella.example", "phone": None}
            if number % 3
            else {"email": "old@marbella.example"},
            after={"email": None, "phone": "+82 2 312 3456"}
            if number % 3
            else {"email": LONG},
            undone="changed_since" if number == 4 else "",
        )
        for number in range(60)
    )
    for number, category in enumerate(("name_taken", "name_taken", "other")):
        Issue.objects.create(
            connection=connection,
            subject=f"out:contact:{number}",
            name="contacts",
            category=category,
            sentence=f"The name “{LONG}” is already used by a vendor.",
            first_at=now,
            last_at=now,
            run_id=run.pk,
        )
    return run
