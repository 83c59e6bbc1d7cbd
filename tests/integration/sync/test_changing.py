"""A change of settings is carried out page by page, and stops when it is far more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import (
    NOW,
    make_contact,
    troubles,
)
from factories.remote import make_customer, turned_on
from support.changes import carried_out, confirmed, fax_for_phone, linked, switched_on

from counterfoil.connections.models import Connection, Link
from counterfoil.core.errors import Invalid
from counterfoil.crm.models import Contact, TimelineEntry
from counterfoil.sync import tasks
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import Taking
from counterfoil.sync.models import (
    Conflict,
    Outgoing,
    Review,
    Run,
    RunKind,
    RunState,
)
from counterfoil.sync.previews import counting, proposing
from counterfoil.sync.runs import changing, plan
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import User

pytestmark = pytest.mark.django_db


def test_turning_it_on_makes_what_the_preview_promised(
    connection: Connection, ada: User
) -> None:
    make_customer(connection, display_name="Amy Bird")
    here_only = make_contact(connection.workspace)
    settings = replace(choices.defaults(connection, "contacts"), enabled=True)

    run = confirmed(connection, settings, ada)

    assert (run.state, run.kind, run.name) == (RunState.DONE, "settings", "contacts")
    assert run.started_by == ada
    made = Contact.objects.exclude(pk=here_only.pk).get()
    assert Link.objects.get(record_id=made.pk).run_id == run.pk
    sent = Outgoing.objects.get()
    assert (sent.record_id, sent.run_id) == (here_only.pk, run.pk)
    parts = {part.stream: part for part in run.streams.order_by("position")}
    assert list(parts) == ["in:contacts", "out:contacts"]
    assert (parts["in:contacts"].rows, parts["in:contacts"].created) == (1, 1)
    assert (parts["out:contacts"].rows, parts["out:contacts"].changed) == (2, 1)


def test_it_builds_history_and_tells_nobody(connection: Connection, ada: User) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    contact, _held = linked(connection, fax="555-0111")
    run = confirmed(connection, fax_for_phone(settings), ada)
    told = TimelineEntry.objects.filter(record_id=contact.pk, kind="changed")
    assert not told.exists()
    [change] = run.changes.all()
    assert change.before == {"phone": "555-0100"}
    assert change.after == {"phone": "555-0111"}


def test_only_the_sides_that_take_part_are_walked(
    connection: Connection, ada: User
) -> None:
    inward = switched_on(connection, ada)
    assert [part.stream for part in inward.streams.all()] == ["in:contacts"]
    settings = replace(choices.of(connection, "contacts"), direction=Direction.OUT)
    outward = confirmed(connection, settings, ada)
    assert [part.stream for part in outward.streams.all()] == ["out:contacts"]


def test_far_more_than_was_promised_waits_for_another_yes(
    connection: Connection, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "MOST_RECORDS", 3)
    monkeypatch.setattr(changing, "PAGE", 2)
    make_customer(connection)
    settings = replace(
        choices.defaults(connection, "contacts"), enabled=True, direction=Direction.IN
    )
    proposal = proposing.propose(connection, "contacts", settings, by=ada, now=NOW)
    counting.count(proposal, now=NOW)
    for _ in range(6):
        make_customer(connection)
    run = proposing.confirm(proposal, yes=True, by=ada, now=NOW)
    assert run is not None

    carried_out(run)

    assert run.state == RunState.HELD
    assert "The preview said that 1 would be changed" in run.held_reason
    assert Contact.objects.count() == 2  # the page that was too much left nothing

    plan.confirm(run, ada, NOW)
    carried_out(run)
    assert run.state == RunState.DONE
    assert Contact.objects.count() == 7


def test_it_goes_on_where_it_was_stopped(
    connection: Connection, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "PAGE", 1)
    monkeypatch.setattr(tasks, "SPELL_SECONDS", 0.0)
    for _ in range(3):
        make_customer(connection)
    settings = replace(
        choices.defaults(connection, "contacts"), enabled=True, direction=Direction.IN
    )
    proposal = proposing.propose(connection, "contacts", settings, by=ada, now=NOW)
    counting.count(proposal, now=NOW)
    run = proposing.confirm(proposal, yes=True, by=ada, now=NOW)
    assert run is not None
    tasks.run_imports(NOW)
    plan.stop(run, ada, NOW)
    assert tasks.run_imports(NOW) == 0
    assert Contact.objects.count() == 1
    plan.resume(run, ada, NOW)
    carried_out(run)
    assert Contact.objects.count() == 3
    assert Link.objects.filter(run_id=run.pk).count() == 3


def test_a_second_change_waits_until_the_first_has_ended(
    connection: Connection, ada: User
) -> None:
    turned_on(connection, "contacts")
    Run.objects.create(
        connection=connection, kind=RunKind.SETTINGS, name="contacts", began_at=NOW
    )
    settings = replace(choices.of(connection, "contacts"), incoming=Taking.UPDATE)
    proposal = proposing.propose(connection, "contacts", settings, by=ada, now=NOW)
    counting.count(proposal, now=NOW)
    with pytest.raises(Invalid, match="still being carried out"):
        proposing.confirm(proposal, yes=True, by=ada, now=NOW)
    assert choices.of(connection, "contacts").incoming is Taking.CREATE_UPDATE


def test_turning_it_off_takes_its_questions_away(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts")
    contact, _held = linked(connection)
    link = Link.objects.get(record_id=contact.pk)
    troubles.make_conflict(link, local_field="phone", remote_field="phone")
    Review.objects.create(
        connection=connection,
        name="contacts",
        side="in",
        stream="customers",
        remote_id="7",
        object_type="contact",
        opened_at=NOW,
    )
    off = replace(settings, enabled=False)
    proposal = proposing.propose(connection, "contacts", off, by=ada, now=NOW)
    proposing.confirm(proposal, yes=False, by=ada, now=NOW)
    assert not Conflict.objects.exists()
    assert not Review.objects.exists()
    assert Link.objects.filter(pk=link.pk).exists()


def test_fields_that_are_mapped_crosswise_meet_anew(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    contact, _held = linked(
        connection, given_name="Flora", family_name="Woods", phone="555-0100"
    )
    crosswise = tuple(
        replace(rule, remote=CROSSED.get(rule.remote, rule.remote))
        for rule in settings.rules
    )
    wanted = replace(settings, rules=crosswise)
    proposal = proposing.propose(connection, "contacts", wanted, by=ada, now=NOW)
    counting.count(proposal, now=NOW)
    assert proposal.counts["here"] == {"update": 1}
    bases = Link.objects.get().base_remote
    assert bases["given_name"] == "Flora"  # nothing has been written

    run = proposing.confirm(proposal, yes=True, by=ada, now=NOW)
    assert run is not None
    carried_out(run)

    contact.refresh_from_db()
    assert (contact.first_name, contact.last_name) == ("Woods", "Flora")


CROSSED = {"given_name": "family_name", "family_name": "given_name"}


def test_links_and_questions_are_no_surprise(
    connection: Connection, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "MOST_RECORDS", 2)
    for _ in range(4):
        contact = make_contact(connection.workspace)
        make_customer(
            connection,
            given_name=contact.first_name,
            family_name=contact.last_name,
            email=contact.email,
        )
    doubtful = make_contact(connection.workspace)
    for _ in range(2):
        make_customer(connection, email=doubtful.email)
    settings = replace(
        choices.defaults(connection, "contacts"), enabled=True, direction=Direction.OUT
    )
    run = confirmed(connection, settings, ada)
    assert run.state == RunState.DONE
    assert run.streams.get().changed == 0
    assert Outgoing.objects.filter(run_id=run.pk).count() == 5
