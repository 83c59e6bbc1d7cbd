"""Documents and the books: what differs is shown and settled, none of it a stranger's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from factories import NOW
from factories.people import make_connection, make_user, make_workspace
from factories.records import make_invoice, make_record
from pytest_django.fixtures import Settings
from support.clients import client_of

from counterfoil.connections.models import Connection
from counterfoil.crm.models import Invoice
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.posting import mark, post, recovery
from counterfoil.posting.mark import Mark
from counterfoil.posting.models import Finding, Gate, Installation, Intent, Problem
from counterfoil.posting.state import State
from counterfoil.workspaces.models import Role, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(workspace: Workspace) -> Connection:
    return make_connection(workspace, name="Harbour books")


@pytest.fixture
def ada(workspace: Workspace) -> Client:
    return client_of(make_user("Ada", workspace=workspace, role=Role.ACCOUNTING))


@pytest.fixture
def cy() -> Client:
    return client_of(make_user("Cy", workspace=make_workspace("Cy's")))


@pytest.fixture
def page(workspace: Workspace, connection: Connection) -> str:
    return f"/w/{workspace.pk}/settings/integrations/quickbooks/{connection.pk}/books/"


def asked(connection: Connection, state: State, **columns: object) -> Intent:
    """An intent for an invoice that has come to a state."""
    invoice = make_invoice(
        connection.workspace,
        connection=connection.pk,
        number="",
        posting_state="rejected" if state == State.REJECTED else "attention",
        posting_message="The due date is missing.",
    )
    intent = post.submit(
        workspace=connection.workspace,
        connection=connection,
        kind="invoice",
        document={"customer_id": "58", "number": "A-7", "lines": []},
        business_key=[str(invoice.pk)],
        record=Ref.of(invoice),
        actor=Actor.system(),
        now=NOW,
    )
    Intent.objects.filter(pk=intent.pk).update(
        state=state, message="The due date is missing.", next_at=None, **columns
    )
    intent.refresh_from_db()
    return intent


def found(connection: Connection, problem: Problem, number: str) -> Finding:
    return Finding.objects.create(
        connection=connection,
        problem=problem,
        kind="sales_receipt",
        marker=f"cf-{number}",
        remote_id=number,
        number=f"S-{number}",
        found_at=NOW,
    )


def test_what_differs_is_shown_by_day_and_kind_with_the_last_comparison(
    ada: Client, page: str, connection: Connection
) -> None:
    day = {"count": "1", "total": "20.00"}
    Gate.objects.create(
        connection=connection,
        compared_at=NOW,
        swept_until=NOW,
        open_until=NOW + timedelta(days=3650),
        comparison={
            "since": NOW.isoformat(),
            "difference": "1220.50",
            "changed": 2,
            "days": [
                {
                    "day": "2026-03-02",
                    "kind": "credit_memo",
                    "ours": day,
                    "theirs": {"count": "2", "total": "1240.50"},
                }
            ],
        },
    )
    text = ada.get(page).text
    for said in ("1,220.50", "They differ", "Credit memo", "2 · 1,240.50"):
        assert said in text
    assert "Sending pauses." in text
    Gate.objects.update(comparison={"difference": "0.00", "days": []})
    text = ada.get(page).text
    assert "0.00" in text
    assert "They agree" in text


@pytest.mark.parametrize("problem", Problem)
def test_what_was_found_is_settled_by_whoever_may_and_not_shown_again(
    ada: Client, page: str, connection: Connection, problem: Problem
) -> None:
    held, other = found(connection, problem, "71"), found(connection, problem, "72")
    assert "Sales receipt S-71" in ada.get(page).text
    ada.post(f"{page}findings/{held.pk}/")
    text = ada.get(page).text
    assert "Sales receipt S-71" not in text
    assert "Sales receipt S-72" in text
    other.refresh_from_db()
    assert other.resolved_at is None


def test_who_may_not_resolve_looks_but_settles_nothing(
    page: str, connection: Connection, workspace: Workspace
) -> None:
    held = found(connection, Problem.ORPHAN, "71")
    bo = client_of(make_user("Bo", workspace=workspace, role=Role.SALES))
    text = bo.get(page).text
    assert "Sales receipt S-71" in text
    assert "findings/" not in text
    assert bo.post(f"{page}findings/{held.pk}/").status_code == 403
    held.refresh_from_db()
    assert held.resolved_at is None


def test_a_stranger_sees_and_settles_nothing(
    cy: Client, page: str, connection: Connection
) -> None:
    held, intent = (
        found(connection, Problem.ORPHAN, "71"),
        asked(connection, State.REJECTED),
    )
    assert cy.get(page).status_code == 404
    assert cy.post(f"{page}findings/{held.pk}/").status_code == 404
    sent = {"answer": "cancel"}
    assert cy.post(f"{page}documents/{intent.pk}/", sent).status_code == 404
    held.refresh_from_db()
    intent.refresh_from_db()
    assert (held.resolved_at, intent.state) == (None, State.REJECTED)


def test_another_workspaces_document_is_not_decided_upon_from_here(
    ada: Client, page: str
) -> None:
    theirs = asked(make_connection(make_workspace("Theirs")), State.REJECTED)
    ada_sends = {"answer": "cancel"}
    assert ada.post(f"{page}documents/{theirs.pk}/", ada_sends).status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == State.REJECTED


def test_a_refused_document_is_tried_again(
    ada: Client, page: str, connection: Connection
) -> None:
    intent = asked(connection, State.REJECTED)
    assert "The due date is missing." in ada.get(page).text
    ada.post(f"{page}documents/{intent.pk}/", {"answer": "retry"})
    intent.refresh_from_db()
    invoice = Invoice.objects.get(pk=intent.record_id)
    assert (intent.state, invoice.posting_state) == (State.INTENDED, "pending")
    assert invoice.posting_message == ""


def test_a_document_in_doubt_is_created_again_only_with_a_reason(
    ada: Client, page: str, connection: Connection
) -> None:
    intent = asked(connection, State.ESCALATED, last_byte_at=NOW, first_byte_at=NOW)
    where = f"{page}documents/{intent.pk}/"
    refused = ada.post(where, {"answer": "again", "reason": " "}, follow=True)
    assert "Say why it is to be created again." in refused.text
    intent.refresh_from_db()
    assert intent.state == State.ESCALATED
    ada.post(where, {"answer": "again", "reason": "It is not in the books."})
    intent.refresh_from_db()
    assert (intent.state, intent.generation) == (State.INTENDED, 1)
    assert "It is not in the books." in intent.message


def test_a_document_in_doubt_is_given_up_with_its_record(
    ada: Client, page: str, connection: Connection
) -> None:
    intent = asked(connection, State.ESCALATED, last_byte_at=NOW, first_byte_at=NOW)
    ada.post(f"{page}documents/{intent.pk}/", {"answer": "cancel"})
    intent.refresh_from_db()
    invoice = Invoice.objects.get(pk=intent.record_id)
    assert (intent.state, invoice.posting_state) == (State.CANCELLED, "cancelled")
    assert "Cancelled by Ada" in invoice.posting_message


def test_documents_of_every_kind_wait_under_needs_attention(
    ada: Client, workspace: Workspace, connection: Connection
) -> None:
    intent = asked(connection, State.REJECTED)
    make_record(
        workspace,
        "estimate",
        number="E-5",
        currency="USD",
        connection=connection.pk,
        posting_state="attention",
        posting_message="It differs.",
    )
    text = ada.get(f"/w/{workspace.pk}/attention/").text
    assert "Estimate E-5" in text
    assert "It differs." in text
    assert f"documents/{intent.pk}/" in text


def test_after_a_restore_an_accountant_lets_it_go_on_once_the_books_are_read(
    ada: Client, workspace: Workspace, connection: Connection, restored: Path
) -> None:
    path = f"/w/{workspace.pk}/attention/"
    text = ada.get(path).text
    assert "the database was restored from a backup" in text
    go_on = f"/w/{workspace.pk}/settings/integrations/quickbooks/go-on/"
    early = ada.post(go_on)
    assert early.status_code == 422
    assert "have not been read yet" in early.text
    assert recovery.held().count() == 1

    recovery.recovered(Gate.objects.get(pk=connection.pk), NOW)
    assert "Go on sending" in ada.get(go_on).text
    assert recovery.held().count() == 1
    ada.post(go_on)
    assert recovery.held().count() == 0
    assert "restored from a backup" not in ada.get(path).text


@pytest.fixture
def restored(connection: Connection, tmp_path: Path, settings: Settings) -> Path:
    """The mark says that more was sent than the database knows of."""
    path = tmp_path / "posting.json"
    settings.POSTING_MARK_FILE = str(path)
    recovery.fitness(NOW)
    own = Installation.objects.get()
    mark.keep(path, Mark(own.number, own.sent + 2, NOW))
    recovery.fitness(NOW)
    return path


def test_nobody_lets_another_workspace_go_on(
    ada: Client,
    cy: Client,
    workspace: Workspace,
    connection: Connection,
    restored: Path,
) -> None:
    recovery.recovered(Gate.objects.get(pk=connection.pk), NOW)
    go_on = f"/w/{workspace.pk}/settings/integrations/quickbooks/go-on/"
    assert cy.post(go_on).status_code == 404
    bo = client_of(make_user("Bo", workspace=workspace, role=Role.ADMIN))
    assert bo.post(go_on).status_code == 403
    theirs = make_workspace("Theirs")
    mo = client_of(make_user("Mo", workspace=theirs))
    mo.post(f"/w/{theirs.pk}/settings/integrations/quickbooks/go-on/")
    assert recovery.held().count() == 1


def test_a_finding_is_settled_within_the_page(
    ada: Client, page: str, connection: Connection
) -> None:
    intent, held = (
        asked(connection, State.REJECTED),
        found(connection, Problem.ORPHAN, "71"),
    )
    answer = ada.post(f"{page}findings/{held.pk}/", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "Sales receipt S-71" not in answer.text
    assert f"documents/{intent.pk}/" in answer.text
