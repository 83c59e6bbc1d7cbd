"""Documents over the API: made once, read, and refused with the sentences of the page."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from factories import NOW, make_access, make_workspace
from integration.api.program import Program, asked
from integration.invoicing.books import american_books, give_lines

from counterfoil.crm.models import Invoice, PostingState
from counterfoil.crm.refs import Ref
from counterfoil.posting.models import Intent
from counterfoil.workspaces import tokens
from counterfoil.workspaces.models import Membership, Role

pytestmark = pytest.mark.django_db


def test_an_invoice_is_made_once_however_often_it_is_asked_for(access, deal):
    program = Program(access)
    first = program.post("", asked(deal))
    assert first.status_code == 201, first.content
    assert program.post("", asked(deal)).status_code == 200
    assert Invoice.objects.count() == 1
    held = first.json()
    assert held["type"] == "invoice"
    assert held["properties"]["total"] == "2340.00"
    assert held["properties"]["posting_state"] == "pending"
    assert held["posting"]["askedBy"].endswith("with the token “Shop”")
    read = program.get(f"invoice/{held['id']}/").json()
    assert (read["id"], read["properties"]) == (held["id"], held["properties"])


def test_another_key_is_another_invoice(access, deal):
    program = Program(access)
    program.post("", asked(deal))
    assert program.post("", asked(deal), key="order-2").status_code == 201
    assert Invoice.objects.count() == 2


@pytest.mark.parametrize("kind", ["estimate", "sales_receipt", "credit_memo"])
def test_the_other_kinds_are_made_the_same_way(access, deal, kind):
    made = Program(access).post("", asked(deal, kind))
    assert (made.status_code, made.json()["type"]) == (201, kind)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("invoice", {"expires_on": "2026-04-01"}),
        ("invoice", {"payment_method_id": "2", "reference": "ch_1"}),
        ("estimate", {"due_on": "2026-04-01", "terms_id": "3"}),
        ("sales_receipt", {"due_on": "2026-04-01"}),
        ("credit_memo", {"deposit_account_id": "35"}),
    ],
)
def test_what_documents_of_a_kind_do_not_have_is_refused(access, deal, kind, settings):
    answer = Program(access).post("", asked(deal, kind, **settings))
    assert answer.status_code == 422
    errors = {each["in"]: each["message"] for each in answer.json()["errors"]}
    said = "Documents of this kind have no such setting: leave it out."
    assert errors == dict.fromkeys(settings, said)
    assert not Intent.objects.exists()
    left_out = dict.fromkeys(settings, "")
    made = Program(access).post("", asked(deal, kind, **left_out))
    assert made.status_code == 201, made.content


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"kind": "bill"}, "kind", "Choose a kind: invoice"),
        ({"setings": {}}, "setings", "Send only these: kind, source"),
        ({"source": {"type": "deal"}}, "source", "number of a record"),
        (
            {"source": {"type": "deal", "id": 1, "lines": []}},
            "source",
            "Send only these: type, id.",
        ),
        ({"source": None}, "source", "Name the record"),
        ({"connection": 999}, "connection", "Name the QuickBooks company"),
        ({"settings": {"colour": "red"}}, "colour", "no such setting"),
        (
            {"settings": {"creates_products": "yes"}},
            "creates_products",
            "true or false",
        ),
        ({"settings": []}, "settings", "must be a JSON object"),
        ({"settings": {"number": "\ud800"}}, "number", "Send a text"),
        ({"settings": {"message": "\0"}}, "message", "Send a text"),
        ({"settings": {"issued_on": "someday"}}, "issued_on", "Enter the date"),
        ({"kind": "paid_invoice"}, "kind", "from such a record"),
        ({"kind": "expense"}, "account_id", "This setting is needed"),
        ({"kind": "payment"}, "applied", "List what is paid"),
        (
            {
                "kind": "payment",
                "settings": {
                    "applied": [{"invoice": 1, "amount": "1.00", "discount": "0.10"}]
                },
            },
            "applied",
            "Send only these: invoice, amount.",
        ),
        (
            {
                "kind": "payment",
                "settings": {"applied": [{"invoice": 1, "amount": "1.00"}]},
            },
            "source",
            "A payment has no source",
        ),
    ],
)
def test_what_cannot_be_accepted_is_said_by_field_and_changes_nothing(
    access, deal, change, field, said
):
    answer = Program(access).post("", {**asked(deal), **change})
    assert answer.status_code == 422, answer.content
    errors = {each["in"]: each["message"] for each in answer.json()["errors"]}
    assert said in errors[field]
    assert not Intent.objects.exists()
    assert not Invoice.objects.exists()


def test_rules_refuse_with_the_sentence_of_the_page(access, deal):
    give_lines(deal, [{"name": "Flux capacitor", "unit_price": 1}])
    answer = Program(access).post("", asked(deal))
    assert answer.status_code == 422
    assert (
        "No product in QuickBooks matches “Flux capacitor”" in answer.json()["message"]
    )


def test_a_request_without_a_key_is_refused(access, deal):
    answer = Program(access).post("", asked(deal), key="")
    assert "Idempotency-Key" in answer.json()["message"]
    assert answer.status_code == 422


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "\x00", "[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(access, deal, body):
    client = Program(access).client
    answer = client.post(
        "/api/v1/documents/",
        body,
        content_type="application/json",
        headers={"idempotency-key": "1"},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "given", ["", "Bearer ", "Bearer cf_wrong", "Basic YTpi", "Bearer \x00"]
)
def test_nobody_enters_without_a_token_that_works(access, deal, given):
    answer = Client(headers={"authorization": given}).get(
        "/api/v1/documents/invoice/1/"
    )
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_no_longer_works(access, deal):
    program = Program(access)
    tokens.revoke(access=access, token_id=program.token.pk, now=NOW)
    assert program.post("", asked(deal)).status_code == 401


def test_who_left_the_workspace_takes_the_token_along(access, deal):
    program = Program(access)
    Membership.objects.filter(user=access.user).delete()
    assert program.post("", asked(deal)).status_code == 401


def test_a_scope_that_is_missing_and_a_role_that_may_not_are_told_apart(access, deal):
    reader = Program(access, ["documents.read"])
    answer = reader.post("", asked(deal))
    assert (answer.status_code, answer.json()["category"]) == (403, "MISSING_SCOPES")
    program = Program(access)
    Membership.objects.filter(user=access.user).update(role=Role.READ_ONLY)
    answer = program.post("", asked(deal))
    assert (answer.status_code, answer.json()["category"]) == (403, "FORBIDDEN")
    assert not Intent.objects.exists()


def test_what_is_sent_at_once_takes_the_right_to_send(access, deal):
    body = asked(deal, sends=True, email="jun@marbella.example")
    answer = Program(access, ["documents.write"]).post("", body)
    assert (answer.status_code, answer.json()["category"]) == (403, "MISSING_SCOPES")
    program = Program(access)
    Membership.objects.filter(user=access.user).update(role=Role.SALES)
    answer = program.post("", body)
    assert (answer.status_code, answer.json()["category"]) == (403, "FORBIDDEN")
    assert not Intent.objects.exists()
    Membership.objects.filter(user=access.user).update(role=Role.ACCOUNTING)
    assert program.post("", body).json()["acts"][0]["action"] == "send"


@pytest.mark.parametrize("settings", [[1], "invoices", 7])
def test_settings_of_a_payment_that_are_no_object_are_refused(access, deal, settings):
    body = {"kind": "payment", "settings": settings}
    answer = Program(access).post("", body)
    assert answer.status_code == 422
    assert "must be a JSON object" in answer.json()["message"]


def test_another_workspaces_documents_do_not_exist(access, deal):
    made = Program(access).post("", asked(deal)).json()
    stranger = make_access(make_workspace(), name="Cy")
    other = Program(stranger)
    assert other.get(f"invoice/{made['id']}/").status_code == 404
    assert other.post(f"invoice/{made['id']}/void/").status_code == 404
    american_books(stranger.workspace)
    assert other.post("", asked(deal)).status_code == 404


def test_a_document_is_sent_and_voided_as_on_its_page(access, deal):
    program = Program(access)
    made = program.post("", asked(deal, email="jun@marbella.example")).json()
    Invoice.objects.update(posting_state=PostingState.CONFIRMED)
    sent = program.post(f"invoice/{made['id']}/send/")
    assert sent.status_code == 202, sent.content
    assert sent.json()["action"] == "send"
    answer = program.post(f"invoice/{made['id']}/send/", {"at": "tomorrow"})
    assert "moment with its zone" in answer.json()["message"]
    assert program.get("deal/1/").status_code == 404
    assert program.get(f"invoice/{made['id']}/").json()["acts"]
    assert date(2026, 3, 4).isoformat() == made["properties"]["issued_on"]
    assert Ref("invoice", int(made["id"])) == Ref.of(Invoice.objects.get())
