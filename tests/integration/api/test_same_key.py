"""A key is one request: sent again it makes nothing new, and no other one passes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection as database
from factories import make_access, make_workspace
from integration.api.program import Program, asked
from integration.invoicing.books import american_books, give_lines, oven_deal

from counterfoil.connections.models import Connection
from counterfoil.crm.models import Estimate, Invoice
from counterfoil.posting.models import Intent
from counterfoil.workspaces.access import Access

pytestmark = pytest.mark.django_db


def refused(answer: Any) -> bool:
    """Whether it was refused for its key alone."""
    errors = {each["in"]: each["message"] for each in answer.json().get("errors", [])}
    said = "This key was used for another request. Send a key of its own."
    return answer.status_code == 422 and errors == {"Idempotency-Key": said}


def test_a_request_that_is_sent_again_answers_with_its_document(access, deal):
    program = Program(access)
    first = program.post("", asked(deal))
    again = program.post("", dict(reversed(asked(deal).items())))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]


def test_another_program_of_the_workspace_meets_the_same_document(access, deal):
    made = Program(access).post("", asked(deal)).json()
    answer = Program(access).post("", asked(deal))
    assert (answer.status_code, answer.json()["id"]) == (200, made["id"])


def test_a_key_that_was_used_for_another_deal_is_refused(access, deal):
    program = Program(access)
    program.post("", asked(deal))
    assert refused(program.post("", asked(oven_deal(access.workspace))))
    assert Invoice.objects.count() == 1
    assert program.post("", asked(deal)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"settings": {"issued_on": "2026-03-05"}},
        {"settings": {"issued_on": "2026-03-04", "message": "Thank you"}},
        {"settings": {}},
        {"kind": "estimate"},
        {"kind": "bill"},
    ],
)
def test_a_key_that_was_used_for_other_content_is_refused(access, deal, change):
    program = Program(access)
    program.post("", asked(deal))
    assert refused(program.post("", {**asked(deal), **change}))
    assert (Invoice.objects.count(), Estimate.objects.count()) == (1, 0)
    assert Intent.objects.count() == 1


def test_a_key_that_was_used_for_another_company_is_refused(access, deal):
    program = Program(access)
    [first] = Connection.objects.all()
    program.post("", {**asked(deal), "connection": first.pk})
    other = american_books(access.workspace)
    assert refused(program.post("", {**asked(deal), "connection": other.pk}))
    assert Intent.objects.count() == 1


def test_what_was_refused_may_be_put_right_under_its_key(access, deal):
    program = Program(access)
    give_lines(deal, [{"name": "Flux capacitor", "unit_price": 1}])
    assert program.post("", asked(deal)).status_code == 422
    body = asked(deal, creates_products=True, income_account_id="79")
    assert program.post("", body).status_code == 201
    assert refused(program.post("", asked(deal)))


def test_a_repeated_request_is_answered_although_its_company_is_gone(access, deal):
    program = Program(access)
    made = program.post("", asked(deal)).json()
    Connection.objects.update(state="disconnected")
    answer = program.post("", asked(deal))
    assert (answer.status_code, answer.json()["id"]) == (200, made["id"])


def test_keys_of_two_workspaces_have_nothing_to_do_with_each_other(access, deal):
    Program(access).post("", asked(deal))
    stranger = make_access(make_workspace(), name="Cy")
    american_books(stranger.workspace)
    theirs = oven_deal(stranger.workspace)
    assert Program(stranger).post("", asked(theirs)).status_code == 201
    assert Program(stranger).post("", asked(deal)).status_code == 422


def at_once(access: Access, bodies: Sequence[dict[str, Any]]) -> list[Any]:
    """The answers to requests under one key that arrive at the same moment."""
    together = Barrier(len(bodies))

    def send(body: dict[str, Any]) -> Any:
        program = Program(access)
        together.wait(timeout=30)
        try:
            return program.post("", body)
        finally:
            database.close()

    with ThreadPoolExecutor(len(bodies)) as hands:
        found = list(hands.map(send, bodies))
    return sorted(found, key=lambda answer: answer.status_code)


@pytest.fixture
def ada(transactional_db: None) -> Access:
    access = make_access(make_workspace())
    american_books(access.workspace)
    return access


@pytest.mark.django_db(transaction=True)
def test_of_two_first_calls_at_the_same_moment_one_creates(ada: Access) -> None:
    deal = oven_deal(ada.workspace)
    again, first = at_once(ada, [asked(deal), asked(deal)])
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert Intent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_under_one_key_at_the_same_moment_one_is_refused(
    ada: Access,
) -> None:
    deal = oven_deal(ada.workspace)
    first, other = at_once(ada, [asked(deal), asked(deal, message="Thank you")])
    assert first.status_code == 201
    assert refused(other)
    assert Intent.objects.count() == 1
