"""Addresses and forms that no page of ours makes are answered, and change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import pytest
from django.test import Client
from factories import people, records, troubles

from counterfoil.sync.models import Conflict, Review

pytestmark = pytest.mark.django_db
NUL, HUGE, MARKS = "\x00", "9" * 40, "<script>'\"%s{}"
ANSWERED = {200, 302, 404, 422}


@dataclass(frozen=True)
class Desk:
    """Ada's browser, and where the pages of one connection and one record are."""

    client: Client
    base: str
    record: str
    part: str


@pytest.fixture
def ada() -> Desk:
    workspace = people.make_workspace()
    client = Client()
    client.force_login(people.make_access(workspace).user)
    books = people.make_connection(workspace)
    contact = records.make_contact(workspace)
    troubles.make_conflict(troubles.make_link(books, contact))
    return Desk(
        client,
        f"/w/{workspace.pk}/settings/integrations/quickbooks/{books.pk}/sync/",
        f"/w/{workspace.pk}/contacts/{contact.pk}/sync/",
        f"{books.pk}-contacts",
    )


@pytest.mark.parametrize("odd", [NUL, HUGE, f"-{HUGE}", MARKS, "1.5", "²"])
@pytest.mark.parametrize(
    "address",
    [
        "reviews/?at=",
        "conflicts/?after=",
        "issues/?after=",
        "issues/?cause=",
        "issues/?show=",
        "runs/?before=",
        "objects/contacts/held/?after=",
        "there/customers/",
        "there/",
    ],
)
def test_an_odd_address_is_no_error_of_ours(ada: Desk, address: str, odd: str) -> None:
    end = "/" if address.startswith("there") else ""
    answer = ada.client.get(f"{ada.base}{address}{quote(odd, safe='')}{end}")
    assert answer.status_code in ANSWERED


@pytest.mark.parametrize("odd", [NUL, HUGE, MARKS])
@pytest.mark.parametrize("act", ["link", "release", "sync", "nonsense"])
def test_an_odd_form_is_no_error_of_ours(ada: Desk, act: str, odd: str) -> None:
    where = ada.part.replace("-", "/")
    answer = ada.client.post(
        f"{ada.record}{where}/{act}/",
        {"remote_id": odd, "field": odd, "next": odd},
    )
    assert answer.status_code in ANSWERED


@pytest.mark.parametrize("odd", [NUL, HUGE, MARKS])
def test_odd_searches_and_answers_change_nothing(ada: Desk, odd: str) -> None:
    conflict = Conflict.objects.get()
    asked = {"q": odd + "ab", "at": ada.part}
    found = ada.client.get(ada.record, asked)
    assert found.status_code in ANSWERED
    assert MARKS not in found.content.decode()
    base = ada.base
    kept = ada.client.post(
        f"{base}conflicts/{conflict.pk}/", {"keep": odd, "after": odd}
    )
    assert kept.status_code == 404
    caused = ada.client.post(f"{base}issues/all/", {"act": "retry", "cause": odd})
    assert caused.status_code in ANSWERED
    assert Conflict.objects.get().resolved_at is None
    assert not Review.objects.exists()


def test_an_address_that_only_takes_forms_answers_a_reader_with_a_page(
    ada: Desk,
) -> None:
    answer = ada.client.get(f"{ada.base}runs/1/stop/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "There is nothing here" in answer.text
    assert "Content-Security-Policy" in answer.headers
