"""Addresses that lead nowhere and methods that are not theirs, told to programs."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver
from factories import make_access, make_invoice, make_workspace
from integration.api.program import Program

from counterfoil.workspaces.access import Access

pytestmark = pytest.mark.django_db
UNKNOWN = [
    "",
    "invoices/",
    "documents/invoice/first/",
    "documents/invoice/1/print/",
    "documents/invoice/1/print",
]
WRONG = [
    ("get", "documents/", "POST"),
    ("put", "documents/", "POST"),
    ("delete", "documents/invoice/1/", "GET"),
    ("get", "documents/invoice/1/send/", "POST"),
    ("patch", "documents/invoice/1/void/", "POST"),
    ("get", "documents/deal/1/delete/", "POST"),
    ("head", "documents/", "POST"),
    ("head", "documents/invoice/1/send/", "POST"),
]
ALLOWED = {"GET": "GET, HEAD, OPTIONS", "POST": "POST, OPTIONS"}


@pytest.mark.parametrize("path", UNKNOWN)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_that_the_api_does_not_have_answers_in_json(
    access: Access, method: str, path: str
) -> None:
    answer = Program(access).client.generic(method.upper(), f"/api/v1/{path}")
    assert answer.status_code == 404
    held = answer.json()
    assert (held["status"], held["category"]) == ("error", "OBJECT_NOT_FOUND")
    assert held["correlationId"]
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("method", "path", "allowed"), WRONG)
def test_a_method_that_an_address_does_not_take_is_told_with_the_one_it_takes(
    access: Access, method: str, path: str, allowed: str
) -> None:
    answer = Program(access).client.generic(method.upper(), f"/api/v1/{path}")
    assert answer.status_code == 405
    assert answer["Allow"] == ALLOWED[allowed]
    if method != "head":
        held = answer.json()
        assert held["category"] == "METHOD_NOT_ALLOWED"
        assert held["message"] == f"Use {allowed} here."


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("documents/", "POST"),
        ("documents/invoice/1/", "GET"),
        ("documents/invoice/1/void/", "POST"),
    ],
)
def test_an_address_tells_which_methods_it_takes(
    access: Access, path: str, taken: str
) -> None:
    answer = Program(access).client.options(f"/api/v1/{path}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Allow"] == ALLOWED[taken]
    assert Client().options(f"/api/v1/{path}").status_code == 401


def test_a_document_is_asked_for_without_its_body(access: Access) -> None:
    invoice = make_invoice(access.workspace)
    path = f"/api/v1/documents/invoice/{invoice.pk}/"
    program = Program(access).client
    read, asked = program.get(path), program.head(path)
    assert (asked.status_code, asked.content) == (200, b"")
    for name in ("Content-Type", "Content-Length", "Cache-Control"):
        assert asked[name] == read[name]
    cy = Program(make_access(make_workspace(), name="Cy")).client
    assert cy.head(path).status_code == 404
    assert Client().head(path).status_code == 401


@pytest.mark.parametrize("path", [*UNKNOWN, "documents/invoice/1/void/"])
@pytest.mark.parametrize("given", ["", "Bearer cf_wrong"])
def test_without_a_token_nothing_is_told_but_that_one_is_needed(
    db: None, path: str, given: str
) -> None:
    answer = Client(headers={"authorization": given}).put(f"/api/v1/{path}")
    assert answer.status_code == 401
    assert answer.json()["category"] == "INVALID_AUTHENTICATION"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_program_of_a_stranger_is_told_the_same(access: Access) -> None:
    cy = Program(make_access(make_workspace(), name="Cy")).client
    assert cy.get("/api/v1/nowhere/").status_code == 404
    assert cy.get("/api/v1/documents/").status_code == 405


def test_people_keep_the_page_that_says_nothing_is_there(access: Access) -> None:
    answer = Program(access).client.get("/nowhere/")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_what_breaks_is_told_to_programs_in_json_and_to_people_on_a_page() -> None:
    handler = get_resolver().resolve_error_handler(500)
    answer = handler(RequestFactory().post("/api/v1/documents/"))
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/json")
    assert b"INTERNAL_ERROR" in answer.content
    page = handler(RequestFactory().get("/w/1/"))
    assert (page.status_code, page["Content-Type"][:9]) == (500, "text/html")
