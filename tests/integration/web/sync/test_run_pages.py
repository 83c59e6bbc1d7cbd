from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from factories.people import make_access, make_connection, make_workspace
from factories.records import make_contact
from factories.remote import make_customer, make_link
from factories.runs import make_run
from support.clients import client_of

from counterfoil.connections.models import Link
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.posting import post
from counterfoil.posting.state import State
from counterfoil.sync.models import (
    Issue,
    ObjectSetting,
    Outgoing,
    Run,
    RunChange,
    RunKind,
    RunState,
    StreamRun,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def running(connection, **values) -> Run:
    return make_run(connection, state=RunState.RUNNING, ended_at=None, **values)


def test_without_a_run_the_list_says_what_will_be_there(ada, base):
    page = ada.get(f"{base}runs/").text
    assert "No runs yet" in page
    assert f'href="{base}import/"' in page


def test_runs_are_listed_newest_first_a_page_at_a_time(ada, base, connection):
    made = [make_run(connection, kind=RunKind.COMPARISON).pk for _ in range(30)]
    first = ada.get(f"{base}runs/").text
    listed = [int(pk) for pk in re.findall(r"/runs/(\d+)/", first)]
    assert listed == made[:4:-1]
    older = re.search(r"runs/\?before=\d+", first)[0]
    second = ada.get(base + older).text
    assert [int(pk) for pk in re.findall(r"/runs/(\d+)/", second)] == made[4::-1]
    assert "Newest" in second
    assert ada.get(f"{base}runs/?before=nonsense").status_code == 200


def test_an_import_is_begun_with_what_was_chosen(ada, access, base, connection):
    refused = ada.post(f"{base}import/", {"take": "since", "since": ""})
    assert refused.status_code == 422
    assert 'href="#c-since"' in refused.text
    assert 'value="since" checked' in refused.text
    assert ada.post(f"{base}import/", {"take": "half"}).status_code == 422
    assert not Run.objects.exists()
    sent = {"take": "since", "since": "2025-01-31"}
    answer = ada.post(f"{base}import/", sent)
    run = Run.objects.get()
    assert answer["Location"] == f"{base}runs/{run.pk}/"
    assert run.scope == sent
    assert run.started_by == access.user
    page = ada.get(answer["Location"]).text
    assert "Import since Jan 31, 2025" in page
    assert "An import is going on." in ada.get(f"{base}import/").text


def test_a_running_run_asks_again_and_shows_speed_and_time_left(ada, base, connection):
    run = running(connection, parts=0, began_at=datetime.now(UTC))
    at = int(datetime.now(UTC).timestamp()) // 10 * 10
    StreamRun.objects.create(
        run=run,
        stream="customers",
        position=0,
        rows=5000,
        expected=20000,
        began_at=run.began_at,
        pace=[[at, 5000]],
    )
    where = f"{base}runs/{run.pk}/"
    page = ada.get(where).text
    assert 'hx-trigger="every 2s"' in page
    assert "5,000 of 20,000" in page
    assert " a second" in page
    fragment = ada.get(where, HTTP_HX_REQUEST="true").text
    assert fragment.lstrip().startswith('<div id="figures"')
    assert "HX-Refresh" not in ada.get(where).headers
    run.state, run.ended_at = RunState.DONE, datetime.now(UTC)
    run.save()
    last = ada.get(where, HTTP_HX_REQUEST="true")
    assert "hx-trigger" not in last.text
    assert last["HX-Refresh"] == "true"


def test_what_a_run_has_not_sent_yet_is_told_and_it_is_not_done(
    ada, base, access, connection
):
    run = make_run(connection, kind=RunKind.SETTINGS, name="contacts")
    for_a_yes, *on_their_way = [
        Outgoing.objects.create(
            connection=connection,
            name="contacts",
            object_type="contact",
            record_id=pk,
            next_at=NOW,
            since=NOW,
            run_id=run.pk,
            held=pk == 1,
        )
        for pk in range(1, 4)
    ]
    intent = post.submit(
        workspace=access.workspace,
        connection=connection,
        kind="customer",
        document={"name": "Ada King", "run": run.pk},
        business_key=["sync", "contact", "4"],
        record=Ref("contact", 4),
        actor=Actor.system(),
        now=NOW,
    )
    where = f"{base}runs/{run.pk}/"
    page = ada.get(where).text
    assert "3 writes are still on their way to QuickBooks." in page
    assert "1 waits to be written to QuickBooks." in page
    assert 'hx-trigger="every 2s"' in page
    for shown in (page, ada.get(f"{base}runs/").text):
        assert "Still sending" in shown
        assert ">Done<" not in shown.partition("Parts")[0]
    for each in on_their_way:
        each.delete()
    intent.state = State.REJECTED
    intent.save()
    last = ada.get(where, HTTP_HX_REQUEST="true")
    assert last["HX-Refresh"] == "true"
    assert "on their way" not in last.text
    assert "Done" in last.text
    assert for_a_yes.held


def test_a_run_is_stopped_and_goes_on(ada, base, connection):
    run = running(connection)
    where = f"{base}runs/{run.pk}/"
    assert "Stopped." in ada.post(f"{where}stop/", follow=True).text
    run.refresh_from_db()
    assert run.state == RunState.STOPPED
    page = ada.get(where).text
    assert "Go on</button>" in page
    assert "Running" not in page
    ada.post(f"{where}resume/")
    run.refresh_from_db()
    assert run.state == RunState.RUNNING


def test_a_run_that_has_ended_does_not_go_on(ada, base, connection):
    run = make_run(connection)
    said = ada.post(f"{base}runs/{run.pk}/resume/", follow=True).text
    assert "This has ended already." in said
    run.refresh_from_db()
    assert run.state == RunState.DONE


def test_a_held_run_says_why_and_goes_on_with_a_yes(ada, bo, access, base, connection):
    run = make_run(
        connection,
        state=RunState.HELD,
        ended_at=None,
        held_reason="It would change 20,000 contacts.",
    )
    where = f"{base}runs/{run.pk}/"
    page = ada.get(where).text
    assert "It would change 20,000 contacts." in page
    assert "Yes, go on" in page
    assert "Yes, go on" not in bo.get(where).text
    assert bo.post(f"{where}confirm/").status_code == 403
    ada.post(f"{where}confirm/")
    run.refresh_from_db()
    assert (run.state, run.confirmed_by) == (RunState.RUNNING, access.user)


def test_a_run_tells_old_and_new_values_page_by_page(ada, access, base, connection):
    run = make_run(connection, kind=RunKind.SETTINGS, name="contacts")
    contact = make_contact(access.workspace, first_name="Jun-seo", last_name="박준서")
    RunChange.objects.bulk_create(
        RunChange(
            run=run,
            side="here",
            object_type="contact",
            record_id=contact.pk,
            before={"email": f"old{number}@park.example"},
            after={"email": None},
        )
        for number in range(30)
    )
    where = f"{base}runs/{run.pk}/"
    page = ada.get(where).text
    assert "Jun-seo 박준서" in page
    assert "<dt>E-mail</dt>" in page
    assert "<del>old0@park.example</del>" in page
    assert "old29@park.example" not in page
    more = re.search(r'href="([^"]*after=\d+)#changes"', page)[1].replace("&amp;", "&")
    assert "old29@park.example" in ada.get(more).text


def test_a_run_lists_what_it_created_here(ada, access, base, connection):
    run = make_run(connection)
    contact = make_contact(access.workspace, first_name="Nia", last_name="Okafor")
    Link.objects.create(
        connection=connection,
        stream="customers",
        remote_id="58",
        object_type="contact",
        record_id=contact.pk,
        created_at=NOW,
        run_id=run.pk,
        reason="created",
    )
    met = make_contact(access.workspace, first_name="Already", last_name="Here")
    Link.objects.create(
        connection=connection,
        stream="customers",
        remote_id="59",
        object_type="contact",
        record_id=met.pk,
        created_at=NOW,
        run_id=run.pk,
        reason="email",
    )
    page = ada.get(f"{base}runs/{run.pk}/?show=created").text
    assert "Already Here" not in page
    assert f'href="/w/{connection.workspace_id}/contacts/{contact.pk}/"' in page
    assert "Nia Okafor" in page


def test_failures_are_grouped_by_their_cause(ada, base, connection):
    run = make_run(connection)
    for number in range(3):
        Issue.objects.create(
            connection=connection,
            subject=f"out:contact:{number}",
            category="name_taken",
            sentence="The name is used by a vendor.",
            first_at=NOW,
            last_at=NOW,
            run_id=run.pk,
        )
    failed = ada.get(f"{base}runs/{run.pk}/").text.partition("What failed")[2]
    assert "The name is already used" in failed
    assert '<b class="num">3</b>' in failed


def test_what_was_refused_there_counts_as_failed_and_not_as_created(
    ada, base, connection
):
    run = make_run(connection, kind=RunKind.SETTINGS, name="contacts", parts=0)
    StreamRun.objects.create(
        run=run,
        stream="out:contacts",
        position=0,
        rows=25,
        changed=13,
        created=11,
        ended_at=NOW,
    )
    for number, remote_id in enumerate(["", "", "58"]):
        Issue.objects.create(
            connection=connection,
            subject=f"out:contact:{number}",
            remote_id=remote_id,
            category="name_taken",
            first_at=NOW,
            last_at=NOW,
            run_id=run.pk,
        )
    for where in (base + "runs/", f"{base}runs/{run.pk}/"):
        pattern = r'data-label="(New or changed|Created|Failed)">(?:<b[^>]*>)?(\d+)<'
        shown = re.findall(pattern, ada.get(where).text)
        assert shown == [("New or changed", "10"), ("Created", "9"), ("Failed", "3")]
    figures = ada.get(f"{base}runs/{run.pk}/").text
    assert '<dt>Failed</dt><dd class="bad-text">3</dd>' in figures


def test_an_undo_says_first_what_it_cannot_bring_back(ada, access, base, connection):
    run = make_run(connection, kind=RunKind.SETTINGS, name="contacts")
    RunChange.objects.create(
        run=run, side="there", created=True, stream="customers", remote_id="58"
    )
    where = f"{base}runs/{run.pk}/"
    assert f'href="{where}undo/"' in ada.get(where).text
    page = ada.get(f"{where}undo/").text
    assert "cannot be deleted there" in page
    assert Run.objects.count() == 1
    answer = ada.post(f"{where}undo/")
    undoing = Run.objects.get(undoes=run)
    assert answer["Location"] == f"{base}runs/{undoing.pk}/"
    assert undoing.started_by == access.user
    assert "This was undone." in ada.get(where).text
    shown = ada.get(answer["Location"]).text
    assert "This undoes an earlier run." in shown
    assert "<dt>Failed</dt>" not in shown
    assert "Created in QuickBooks" in shown
    again = ada.post(f"{where}undo/", follow=True).text
    assert "undone already" in again
    assert Run.objects.count() == 2


def test_an_undone_import_says_what_is_left_alone_and_leads_to_another(
    ada, bo, base, connection
):
    run = make_run(connection, kind=RunKind.IMPORT, state=RunState.UNDONE)
    back = make_run(connection, kind=RunKind.UNDO, undoes=run)
    for state in ("ignored", "ignored", "ok"):
        contact = make_contact(connection.workspace)
        held = make_customer(connection)
        make_link(connection, contact, held, "contacts", state=state, run_id=run.pk)
    for each in (run, back):
        page = ada.get(f"{base}runs/{each.pk}/").text
        assert "2 that it had linked are left alone since." in page
        assert f'class="btn small" href="{base}import/"' in page
    looked = bo.get(f"{base}runs/{run.pk}/").text
    assert "left alone since" in looked
    assert f'href="{base}import/"' not in looked


def test_an_undo_says_whether_the_settings_come_back(ada, base, connection):
    run = make_run(connection, kind=RunKind.SETTINGS, name="contacts")
    setting = ObjectSetting.objects.create(
        connection=connection, name="contacts", changed_at=NOW
    )
    run.scope = {"former": {}, "version": setting.version}
    run.save()
    back, stay = "settings become what they were", "settings have been changed again"
    page = ada.get(f"{base}runs/{run.pk}/undo/").text
    assert (back in page, stay in page) == (True, False)
    setting.version += 1
    setting.save()
    page = ada.get(f"{base}runs/{run.pk}/undo/").text
    assert (back in page, stay in page) == (False, True)


def test_a_run_that_is_going_on_is_not_undone(ada, base, connection):
    run = running(connection)
    assert "Stop it first" in ada.get(f"{base}runs/{run.pk}/undo/").text
    ada.post(f"{base}runs/{run.pk}/undo/")
    assert Run.objects.count() == 1


def hold(connection, record_ids) -> None:
    Outgoing.objects.bulk_create(
        Outgoing(
            connection=connection,
            name="contacts",
            object_type="contact",
            record_id=pk,
            next_at=NOW,
            since=NOW,
            held=True,
        )
        for pk in record_ids
    )


@pytest.mark.parametrize(("do", "left"), [("release", 30), ("discard", 0)])
def test_what_waits_for_a_yes_is_looked_at_and_answered(
    ada, bo, access, base, connection, do, left
):
    made = [make_contact(access.workspace, last_name=f"C{n}").pk for n in range(30)]
    hold(connection, made)
    where = f"{base}objects/contacts/held/"
    assert "30 for a yes" in ada.get(base).text
    page = ada.get(where).text
    assert "Yes, write all 30 to QuickBooks" in page
    assert page.count('<li class="change">') == 25
    assert bo.get(where).status_code == 200
    assert bo.post(where, {"do": do}).status_code == 403
    ada.post(where, {"do": "perhaps"})
    assert Outgoing.objects.filter(held=True).count() == 30
    ada.post(where, {"do": do})
    assert Outgoing.objects.filter(held=True).count() == 0
    assert Outgoing.objects.filter(released=True).count() == left
    assert "Nothing waits for a yes" in ada.get(where).text


def test_a_run_is_found_only_at_its_own_connection(ada, access, base, connection):
    other = make_run(make_connection(access.workspace))
    assert ada.get(f"{base}runs/{other.pk}/").status_code == 404
    assert ada.get(f"{base}runs/{other.pk}/undo/").status_code == 404
    mine = running(connection)
    cy = client_of(make_access(make_workspace("Elsewhere")).user)
    assert cy.get(f"{base}runs/{mine.pk}/").status_code == 404
    assert cy.post(f"{base}runs/{mine.pk}/stop/").status_code == 404
    mine.refresh_from_db()
    assert mine.state == RunState.RUNNING
