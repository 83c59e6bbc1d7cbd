"""A worker dies between any two of its commits; whoever comes next completes the work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database
from factories.people import make_workspace
from support.dying import Crash, Reaper
from support.pairs import turn_on
from support.twin import STREAM, Twin
from support.twin_ports import SERVICE, register, twins

from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.core.errors import Retryable
from counterfoil.crm.models import Contact
from counterfoil.events.wake import drains
from counterfoil.sync.models import Run, StreamRun
from counterfoil.sync.runs import importing, plan

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
NAMES = ["Ada", "Bo", "Cy"]


def a_company(account: str) -> Connection:
    """With three people, who are read two at a time."""
    register()
    twin = twins[account] = Twin(account, NOW, page_size=2)
    for name in NAMES:
        twin.add(name, given_name=name)
    connection = Connection.objects.create(
        workspace=make_workspace(now=NOW),
        service=SERVICE,
        account=account,
        environment="sandbox",
        name=account,
        home_currency="USD",
        connected_at=NOW,
    )
    turn_on(connection, "contacts")
    return connection


def carry_on() -> None:
    while drains["imports"].run(NOW):
        pass


def imported(connection: Connection, *, dies_before: int) -> bool:
    """Import until the end, or until it is killed: ``False``."""
    plan.begin(connection, NOW)
    try:
        with database.execute_wrapper(Reaper(dies_before, between=True)):
            carry_on()
    except Crash:
        StreamRun.objects.update(leased_until=NOW - timedelta(days=1))
        return False
    return True


def whole(connection: Connection) -> None:
    """Everybody is here, once, and the figures of the run say so."""
    people = Contact.objects.filter(workspace=connection.workspace)
    assert sorted(people.values_list("first_name", flat=True)) == NAMES
    rows = RemoteObject.objects.filter(connection=connection, stream=STREAM)
    assert rows.count() == Link.objects.filter(connection=connection).count() == 3
    run = Run.objects.get(connection=connection, kind="import")
    assert (run.state, run.counts["rows"], run.counts["created"]) == ("done", 3, 3)


@pytest.mark.parametrize("largest", [2, 1000])
def test_an_import_that_dies_between_any_two_commits_is_completed(
    largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "LARGEST", largest)
    for number in range(1, 1000):
        connection = a_company(f"dying-{number}")
        if imported(connection, dies_before=number):
            break
        carry_on()
        whole(connection)
        connection.delete()
    whole(connection)
    assert number > 10, "there is more than that to die between"


def test_a_full_page_is_committed_together_with_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "LARGEST", 2)
    connection = a_company("by twos")
    assert imported(connection, dies_before=-1)
    whole(connection)
    part = StreamRun.objects.get(run__connection=connection, stream=STREAM)
    assert (part.pages, part.rows, twins["by twos"].reads) == (1, 3, 2)


def test_a_full_page_is_kept_where_the_next_must_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def throttle() -> None:
        raise Retryable("Too many calls.", after=timedelta(minutes=1))

    monkeypatch.setattr(importing, "LARGEST", 2)
    connection = a_company("throttled")
    twin = twins["throttled"]
    twin.meanwhile, twin.meanwhile_in = throttle, 3
    assert imported(connection, dies_before=-1)
    whole(connection)
    part = StreamRun.objects.get(run__connection=connection, stream=STREAM)
    assert (part.pages, part.rows, part.failures, twin.reads) == (2, 3, 0, 3)
