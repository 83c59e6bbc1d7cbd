"""What an undo cannot do, and that it says so beforehand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from factories import NOW
from factories.remote import make_customer, turned_on
from support.changes import confirmed, fax_for_phone, linked, switched_on, undone

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.core.errors import Invalid
from counterfoil.crm.models import Contact
from counterfoil.sync import tasks
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import Taking
from counterfoil.sync.models import Run, RunChange, RunKind, RunState
from counterfoil.sync.previews import counting, proposing
from counterfoil.sync.runs import changing, plan, undo
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import User

pytestmark = pytest.mark.django_db


def test_a_run_is_undone_once(connection: Connection, ada: User) -> None:
    make_customer(connection)
    run = switched_on(connection, ada)
    undo.begin(run, by=ada, now=NOW)
    with pytest.raises(Invalid, match="undone already"):
        undo.begin(run, by=ada, now=NOW)


def test_an_undo_itself_cannot_be_undone(connection: Connection, ada: User) -> None:
    run = switched_on(connection, ada)
    back = undone(run, ada)
    assert undo.why_not(back)
    with pytest.raises(Invalid):
        undo.begin(back, by=ada, now=NOW)


def test_a_run_that_goes_on_must_be_stopped_first(
    connection: Connection, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "PAGE", 1)
    for _ in range(3):
        make_customer(connection)
    settings = replace(
        choices.defaults(connection, "contacts"), enabled=True, direction=Direction.IN
    )
    proposal = proposing.propose(connection, "contacts", settings, by=ada, now=NOW)
    counting.count(proposal, now=NOW)
    run = proposing.confirm(proposal, yes=True, by=ada, now=NOW)
    assert run is not None
    with pytest.raises(Invalid, match="Stop it first"):
        undo.begin(run, by=ada, now=NOW)
    monkeypatch.setattr(tasks, "SPELL_SECONDS", 0.0)
    tasks.run_imports(NOW)
    made = Contact.objects.count()
    assert 0 < made < 3
    plan.stop(run, ada, NOW)
    monkeypatch.setattr(tasks, "SPELL_SECONDS", 20.0)

    undone(run, ada)

    assert Contact.objects.exclude(archived_at=None).count() == made


def test_settings_that_were_changed_since_stay_as_they_are(
    connection: Connection, ada: User
) -> None:
    make_customer(connection)
    run = switched_on(connection, ada)
    assert len(undo.what_cannot(run)) == 1
    newer = turned_on(connection, "contacts", incoming=Taking.UPDATE)
    assert "settings have been changed" in undo.what_cannot(run)[0]
    undone(run, ada)
    assert choices.of(connection, "contacts") == newer
    assert Link.objects.get().state == LinkState.IGNORED


def test_what_was_made_there_is_said_beforehand(
    connection: Connection, ada: User
) -> None:
    run = switched_on(connection, ada)
    RunChange.objects.create(
        run=run, side="there", object_type="contact", stream="customers", created=True
    )
    [there, since] = undo.what_cannot(run)
    assert there == (
        "Customers: 1 made in QuickBooks cannot be deleted there. It is made inactive."
    )
    assert "changed since" in since


def test_documents_that_stay_are_counted_new_ones_and_those_of_before(
    connection: Connection, ada: User
) -> None:
    run = Run.objects.create(
        connection=connection,
        kind=RunKind.IMPORT,
        state=RunState.DONE,
        began_at=NOW,
        ended_at=NOW,
    )
    read = {"invoices": (12, 5), "payments": (3, 0), "customers": (40, 8)}
    for place, (stream, (changed, created)) in enumerate(read.items()):
        run.streams.create(
            stream=stream, position=place, changed=changed, created=created
        )
    [stay, as_there, left, _since] = undo.what_cannot(run)

    assert stay == "5 documents that were read from QuickBooks stay."
    assert as_there.startswith("10 documents that were here before stay")
    assert "until somebody imports again" in left


def test_a_company_must_be_connected_for_an_undo(
    connection: Connection, ada: User
) -> None:
    run = switched_on(connection, ada)
    Connection.objects.filter(pk=connection.pk).update(state="reconnect")
    run.connection.refresh_from_db()
    with pytest.raises(Invalid, match="Reconnect"):
        undo.begin(run, by=ada, now=NOW)


def test_what_a_run_changed_is_kept_for_a_quarter_of_a_year(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    linked(connection, fax="555-0111")
    run = confirmed(connection, fax_for_phone(settings), ada)
    assert undo.forget(NOW + timedelta(days=89)) == 0
    assert undo.forget(NOW + timedelta(days=92)) == 2  # the proposal, too
    run.refresh_from_db()
    assert not run.changes.exists()
    with pytest.raises(Invalid, match="too long ago"):
        undo.begin(run, by=ada, now=NOW)
