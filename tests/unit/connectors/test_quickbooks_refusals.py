"""Why a document was not made, in words that fit the company."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks import refusals
from counterfoil.connectors.quickbooks.books import QuickBooksBooks
from counterfoil.connectors.quickbooks.client import Client
from counterfoil.core.errors import CounterfoilError, Gone, Rejected, Retryable, Stale
from counterfoil.core.http import Answer
from counterfoil.posting import outcomes

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Refusing(Client):
    """Answers every write with the same refusal, and no question."""

    def __init__(self, connection: Connection, error: CounterfoilError) -> None:
        super().__init__(connection, now=NOW)
        self.error = error

    def get(
        self, path: str, *, accept: str = "", deadline: float = 1, **params: str
    ) -> Answer:
        raise Retryable("There was no time left for the call.")

    def post(
        self,
        path: str,
        body: bytes,
        *,
        request_id: str,
        deadline: float,
        content_type: str = "",
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        raise self.error


class Books(QuickBooksBooks):
    """Books of a company that refuses."""

    def __init__(self, error: CounterfoilError, closed_on: str = "") -> None:
        facts = {"closed_on": closed_on}
        super().__init__(Connection(name="Harbour Bakery", facts=facts))
        self.error = error

    def _client(self) -> Client:
        return Refusing(self.connection, self.error)


def closed() -> Rejected:
    return Rejected("Closed.", field="issued_on", code="6210")


def make(books: Books, kind: str = "invoice", dated: str = "2026-10-31") -> None:
    body = b'{"TxnDate":"%b"}' % dated.encode()
    books.create(kind, body, request_id="1", deadline=1)


@pytest.mark.parametrize(
    ("kind", "field"),
    [("invoice", "issued_on"), ("payment", "paid_on"), ("expense", "spent_on")],
)
def test_closed_books_name_the_next_open_day_beside_the_kinds_own_date(
    kind: str, field: str
) -> None:
    with pytest.raises(Rejected) as refusal:
        make(Books(closed(), "2026-10-31"), kind)
    error = refusal.value
    assert (error.code, error.field) == ("6210", field)
    assert error.message == (
        "The books of Harbour Bakery are closed up to Oct. 31, 2026. Choose"
        " Nov. 1, 2026 or a later date."
    )


@pytest.mark.parametrize("closed_on", ["", "not a date", "2026-09-30"])
def test_a_closing_that_cannot_be_read_now_gives_no_wrong_day(closed_on: str) -> None:
    with pytest.raises(Rejected, match="after the closing date") as refusal:
        make(Books(closed(), closed_on))
    assert refusal.value.code == "6210"


def test_what_a_new_document_names_and_is_gone_is_a_refusal() -> None:
    """The document itself cannot be gone: it never was."""
    with pytest.raises(Rejected, match="refers to") as refusal:
        make(Books(Gone("It no longer exists.", "1-tid")))
    assert (refusal.value.code, refusal.value.correlation_id) == ("610", "1-tid")


def test_meeting_somebody_elses_edit_is_a_refusal_that_posting_knows() -> None:
    """Nothing was made; the id that it went under may keep that answer for ever."""
    with pytest.raises(Rejected, match="Try again") as refusal:
        make(Books(Stale("Somebody changed it.", "1-tid")))
    assert refusal.value.correlation_id == "1-tid"
    assert refusal.value.code == outcomes.CONFLICT


@pytest.mark.parametrize("kind", ["invoice", "payment", "expense"])
def test_another_refusal_stays_what_it_is(kind: str) -> None:
    with pytest.raises(Rejected) as refusal:
        make(Books(Rejected("Choose a customer.", field="customer", code="6310")), kind)
    error = refusal.value
    assert (error.message, error.field) == ("Choose a customer.", "customer")
    connection = Connection(name="Harbour Bakery", facts={})
    other = Rejected("It is matched.", field="x", code="6480")
    assert refusals.of_action(connection, other) is other
    assert (other.message, other.field) == ("It is matched.", "x")
    assert refusals.gone(other) is other


def test_a_product_whose_name_is_taken_is_told_as_a_product() -> None:
    with pytest.raises(
        Rejected, match="A product in QuickBooks already has"
    ) as refusal:
        make(Books(Rejected("Taken.", field="name", code="6240")), "item")
    assert (refusal.value.field, refusal.value.code) == ("name", "6240")


def test_a_day_after_the_closing_that_is_refused_is_not_explained_by_it() -> None:
    for dated, is_explained in (("2026-10-31", True), ("2026-11-01", False)):
        with pytest.raises(Rejected) as refusal:
            make(Books(closed(), "2026-10-31"), dated=dated)
        assert ("closed up to" in refusal.value.message) is is_explained


def test_acting_on_what_is_missing_or_closed_is_about_the_document() -> None:
    connection = Connection(name="Harbour Bakery", facts={})
    missing = Rejected("Something is inactive.", code="610", correlation_id="1-tid")
    assert isinstance(refusals.of_action(connection, missing), Gone)
    error = refusals.of_action(connection, closed())
    assert isinstance(error, Rejected)
    assert (error.code, error.field) == ("6210", "")
    assert "Open the period there first" in error.message
