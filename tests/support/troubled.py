"""A connection at which everything that sync can ask a person has happened, with ugly names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from factories import records, troubles

from counterfoil.connections.models import CallCount, Connection
from counterfoil.crm.models import Contact, Record
from counterfoil.sync import hours
from counterfoil.sync.engine.fields import Wins
from counterfoil.sync.hours import Happened
from counterfoil.sync.models import Issue, Quarantine, Review
from counterfoil.sync.settings import choices
from support.showcase import Showcase
from support.showcase_records import LONG

CAUSES = ("name_taken", "email", "reference", "unreadable", "ours")
EXCLUDED = (("email", "contains", "@harbour.example"),)


@dataclass
class Troubled:
    """What was made, by what it is for."""

    connection: Connection
    linked: Contact
    excluded: Contact
    failing: Contact
    review: Review


def make_troubled(made: Showcase, now: datetime) -> Troubled:
    books = made.connection
    workspace = books.workspace
    turn_on(books, now)
    linked = records.make_contact(
        workspace,
        first_name="Maximiliana-Theodora",
        last_name="von und zu Hohenlohe-Waldenburg-Schillingsfürst",
        email="max@harbour.example",
        phone="555 0100",
    )
    excluded = records.make_contact(
        workspace, first_name="준서", last_name="박", email="jun@elsewhere.test"
    )
    failing = records.make_contact(
        workspace, first_name=LONG[:60], last_name="Ö", email="o@harbour.example"
    )
    _link(books, linked, now)
    review = _questions(books, [linked, excluded, failing], now)
    _issues(books, failing, now)
    _hours(books, now)
    Connection.objects.filter(pk=books.pk).update(
        refresh_expires_at=now + timedelta(days=99, hours=3),
        hard_expires_at=now + timedelta(days=6, hours=3),
        last_poll_at=now - timedelta(minutes=2),
        next_poll_at=now + timedelta(minutes=3),
        imported_at=now - timedelta(days=9),
    )
    return Troubled(books, linked, excluded, failing, review)


def turn_on(books: Connection, now: datetime) -> None:
    """Contacts are synced where they meet a filter; people decide about phones."""
    wanted = choices.defaults(books, "contacts")
    rules = tuple(
        replace(rule, wins=Wins.ASK) if rule.local == "phone" else rule
        for rule in wanted.rules
    )
    wanted = replace(wanted, enabled=True, rules=rules, filters=EXCLUDED)
    choices.save(books, wanted, by=None, now=now)


def _link(books: Connection, contact: Contact, now: datetime) -> None:
    content = {"email": contact.email, "phone": "555 0199", "mobile": "0151 2345678"}
    troubles.make_customer(books, "58", str(contact), content=content)
    before = {"phone": "555 0000", "email": contact.email}
    link = troubles.make_link(
        books,
        contact,
        "58",
        base_local=before,
        base_remote=before,
        pulled_at=now - timedelta(minutes=9),
        pushed_at=now - timedelta(days=2),
        created_at=now - timedelta(days=40),
    )
    troubles.make_conflict(link, now=now - timedelta(hours=1))
    troubles.make_conflict(
        link,
        now=now - timedelta(days=3),
        local_field="job_title",
        remote_field="title",
        local_value="CEO",
        remote_value=None,
        resolved_at=now - timedelta(days=2),
        resolution="rule_local",
        resolved_by="Counterfoil",
    )
    Quarantine.objects.create(
        link=link,
        connection=books,
        field="email",
        why="alternates",
        history=[
            ["here", "max@harbour.example", now.isoformat()],
            ["there", "m@harbour.example", now.isoformat()],
            ["here", "max@harbour.example", now.isoformat()],
        ],
        since=now - timedelta(minutes=5),
    )


def _questions(books: Connection, asked: list[Record], now: datetime) -> Review:
    names = (LONG[:90], "한빛 베이커리", "Café Ångström & Söhne GmbH")
    rows = []
    for number, name in enumerate(names):
        content = {"email": "info@shared.example", "phone": "+82 2 312 3456"}
        remote_id = str(700 + number)
        troubles.make_customer(books, remote_id, name, content=content)
        rows.append(
            troubles.make_review(
                books,
                *asked,
                remote_id=remote_id,
                title=name,
                now=now - timedelta(days=1),
            )
        )
    return rows[0]


def _issues(books: Connection, failing: Contact, now: datetime) -> None:
    troubles.make_issue(
        books, failing, now=now, detail="Duplicate Name Exists Error: " + LONG
    )
    for number in range(60):
        Issue.objects.create(
            connection=books,
            subject=f"in:customers:{1000 + number}",
            stream="customers",
            remote_id=str(1000 + number),
            category=CAUSES[number % len(CAUSES)],
            code="2020",
            sentence=LONG
            if number % 7 == 0
            else "QuickBooks refused it: a value is missing.",
            times=number % 3 + 1,
            first_at=now - timedelta(days=1),
            last_at=now - timedelta(minutes=number),
        )


def _hours(books: Connection, now: datetime) -> None:
    lags = [timedelta(seconds=each) for each in (0.4, 0.7, 0.9, 2.4)]
    for ago in range(24):
        at = now - timedelta(hours=ago)
        happened = Happened(
            pulled=1_204 * (ago % 3), pushed=ago % 4, failed=3 if ago in {2, 9} else 0
        )
        hours.note(books, happened, lags=lags, now=at)
        CallCount.objects.create(
            connection=books,
            minute=at.replace(second=0, microsecond=0),
            reads=12_345 if ago else 417,
            writes=ago,
            refused=2 if ago == 5 else 0,
        )
