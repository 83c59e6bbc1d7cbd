"""A document is sent, voided or deleted by who may, once, and its record says so."""

from __future__ import annotations

from collections import deque
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.http import Http404
from factories import (
    NOW,
    make_access,
    make_deal,
    make_workspace,
)
from integration.invoicing.delivery import Books, sentence, told
from support.deeds import Mishap

from counterfoil.core.errors import Invalid
from counterfoil.crm import associations
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import delivering
from counterfoil.invoicing.offers import offers
from counterfoil.posting.state import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.mark.parametrize(
    ("kind", "called"),
    [
        ("invoice", "Invoice"),
        ("estimate", "Estimate"),
        ("sales_receipt", "Sales receipt"),
        ("credit_memo", "Credit memo"),
        ("refund_receipt", "Refund receipt"),
    ],
)
def test_a_document_that_was_sent_says_to_whom_when_and_by_whom(
    books: Books, kind: str, called: str
) -> None:
    record = books.document(kind)
    books.send(record, to="ada@example.com")
    books.settle(record)
    assert record.email_status == "EmailSent"
    assert record.sent_at == books.now
    assert record.recipient == "ada@example.com"
    [entry] = told(record, f"{kind}_sent")
    assert sentence(entry) == f"{called} {record.number} sent to ada@example.com"
    assert entry.actor_label == books.access.user.name


def test_what_is_told_of_a_document_is_told_on_its_deal_too(books: Books) -> None:
    record, deal = books.document("estimate"), make_deal(books.workspace)
    associations.associate(
        workspace=books.workspace, left=Ref.of(deal), right=Ref.of(record), now=NOW
    )
    books.send(record)
    books.settle(record)
    assert len(told(deal, "estimate_sent")) == 1


def test_pressing_twice_sends_once(books: Books) -> None:
    record = books.document()
    books.send(record)
    assert "being sent" in books.why(record)
    books.settle(record)
    assert books.mails() == 1


def test_what_is_on_its_way_is_sent_once_it_is_there(books: Books) -> None:
    record = books.pending()
    act = books.send(record)
    assert offers(books.access, record).waiting == act
    assert "as soon as it is in QuickBooks" in books.why(record)
    with pytest.raises(Invalid, match="Wait until it is there"):
        delivering.void(access=books.access, record=record, now=books.now)
    books.change(record, posting_state="cancelled")
    books.settle(record)
    act.refresh_from_db()
    assert (act.state, books.mails()) == (State.CANCELLED, 0)


def test_an_e_mail_may_be_sent_later_and_cancelled_before(books: Books) -> None:
    first, second = books.document(), books.document()
    at = books.now + timedelta(hours=3)
    for record in (first, second):
        books.send(record, at=at)
        assert "Cancel that first" in books.why(record)
    delivering.cancel_send(access=books.access, record=second, now=books.now)
    books.settle(first, hours=2)
    assert books.mails() == 0
    books.settle(first, hours=1)
    assert [first.sent_at, books.mails()] == [books.now, 1]
    with pytest.raises(Invalid):
        delivering.cancel_send(access=books.access, record=second, now=books.now)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=400)])
def test_a_moment_is_within_a_year_to_come(books: Books, later: timedelta) -> None:
    assert "moment" in books.why(books.document(), at=books.now + later)


@pytest.mark.parametrize(
    ("day", "clock", "instant"),
    [
        (date(2026, 1, 5), time(9), datetime(2026, 1, 5, 8, tzinfo=UTC)),
        (date(2026, 7, 5), time(9), datetime(2026, 7, 5, 7, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_one_of_the_workspace(
    day: date, clock: time, instant: datetime
) -> None:
    workspace = make_workspace(time_zone="Europe/Berlin")
    assert delivering.moment(workspace, day, clock) == instant


@pytest.mark.parametrize("kind", ["invoice", "sales_receipt", "payment"])
def test_what_was_voided_says_so(books: Books, kind: str) -> None:
    record = books.document(kind)
    delivering.void(access=books.access, record=record, now=books.now)
    books.settle(record)
    assert record.voided
    [entry] = told(record, f"{kind}_voided")
    assert "voided in QuickBooks" in sentence(entry)
    with pytest.raises(Invalid, match="void already"):
        delivering.void(access=books.access, record=record, now=books.now)
    assert books.shelf.deeds.ours("void") == 1


@pytest.mark.parametrize(
    "kind", ["invoice", "estimate", "credit_memo", "refund_receipt", "expense"]
)
def test_what_was_deleted_says_so(books: Books, kind: str) -> None:
    record = books.document(kind)
    delivering.delete(access=books.access, record=record, now=books.now)
    books.settle(record)
    assert record.deleted_remotely
    [entry] = told(record, f"{kind}_deleted")
    assert "deleted in QuickBooks" in sentence(entry)
    assert books.shelf.deeds.ours("delete") == 1


def test_a_refusal_of_the_books_is_told_with_its_sentence(books: Books) -> None:
    record = books.document()
    books.shelf.deeds.faults = deque([Mishap.REFUSED])
    act = delivering.void(access=books.access, record=record, now=books.now)
    books.settle(record)
    [entry] = told(record, "invoice_act_refused")
    called = f"Invoice {record.number}"
    assert sentence(entry) == f"{called} could not be voided: It was deposited."
    delivering.try_again(
        access=books.access, record=record, act_id=act.pk, now=books.now
    )
    assert books.settle(record).voided


def test_an_e_mail_nobody_knows_the_end_of_is_a_persons_to_decide(
    books: Books,
) -> None:
    record = books.document()
    books.shelf.deeds.faults = deque([Mishap.DROP_BEFORE])
    act = books.send(record)
    for _ in range(8):
        books.settle(record, seconds=60)
    assert offers(books.access, record).doubtful == act
    [entry] = told(record, "invoice_act_unclear")
    assert "Nobody knows whether Invoice" in sentence(entry)
    assert "send it again or leave it" in books.why(record)
    given = {"access": books.access, "record": record, "act_id": act.pk}
    with pytest.raises(Invalid, match="Say why"):
        delivering.try_again(**given, now=books.now)
    delivering.leave(**given, now=books.now)
    assert offers(books.access, record).send.may
    assert books.mails() == 0


def test_an_e_mail_that_a_person_knows_of_is_sent_and_is_not_sent_twice(
    books: Books,
) -> None:
    record = books.document()
    books.shelf.deeds.faults = deque([Mishap.DROP_BEFORE])
    act = books.send(record, to="ada@example.com")
    sent_at = books.now
    for _ in range(8):
        books.settle(record, seconds=60)
    given = {"access": books.access, "record": record, "act_id": act.pk}
    delivering.was_sent(**given, now=books.now)
    books.settle(record)
    assert (record.stage, record.recipient) == ("sent", "ada@example.com")
    assert sent_at < record.sent_at < sent_at + timedelta(minutes=2)
    [entry] = told(record, "invoice_sent")
    assert "to ada@example.com" in sentence(entry)
    assert "To send it again, say why." in books.why(record)
    with pytest.raises(Invalid, match="It has been done"):
        delivering.was_sent(**given, now=books.now)
    assert books.mails() == 0


def test_only_of_an_e_mail_in_doubt_a_person_says_that_it_was_sent(
    books: Books,
) -> None:
    record = books.document()
    act = delivering.void(access=books.access, record=record, now=books.now)
    given = {"record": record, "act_id": act.pk, "now": books.now}
    with pytest.raises(Invalid, match="not been done yet"):
        delivering.was_sent(access=books.access, **given)
    books.settle(record)
    assert record.sent_at is None
    stranger = make_access(make_workspace(), name="Cy")
    with pytest.raises(Http404):
        delivering.was_sent(access=stranger, **given)


def test_what_somebody_sent_there_is_theirs(books: Books) -> None:
    record = books.document("estimate")
    remote_id = books.shelf.documents[-1].remote_id
    books.shelf.deeds.by_somebody("send", books.shelf, remote_id)
    act = books.send(record)
    books.settle(record)
    act.refresh_from_db()
    assert (act.was_so, books.mails()) == (True, 0)
    [entry] = told(record, "estimate_sent")
    assert entry.actor_label == "Harbour Bakery Services"
