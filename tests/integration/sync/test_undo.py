"""Undo takes back what a run did, and nothing that somebody has done since."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import NOW, make_contact
from factories.remote import make_customer, turned_on
from support.changes import (
    carried_out,
    confirmed,
    edit,
    fax_for_phone,
    linked,
    switched_on,
    undone,
)

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.crm.models import Contact, PropertyChange
from counterfoil.sync import tasks
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.models import (
    Conflict,
    Outgoing,
    Review,
    Run,
    RunChange,
    RunKind,
    RunState,
)
from counterfoil.sync.pairs import incoming
from counterfoil.sync.ports import pairings
from counterfoil.sync.previews import counting, proposing
from counterfoil.sync.runs import plan, restoring, undo
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import User

pytestmark = pytest.mark.django_db


def test_what_a_run_made_is_archived_and_its_link_goes(
    connection: Connection, ada: User
) -> None:
    make_customer(connection)
    run = switched_on(connection, ada)
    [contact] = Contact.objects.all()
    assert Link.objects.filter(run_id=run.pk).count() == 1

    back = undone(run, ada)

    assert back.state == RunState.DONE
    contact.refresh_from_db()
    assert contact.archived_at is not None
    assert not Link.objects.exists()
    assert not choices.of(connection, "contacts").enabled
    run.refresh_from_db()
    assert run.state == RunState.UNDONE


def test_turning_it_on_again_brings_back_what_an_undo_archived(
    connection: Connection, ada: User
) -> None:
    held = make_customer(connection, phone="555-0100")
    make_customer(connection)
    first = switched_on(connection, ada)
    undone(first, ada)
    held.content = {**held.content, "phone": "555-0111"}
    held.save()
    settings = replace(
        choices.defaults(connection, "contacts"), enabled=True, direction=Direction.IN
    )
    proposal = proposing.propose(connection, "contacts", settings, by=ada, now=NOW)
    assert counting.count(proposal, now=NOW).counts["here"] == {"restore": 2}

    second = switched_on(connection, ada)

    assert Contact.objects.filter(archived_at=None).count() == 2
    assert Contact.objects.count() == 2
    link = Link.objects.get(remote_id=held.remote_id)
    assert first.changes.filter(record_id=link.record_id).exists()
    assert (link.reason, link.base_local["phone"]) == ("created", "555-0111")
    undone(second, ada)
    assert not Contact.objects.filter(archived_at=None).exists()
    assert not Link.objects.exists()
    switched_on(connection, ada)
    assert Contact.objects.filter(archived_at=None).count() == 2
    assert Contact.objects.count() == 2


def test_whom_an_undo_archived_stays_away_where_somebody_alike_is_here(
    connection: Connection, ada: User
) -> None:
    held = make_customer(connection)
    first = switched_on(connection, ada)
    undone(first, ada)
    alike = make_contact(connection.workspace, email=held.content["email"])

    switched_on(connection, ada)

    assert Link.objects.get().record_id == alike.pk
    assert Contact.objects.filter(archived_at=None).get() == alike


def test_what_somebody_has_worked_on_since_stays_and_is_listed(
    connection: Connection, ada: User
) -> None:
    make_customer(connection)
    make_customer(connection)
    run = switched_on(connection, ada)
    edited, other = Contact.objects.order_by("pk")
    edit(edited, ada, job_title="Baker")

    back = undone(run, ada)

    edited.refresh_from_db()
    other.refresh_from_db()
    assert edited.archived_at is None
    assert other.archived_at is not None
    assert back.counts["changed_since"] == 1
    [kept] = run.changes.filter(undone=restoring.CHANGED_SINCE)
    assert (kept.record_id, kept.created) == (edited.pk, True)
    assert Link.objects.get().record_id == edited.pk


def test_whom_a_run_met_stays_and_gets_back_what_it_had(
    connection: Connection, ada: User
) -> None:
    contact = make_contact(connection.workspace)
    make_customer(connection, email=contact.email, phone="555-0100", given_name="Dory")
    run = switched_on(connection, ada)
    contact.refresh_from_db()
    assert (contact.phone, contact.first_name) == ("555-0100", "Dory")

    undone(run, ada)

    contact.refresh_from_db()
    assert (contact.phone, contact.first_name) == ("", "Dora")
    assert contact.archived_at is None
    assert not Link.objects.exists()


def test_a_value_that_was_edited_since_is_left_and_the_others_go_back(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    contact, _held = linked(connection, fax="555-0111")
    untouched, _other = linked(connection, fax="555-0222")
    run = confirmed(connection, fax_for_phone(settings), ada)
    contact.refresh_from_db()
    assert contact.phone == "555-0111"
    edit(contact, ada, phone="555-0999")

    back = undone(run, ada)

    contact.refresh_from_db()
    untouched.refresh_from_db()
    assert contact.phone == "555-0999"
    assert untouched.phone == "555-0100"
    assert (back.counts["undone"], back.counts["changed_since"]) == (1, 1)


def test_sync_does_not_do_again_what_was_undone(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    contact, held = linked(connection, fax="555-0111")
    run = confirmed(connection, fax_for_phone(settings), ada)
    undone(run, ada)
    assert choices.of(connection, "contacts") == settings

    tally = incoming.apply_rows(
        connection,
        pairings["quickbooks.contacts"],
        settings,
        [held],
        historical=False,
        run=None,
        now=NOW,
    )

    assert tally.changed == 0
    contact.refresh_from_db()
    assert contact.phone == "555-0100"
    assert "fax" not in Link.objects.get().base_remote
    assert not Outgoing.objects.exists()


def test_an_edit_that_was_on_its_way_is_not_swallowed(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts")
    contact, _held = linked(connection, fax="555-0111")
    run = confirmed(connection, fax_for_phone(settings), ada)
    edit(contact, ada, last_name="Forest")
    undone(run, ada)
    link = Link.objects.get()
    assert link.base_local["last_name"] != "Forest"
    again = proposing.propose(connection, "contacts", settings, by=ada, now=NOW)
    counting.count(again, now=NOW)
    assert again.counts["there"] == {"update": 1}


def test_what_waits_to_be_written_there_is_not_written(
    connection: Connection, ada: User
) -> None:
    make_contact(connection.workspace)
    settings = replace(choices.defaults(connection, "contacts"), enabled=True)
    run = confirmed(connection, settings, ada)
    assert Outgoing.objects.get().run_id == run.pk
    undone(run, ada)
    assert not Outgoing.objects.exists()


def test_the_conflicts_that_a_run_opened_go_with_it(
    connection: Connection, ada: User
) -> None:
    contact = make_contact(connection.workspace, phone="555-0100")
    make_customer(connection, email=contact.email, phone="555-0999")
    settings = replace(choices.defaults(connection, "contacts"), enabled=True)
    run = confirmed(connection, settings, ada)
    assert Conflict.objects.filter(resolved_at=None).exists()
    undone(run, ada)
    assert not Conflict.objects.exists()


def test_an_undone_import_leaves_its_links_so_that_nothing_is_made_again(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    held = make_customer(connection)
    run = Run.objects.create(
        connection=connection, kind=RunKind.IMPORT, began_at=NOW, ended_at=NOW
    )
    run.state = RunState.DONE
    run.save()
    args = (connection, pairings["quickbooks.contacts"], settings, [held])
    incoming.apply_rows(*args, historical=True, run=run, now=NOW)

    undone(run, ada)

    assert Contact.objects.get().archived_at is not None
    assert Link.objects.get().state == LinkState.IGNORED
    incoming.apply_rows(*args, historical=False, run=None, now=NOW)
    assert Contact.objects.count() == 1


def test_the_questions_that_a_run_asked_go_with_it_and_others_stay(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    one = make_contact(connection.workspace, email="ann@example.com")
    make_contact(connection.workspace, email=one.email)
    asked_by_run = make_customer(connection, email=one.email)
    asked_by_news = make_customer(connection, email=one.email)
    run = Run.objects.create(
        connection=connection,
        kind=RunKind.IMPORT,
        state=RunState.DONE,
        began_at=NOW,
        ended_at=NOW,
    )
    pairing = pairings["quickbooks.contacts"]
    for row, by in ((asked_by_run, run), (asked_by_news, None)):
        incoming.apply_rows(
            connection, pairing, settings, [row], historical=True, run=by, now=NOW
        )
    assert Review.objects.filter(answered_at=None).count() == 2

    undone(run, ada)

    assert Review.objects.get().remote_id == asked_by_news.remote_id


def test_undo_goes_on_page_by_page(
    connection: Connection, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    contacts = [linked(connection, fax=f"555-02{n:02}")[0] for n in range(5)]
    run = confirmed(connection, fax_for_phone(settings), ada)
    monkeypatch.setattr(undo, "PAGE", 2)
    monkeypatch.setattr(tasks, "SPELL_SECONDS", 0.0)
    back = undo.begin(run, by=ada, now=NOW)
    tasks.run_imports(NOW)
    assert run.changes.filter(undone="undone").count() == 2
    assert plan.progress(back, NOW).rows == 2
    carried_out(back)
    assert {c.phone for c in Contact.objects.all()} == {"555-0100"}
    assert len(contacts) == back.counts["undone"] == 5


def test_a_former_value_that_is_refused_is_said_and_stops_no_others(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    contact, _held = linked(connection, fax="555-0111")
    other, _held = linked(connection, fax="555-0112")
    run = confirmed(connection, fax_for_phone(settings), ada)
    change = run.changes.get(record_id=contact.pk)
    change.before = {"phone": "x" * 500}
    change.save()
    back = undone(run, ada)
    assert (back.counts["undone"], back.counts["cannot"]) == (1, 1)
    other.refresh_from_db()
    assert other.phone == "555-0100"


def test_a_record_that_changed_twice_gets_its_oldest_value_back(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    contact, _held = linked(connection, fax="555-0111")
    run = confirmed(connection, fax_for_phone(settings), ada)
    edit(contact, ada, phone="555-0222")
    RunChange.objects.create(
        run=run,
        side="here",
        object_type="contact",
        record_id=contact.pk,
        before={"phone": "555-0111"},
        after={"phone": "555-0222"},
    )
    undone(run, ada)
    contact.refresh_from_db()
    assert contact.phone == "555-0100"


def test_the_history_says_who_undid_it(connection: Connection, ada: User) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    contact, _held = linked(connection, fax="555-0111")
    run = confirmed(connection, fax_for_phone(settings), ada)
    undone(run, ada)
    last = PropertyChange.objects.filter(record_id=contact.pk).order_by("pk").last()
    assert last is not None
    assert (last.new, last.actor_label) == ("555-0100", ada.name)
