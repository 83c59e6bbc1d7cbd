"""Sending, voiding and deleting over the API: once, or refused with the page's sentence."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from factories import make_access, make_payment, make_workspace
from integration.api.program import Program
from integration.invoicing.delivery import Books

from counterfoil.crm.models import PaymentAllocation
from counterfoil.posting.models import Act

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Books:
    return Books()


def do(books: Books, record: Any, deed: str, **said: Any) -> Any:
    path = f"{record.object_type}/{record.pk}/{deed}/"
    answer = Program(make_access(books.workspace)).post(path, said)
    if answer.status_code == 202:
        books.now = Act.objects.get(pk=answer.json()["id"]).created_at
    return answer


def refused(answer: Any, field: str) -> str:
    """What is said of a field, and nothing but that."""
    assert answer.status_code == 422, answer.content
    [error] = answer.json()["errors"]
    assert error["in"] == field
    return str(error["message"])


def test_a_second_e_mail_takes_a_reason(books):
    record = books.document()
    assert do(books, record, "send").status_code == 202
    said = refused(do(books, record, "send"), "")
    assert said == "It is being sent. Wait for the answer."
    books.settle(record)
    said = refused(do(books, record, "send"), "again")
    assert "To send it again, say why." in said
    assert do(books, record, "send", again="It got lost.").status_code == 202
    books.settle(record)
    assert books.mails() == 2


def test_an_e_mail_needs_an_address_that_can_be_written_to(books):
    record = books.document(recipient="")
    said = refused(do(books, record, "send"), "to")
    assert said == "It has no e-mail address. Enter one."
    said = refused(do(books, record, "send", to="ada at example"), "to")
    assert "such as ada@example.com" in said
    assert not Act.objects.exists()


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"at": "2020-01-01T00:00:00Z"}, "at", "still to come"),
        ({"at": "2199-01-01T00:00:00Z"}, "at", "within a year"),
        ({"at": "2026-03-05"}, "at", "moment with its zone"),
        ({"again": "a\x00b"}, "again", "at most 4,000 characters"),
        ({"again": "\ud800"}, "again", "at most 4,000 characters"),
        ({"to": ["ada@example.com"]}, "to", "at most 4,000 characters"),
        ({"too": "ada@example.com"}, "too", "Send only these: to, at, again."),
    ],
)
def test_each_slip_of_an_e_mail_has_its_sentence(books, said, field, sentence):
    record = books.document()
    assert sentence in refused(do(books, record, "send", **said), field)
    assert not Act.objects.exists()


def test_what_cannot_be_voided_or_deleted_says_why(books):
    estimate, invoice = books.document("estimate"), books.document()
    said = refused(do(books, estimate, "void"), "")
    assert "cannot void this kind of document. Delete it instead." in said
    PaymentAllocation.objects.create(
        payment=make_payment(books.workspace),
        connection=books.connection,
        document_remote_id="1",
        invoice=invoice,
        amount=Decimal(120),
    )
    said = refused(do(books, invoice, "delete"), "")
    assert said.startswith("Payments are applied to it.")
    assert do(books, invoice, "void").status_code == 202
    said = refused(do(books, invoice, "void"), "")
    assert said == "It is being voided. Wait for the answer."
    books.settle(invoice)
    assert refused(do(books, invoice, "void"), "") == "It is void already."


@pytest.mark.parametrize("deed", ["void", "delete"])
def test_a_wish_that_nobody_reads_is_refused_before_anything_is_done(books, deed):
    record = books.document()
    said = refused(do(books, record, deed, only_try=True), "only_try")
    assert said == "There is no such setting."
    assert not Act.objects.exists()
    assert do(books, record, deed).status_code == 202


def test_nothing_is_voided_in_closed_books(books):
    record = books.document()
    closed_on = (record.issued_on + timedelta(days=1)).isoformat()
    books.connection.facts = {"closed_on": closed_on}
    books.connection.save()
    for deed in ("void", "delete"):
        said = refused(do(books, record, deed), "")
        assert "are closed up to Mar 3, 2026." in said


def test_a_stranger_acts_upon_nothing_of_ours(books):
    record = books.document()
    stranger = Program(make_access(make_workspace(), name="Cy"))
    for deed in ("send", "void", "delete"):
        answer = stranger.post(f"invoice/{record.pk}/{deed}/")
        assert answer.status_code == 404
    assert not Act.objects.exists()
