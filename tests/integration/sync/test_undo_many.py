"""A mapping mistake that would empty 20,000 contacts stops at the guard; undo restores."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest
from django.db import connection as database
from factories import NOW, make_access, make_connection, make_workspace
from factories.remote import turned_on

from counterfoil.connections import links
from counterfoil.connections.links import NewLink
from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.core import rows
from counterfoil.core.errors import Invalid
from counterfoil.crm import records
from counterfoil.crm.catalogue import properties_of
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import tasks
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.models import Outgoing, Run, RunState
from counterfoil.sync.pairs import values
from counterfoil.sync.previews import counting, proposing
from counterfoil.sync.runs import plan, undo
from counterfoil.sync.settings import choices

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MANY = int(os.environ.get("COUNTERFOIL_UNDO_RECORDS", "20000"))
BATCH = 2000
VALUES = ("first_name", "last_name", "email", "phone", "version")
COLUMNS = ("connection", "stream", "remote_id", "content", "digest", "version")
COLUMNS += ("name", "lookup", "email", "active", "remote_updated_at", "seen_at")
UNCHANGED = ("0", "", "", "", True, NOW, NOW)


def test_a_mapping_mistake_waits_for_a_yes_and_undo_restores_every_value() -> None:
    connection = make_connection(make_workspace())
    ada = make_access(connection.workspace).user
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    fill(connection, settings)
    before = held(connection)
    started = time.monotonic()

    proposal = proposing.propose(
        connection, "contacts", mistaken(settings), by=ada, now=NOW
    )
    counting.count(proposal, now=NOW)
    assert proposal.counts["emptied"]["here"] == MANY
    assert proposal.needs_yes
    with pytest.raises(Invalid):
        proposing.confirm(proposal, yes=False, by=ada, now=NOW)
    assert held(connection) == before
    previewed = time.monotonic()

    run = proposing.confirm(proposal, yes=True, by=ada, now=NOW)
    assert run is not None
    finished(connection, run)
    assert run.state == RunState.DONE
    assert not Contact.objects.exclude(phone="").exists()
    changed = time.monotonic()

    undoing = undo.begin(run, by=ada, now=NOW)
    finished(connection, undoing)
    assert undoing.counts["undone"] == MANY
    assert undoing.counts["changed_since"] == undoing.counts["cannot"] == 0
    restored = held(connection)
    assert len(restored) == MANY
    assert [row[1:5] for row in restored] == [row[1:5] for row in before]
    run.refresh_from_db()
    assert run.state == RunState.UNDONE
    assert choices.of(connection, "contacts") == settings
    print(  # noqa: T201  for who wants to know the pace
        f"{MANY}: preview {previewed - started:.1f} s, change"
        f" {changed - previewed:.1f} s, undo {time.monotonic() - changed:.1f} s"
    )

    # Sync does not do it again, nor write anything there.
    again = proposing.propose(connection, "contacts", settings, by=ada, now=NOW)
    counting.count(again, now=NOW)
    assert again.counts["here"] == again.counts["there"] == {}
    assert not Outgoing.objects.exists()


def mistaken(settings: Settings) -> Settings:
    """The phone comes from the wrong field, which is empty, and may empty."""
    rules = tuple(
        replace(rule, remote="fax", may_empty=True, direction=Direction.IN)
        if rule.remote == "phone"
        else rule
        for rule in settings.rules
        if rule.remote != "mobile"
    )
    return replace(settings, rules=rules)


def finished(connection: Connection, run: Run) -> None:
    while tasks.run_imports(NOW):
        pass
    run.refresh_from_db()
    assert run.ended_at is not None, plan.progress(run, NOW)


def held(connection: Connection) -> list[tuple[object, ...]]:
    contacts = Contact.objects.filter(workspace=connection.workspace, archived_at=None)
    return list(contacts.order_by("pk").values_list("pk", *VALUES))


def fill(connection: Connection, settings: Settings) -> None:
    """Contacts and customers that are linked and agree."""
    properties = properties_of("contact", connection.workspace)
    for start in range(0, MANY, BATCH):
        numbers = range(start, min(start + BATCH, MANY))
        contents = {str(number): content(number) for number in numbers}
        rows.insert(
            RemoteObject,
            COLUMNS,
            [
                (connection.pk, "customers", key, each, key.encode(), *UNCHANGED)
                for key, each in contents.items()
            ],
        )
        written = records.write(
            workspace=connection.workspace,
            changes=[
                Change(
                    "contact",
                    {
                        "first_name": each["given_name"],
                        "last_name": each["family_name"],
                        "email": each["email"],
                        "phone": each["phone"],
                    },
                    key=key,
                )
                for key, each in contents.items()
            ],
            actor=Actor.system(),
            origin=Origin.connection(connection.pk, historical=True),
            now=NOW,
        )
        links.make_many(
            connection,
            [
                NewLink(
                    "customers",
                    str(one.key),
                    "contact",
                    one.ref.record_id,
                    reason="email",
                    version="0",
                    digest=str(one.key).encode(),
                    remote_updated_at=NOW,
                    base_local=values.of_record(one.record, settings.rules, properties),
                    base_remote=values.of_content(
                        contents[str(one.key)], settings.rules
                    ),
                )
                for one in written
            ],
            now=NOW,
        )
    assert Link.objects.filter(connection=connection).count() == MANY
    with database.cursor() as cursor:
        # What autovacuum does in life, and cannot within the transaction of a test.
        cursor.execute("ANALYZE")


def content(number: int) -> dict[str, str]:
    return {
        "display_name": f"Dora Field {number}",
        "given_name": "Dora",
        "family_name": f"Field {number}",
        "email": f"dora.{number}@example.com",
        "phone": f"555-{number:05}",
        "fax": "",
    }
