"""Numbers of companies that number by hand: never twice, and rivals are passed by."""

from __future__ import annotations

import os
import random
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection as database, transaction
from factories.records import make_invoice, make_record
from integration.posting.conftest import ADA, Office
from support.books import Fault, Requests

from counterfoil.core.errors import Invalid
from counterfoil.posting import numbers, post
from counterfoil.posting.models import AttemptOutcome, Intent, NumberTaken
from counterfoil.posting.state import State


@pytest.fixture
def by_hand(office: Office) -> Office:
    return _by_hand(office)


def _by_hand(office: Office) -> Office:
    office.connection.facts = {"custom_numbers": True, "custom_expense_numbers": True}
    office.connection.save()
    office.shelf.has_custom_numbers = True
    return office


def _reserve(office: Office, kind: str = "invoice", **options: str) -> numbers.Reserved:
    with transaction.atomic():
        return numbers.reserve(office.connection, kind, now=office.now, **options)


def _numbered(office: Office, kind: str = "invoice") -> Intent:
    """As the rooms above do it: number and intent in one transaction."""
    with transaction.atomic():
        reserved = numbers.reserve(office.connection, kind, now=office.now)
        return office.invoice(
            document={"number": reserved.number, "number_series": reserved.series}
        )


def test_where_the_books_number_nothing_is_reserved(office: Office) -> None:
    assert _reserve(office) == numbers.Reserved("", "")
    assert _reserve(office, wanted=" A-7 ") == numbers.Reserved("A-7", "")
    assert numbers.peek(office.connection, "invoice") == ""
    assert not NumberTaken.objects.exists()


def test_payments_and_names_have_no_number(by_hand: Office) -> None:
    for kind in ("payment", "customer", "item"):
        assert _reserve(by_hand, kind) == numbers.Reserved("", "")
        assert numbers.peek(by_hand.connection, kind) == ""


def test_sales_forms_share_a_series_and_the_others_have_their_own(
    by_hand: Office,
) -> None:
    kinds = ["invoice", "sales_receipt", "credit_memo", "refund_receipt"]
    taken = [_reserve(by_hand, kind) for kind in kinds]
    assert [each.number for each in taken] == ["1001", "1002", "1003", "1004"]
    assert {each.series for each in taken} == {"sales"}
    assert _reserve(by_hand, "estimate") == numbers.Reserved("1001", "estimates")
    assert _reserve(by_hand, "expense") == numbers.Reserved("1001", "purchases")


def test_expenses_are_numbered_by_hand_only_where_the_company_says_so_of_them(
    by_hand: Office,
) -> None:
    by_hand.connection.facts = {"custom_numbers": True}
    by_hand.connection.save()
    assert _reserve(by_hand, "expense") == numbers.Reserved("", "")
    assert _reserve(by_hand, "invoice").number == "1001"


def test_the_next_number_follows_the_highest_in_the_books_in_the_newest_style(
    by_hand: Office,
) -> None:
    own = {"connection": by_hand.connection.pk}
    make_invoice(by_hand.workspace, number="INV-0100", **own)
    make_record(by_hand.workspace, "sales_receipt", number="7", **own)
    make_invoice(by_hand.workspace, number="INV-0042", **own)
    make_invoice(by_hand.workspace, number="INV-0999")
    assert numbers.peek(by_hand.connection, "invoice") == "INV-0101"
    assert _reserve(by_hand).number == "INV-0101"
    assert _reserve(by_hand, "credit_memo").number == "INV-0102"


def test_what_people_number_in_quickbooks_meanwhile_is_passed_by(
    by_hand: Office,
) -> None:
    assert _reserve(by_hand).number == "1001"
    own = {"connection": by_hand.connection.pk}
    make_invoice(by_hand.workspace, number="1002", **own)
    make_record(by_hand.workspace, "refund_receipt", number="1003", **own)
    assert _reserve(by_hand).number == "1004"


def test_a_number_is_never_given_out_again_whatever_becomes_of_it(
    by_hand: Office,
) -> None:
    by_hand.shelf.faults = deque([Fault.REFUSED])
    refused, cancelled = _numbered(by_hand), _numbered(by_hand)
    post.cancel(intent=cancelled, actor=ADA, now=by_hand.now)
    by_hand.finish(refused)
    assert refused.state == State.REJECTED
    assert _reserve(by_hand).number == "1003"
    left = [gap.number for gap in numbers.gaps(by_hand.connection, "invoice")]
    assert left == ["1001", "1002", "1003"]


def test_a_number_that_a_person_types_is_taken_unless_a_document_has_it(
    by_hand: Office,
) -> None:
    company = by_hand.connection.pk
    make_invoice(by_hand.workspace, number="A-7", connection=company)
    made = {"number": "A-6", "posting_state": "confirmed"}
    make_invoice(by_hand.workspace, **made, connection=company)
    for written in ("a-7", "a-6"):
        with pytest.raises(Invalid, match=f"has a document {written} already"):
            _reserve(by_hand, wanted=written)
    assert _reserve(by_hand, wanted="A-8") == numbers.Reserved("A-8", "")
    by_hand.invoice(document={"number": "A-8"})
    for written in ("A-8", "a-8"):
        with pytest.raises(Invalid, match=f"{written} already"):
            _reserve(by_hand, wanted=written)
    with pytest.raises(Invalid, match="at most 21"):
        _reserve(by_hand, wanted="7" * 22)
    assert _reserve(by_hand).number == "A-9"


def test_a_style_that_is_used_up_asks_for_another_number(by_hand: Office) -> None:
    _reserve(by_hand, wanted="A" + "9" * 20)
    assert numbers.peek(by_hand.connection, "invoice") == ""
    with pytest.raises(Invalid, match="Type a number of your own"):
        _reserve(by_hand)


def test_a_number_that_a_rival_took_is_replaced_by_the_next_one(
    by_hand: Office,
) -> None:
    intent = _numbered(by_hand)
    by_hand.shelf.rival("invoice", "1001")
    by_hand.shelf.rival("invoice", "1002")
    by_hand.finish(intent)
    assert intent.state == State.CONFIRMED
    assert (intent.number, intent.document["number"]) == ("1003", "1003")
    assert intent.generation == 2
    with pytest.raises(Invalid, match="has a document 1001 already"):
        _reserve(by_hand, wanted="1001")
    assert len({request_id for request_id, _ in by_hand.shelf.sent}) == 3
    told = [event.payload for event in by_hand.events("document_renumbered")]
    assert [(each["from"], each["to"]) for each in told] == [
        ("1001", "1002"),
        ("1002", "1003"),
    ]
    [confirmed] = by_hand.events("document_confirmed")
    assert confirmed.payload["number"] == "1003"
    assert not by_hand.events("document_rejected")
    left = numbers.gaps(by_hand.connection, "invoice")
    assert [(gap.number, gap.is_rivals) for gap in left] == [
        ("1001", True),
        ("1002", True),
    ]


def test_a_number_that_this_very_document_took_is_found_again(by_hand: Office) -> None:
    """As after a restore: the books know of an attempt that is forgotten here."""
    intent = _numbered(by_hand)
    mine = by_hand.shelf.rival("invoice", "1001", intent.marker)
    mine.expectation = type(mine.expectation)("58", mine.expectation.total, "USD")
    by_hand.finish(intent)
    assert intent.remote_id == mine.remote_id
    assert len(by_hand.shelf.existing()) == 1
    assert intent.attempts.filter(outcome=AttemptOutcome.FOUND).exists()


@pytest.mark.parametrize("requests", Requests)
def test_an_unclear_attempt_is_settled_before_the_number_is_replaced(
    by_hand: Office, requests: Requests
) -> None:
    """The refused resend may be about the document that the first attempt made."""
    by_hand.shelf.requests = requests
    by_hand.shelf.faults = deque([Fault.DROP_BEFORE])
    intent = _numbered(by_hand)
    by_hand.run()
    by_hand.shelf.rival("invoice", "1001")
    by_hand.finish(intent)
    assert (intent.state, intent.number) == (State.CONFIRMED, "1002")
    assert by_hand.shelf.doubles() == 0


def test_a_typed_number_is_not_changed_behind_a_persons_back(by_hand: Office) -> None:
    by_hand.shelf.rival("invoice", "A-7")
    reserved = _reserve(by_hand, wanted="A-7")
    intent = by_hand.invoice(
        document={"number": reserved.number, "number_series": reserved.series}
    )
    by_hand.finish(intent)
    assert intent.state == State.REJECTED
    assert (intent.message, intent.field) == ("That number is taken.", "number")


def test_after_twenty_numbers_a_person_is_asked(by_hand: Office) -> None:
    for number in range(1001, 1030):
        by_hand.shelf.rival("invoice", str(number))
    intent = _numbered(by_hand)
    by_hand.finish(intent)
    assert intent.state == State.REJECTED
    assert "the 20 after it" in intent.message
    assert len(by_hand.shelf.sent) == 21
    [event] = by_hand.events("document_rejected")
    assert event.payload["message"] == intent.message
    post.retry(intent=intent, actor=ADA, now=by_hand.now)
    by_hand.finish(intent)
    assert (intent.state, intent.number) == (State.CONFIRMED, "1030")


@pytest.mark.slow
def test_many_documents_beside_a_rival_have_a_number_each(by_hand: Office) -> None:
    """A hundred; NUMBERED_DOCUMENTS=1000 takes minutes."""
    wanted = int(os.environ.get("NUMBERED_DOCUMENTS", "100"))
    draw = random.Random(7)  # noqa: S311  repeatable
    shelf = by_hand.shelf
    shelf.requests = Requests.IGNORED
    rivals: list[str] = []

    def interfere() -> None:
        if draw.random() < 0.2:
            highest = max((int(each.number) for each in shelf.documents), default=1000)
            rivals.append(shelf.rival("invoice", str(highest + 1)).number)

    shelf.on_create = interfere
    intents = []
    for number in range(wanted):
        intents.append(_numbered(by_hand))
        if number % 25 == 0:
            shelf.faults.append(draw.choice([Fault.DROP_AFTER, Fault.DROP_BEFORE]))
        if number % 50 == 49:
            by_hand.finish()
    by_hand.finish(*intents)
    assert {intent.state for intent in intents} == {State.CONFIRMED}
    ours = {intent.remote_id: intent.number for intent in intents}
    assert len(set(ours.values())) == len(ours) == wanted
    marked = [each.marker for each in shelf.existing() if each.marker]
    assert len(set(marked)) == len(marked) == wanted
    strangers = [each for each in shelf.existing() if not each.marker]
    assert not {each.remote_id for each in strangers} & set(ours)
    assert len(shelf.existing()) == wanted + len(strangers)
    assert len(strangers) > wanted / 10
    left = numbers.gaps(by_hand.connection, "invoice")
    assert all(gap.is_rivals for gap in left)
    assert {gap.number for gap in left} <= set(rivals)


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_reserve_twelve_numbers(open_office) -> None:  # type: ignore[no-untyped-def]
    office = _by_hand(open_office())
    barrier = Barrier(12)

    def reserve(_: int) -> str:
        barrier.wait(30)
        try:
            return _reserve(office).number
        finally:
            database.close()

    with ThreadPoolExecutor(12) as pool:
        taken = list(pool.map(reserve, range(12)))
    assert sorted(taken) == [str(number) for number in range(1001, 1013)]
