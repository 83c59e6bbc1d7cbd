"""Quotes and their line items."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.http import Http404
from factories import make_deal, make_product, make_quote, make_workspace

from counterfoil.core.errors import Invalid
from counterfoil.core.money import Money
from counterfoil.crm import line_items, quotes
from counterfoil.crm.line_items import Line
from counterfoil.crm.models import LineItem, Quote, QuoteStatus, TimelineEntry
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin

pytestmark = pytest.mark.django_db
ADA = Actor.user(1, "Ada")


def put(quote: Quote, now: datetime, *lines: Line) -> list[LineItem]:
    return line_items.replace(
        workspace=quote.workspace,
        parent=Ref.of(quote),
        lines=lines,
        actor=ADA,
        origin=Origin.user(1),
        now=now,
    )


def cake(**values: object) -> Line:
    return Line({"name": "Cake", "quantity": "3", "unit_price": "33.335", **values})


def test_a_quote_is_worth_the_sum_of_its_rounded_lines(now: datetime) -> None:
    quote = make_quote(make_workspace())
    product = make_product(quote.workspace)
    lines = put(quote, now, cake(product=product.pk), cake(discount_percent="50"))
    assert [line_items.amount(line).amount for line in lines] == [
        Decimal("100.01"),
        Decimal("50.00"),
    ]
    quote.refresh_from_db()
    assert quote.total == Decimal("150.01")
    assert line_items.total(lines, "USD") == Money(Decimal("150.01"), "USD")


def test_replacing_keeps_changes_adds_and_archives_lines(now: datetime) -> None:
    quote = make_quote(make_workspace())
    first, second = put(quote, now, cake(name="A"), cake(name="B"))
    lines = put(
        quote,
        now,
        cake(name="C"),
        Line({"name": "B2", "quantity": 1, "unit_price": 5}, second.pk),
    )
    assert [(line.name, line.position) for line in lines] == [("C", 0), ("B2", 1)]
    assert lines[1].pk == second.pk
    first.refresh_from_db()
    assert first.archived_at == now
    assert not TimelineEntry.objects.filter(object_type="line_item").exists()


def test_a_bad_line_changes_nothing_and_is_named_by_its_place(now: datetime) -> None:
    quote = make_quote(make_workspace())
    put(quote, now, cake())
    with pytest.raises(Invalid) as caught:
        put(quote, now, cake(), cake(quantity="some"))
    assert caught.value.errors == {"1.quantity": ["“some” is not a number."]}
    with pytest.raises(Invalid) as caught:
        put(quote, now, cake(name=""))
    assert caught.value.errors == {"0.name": ["Name cannot be empty."]}
    assert len(line_items.of(quote.workspace, Ref.of(quote))) == 1


def test_lines_of_another_document_or_workspace_are_not_touched(now: datetime) -> None:
    quote, other = make_quote(make_workspace()), make_quote(make_workspace("Cy's shop"))
    [line] = put(other, now, cake())
    with pytest.raises(LookupError):
        put(quote, now, Line({"name": "mine"}, line.pk))
    with pytest.raises(Http404):
        line_items.replace(
            workspace=quote.workspace,
            parent=Ref.of(other),
            lines=[],
            actor=ADA,
            origin=Origin.user(1),
            now=now,
        )


def test_a_deal_s_lines_leave_its_amount_alone(now: datetime) -> None:
    deal = make_deal(make_workspace(), amount=7)
    line_items.replace(
        workspace=deal.workspace,
        parent=Ref.of(deal),
        lines=[cake()],
        actor=ADA,
        origin=Origin.user(1),
        now=now,
    )
    deal.refresh_from_db()
    assert deal.amount == 7


def test_a_quote_goes_from_draft_to_published_to_signed(now: datetime) -> None:
    workspace = make_workspace()
    quote = make_quote(
        workspace, number="Q-7", name="Cake", expires_on=date(2026, 3, 4)
    )
    assert quote.title == "Q-7 Cake"
    with pytest.raises(Invalid, match="Add a line item"):
        quotes.publish(workspace=workspace, quote_id=quote.pk, actor=ADA, now=now)
    put(quote, now, cake())
    quotes.publish(workspace=workspace, quote_id=quote.pk, actor=ADA, now=now)
    with pytest.raises(Invalid, match="Only a draft"):
        quotes.publish(workspace=workspace, quote_id=quote.pk, actor=ADA, now=now)
    tomorrow = now + timedelta(days=1)
    for moment, name in [(tomorrow, "Dora"), (now, " ")]:
        with pytest.raises(Invalid):
            quotes.sign(
                workspace=workspace,
                quote_id=quote.pk,
                signed_by=name,
                actor=ADA,
                now=moment,
            )
    signed = quotes.sign(
        workspace=workspace, quote_id=quote.pk, signed_by="Dora", actor=ADA, now=now
    )
    assert (signed.status, signed.signed_by, signed.signed_at) == (
        "signed",
        "Dora",
        now,
    )
    assert quotes.effective_status(signed, date(2027, 1, 1)) is QuoteStatus.SIGNED
    with pytest.raises(Invalid):
        quotes.take_back(workspace=workspace, quote_id=quote.pk, actor=ADA, now=now)


def test_a_quote_expires_when_its_last_day_is_over_where_the_business_is(
    now: datetime,
) -> None:
    workspace = make_workspace(time_zone="America/Los_Angeles")
    quote = make_quote(workspace, expires_on=date(2026, 3, 4), status="published")
    for hours, expected in [(21, QuoteStatus.PUBLISHED), (22, QuoteStatus.EXPIRED)]:
        today = workspace.today(now + timedelta(hours=hours))
        assert quotes.effective_status(quote, today) is expected
    draft = quotes.take_back(
        workspace=workspace, quote_id=quote.pk, actor=ADA, now=now + timedelta(days=2)
    )
    assert draft.status == QuoteStatus.DRAFT
    put(quote, now, cake())
    with pytest.raises(Invalid, match="not past"):
        quotes.publish(
            workspace=workspace,
            quote_id=quote.pk,
            actor=ADA,
            now=now + timedelta(days=2),
        )


def test_quotes_without_a_number_get_the_next(now: datetime) -> None:
    workspace = make_workspace()
    numbers = [make_quote(workspace, number="").number for _ in range(2)]
    assert numbers == ["Q-0001", "Q-0002"]


def test_the_next_number_is_after_the_highest_whatever_people_typed(
    now: datetime,
) -> None:
    workspace = make_workspace()
    make_quote(make_workspace(), number="Q-0900")
    for typed in ("Q-0217", "Q-99999999999999999999", "2026-7", "Q-12a"):
        make_quote(workspace, number=typed)
    assert make_quote(workspace, number="").number == "Q-0218"


def test_a_number_typed_within_the_same_change_is_not_given_twice(
    now: datetime,
) -> None:
    typed: list[dict[str, object]] = [{}, {"number": "Q-0001"}, {}]
    changes = [Change("quote", values) for values in typed]
    written = write(
        workspace=make_workspace(),
        changes=changes,
        actor=ADA,
        origin=Origin.user(1),
        now=now,
    )
    numbers = [str(getattr(one.record, "number", "")) for one in written]
    assert numbers == ["Q-0002", "Q-0001", "Q-0003"]


@pytest.mark.django_db(transaction=True)
def test_quotes_made_at_the_same_time_get_numbers_of_their_own(now: datetime) -> None:
    workspace = make_workspace()

    def make(_number: int) -> str:
        try:
            return make_quote(workspace, number="").number
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as people:
        numbers = list(people.map(make, range(18)))
    assert sorted(numbers) == [f"Q-{number:04}" for number in range(1, 19)]


@pytest.mark.django_db(transaction=True)
def test_lines_replaced_by_several_at_once_are_those_of_one_of_them(
    now: datetime,
) -> None:
    quote = make_quote(make_workspace())

    def replace(name: str) -> None:
        try:
            put(quote, now, cake(name=name), cake(name=name))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        list(people.map(replace, "ABCD"))
    lines = line_items.of(quote.workspace, Ref.of(quote))
    assert len(lines) == 2
    assert lines[0].name == lines[1].name
    quote.refresh_from_db()
    assert quote.total == Decimal("200.02")


def test_lists_find_a_quote_as_expired_once_its_day_is_over() -> None:
    workspace = make_workspace(time_zone="America/Los_Angeles")
    quote = make_quote(workspace, expires_on=date(2026, 3, 4), status="published")
    signed = make_quote(workspace, expires_on=date(2026, 3, 4), status="signed")
    evening = datetime(2026, 3, 5, 7, 59, tzinfo=UTC)
    assert quotes.follow_dates(evening) == 0

    midnight = evening + timedelta(minutes=1)
    assert quotes.follow_dates(midnight) == 1
    assert quotes.follow_dates(midnight) == 0

    quote.refresh_from_db()
    signed.refresh_from_db()
    assert (quote.status, signed.status) == ("expired", "signed")


def test_a_quote_that_is_given_a_later_date_is_published_again(now: datetime) -> None:
    workspace = make_workspace()
    quote = make_quote(workspace, expires_on=date(2026, 3, 3), status="expired")
    assert quotes.follow_dates(now) == 0

    Quote.objects.filter(pk=quote.pk).update(expires_on=date(2026, 4, 1))
    assert quotes.follow_dates(now) == 1

    quote.refresh_from_db()
    assert quote.status == "published"


def test_a_quote_in_another_currency_takes_its_lines_and_total_along(
    now: datetime,
) -> None:
    quote = make_quote(make_workspace())
    put(quote, now, cake())
    write(
        workspace=quote.workspace,
        changes=[Change("quote", {"currency": "JPY"}, quote.pk)],
        actor=ADA,
        origin=Origin.user(1),
        now=now,
    )
    line = LineItem.objects.get()
    assert (line.currency, line.unit_price) == ("JPY", Decimal("33.335"))
    quote.refresh_from_db()
    assert quote.total == Decimal(100)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("quantity", "-1"),
        ("discount_percent", "-5"),
        ("discount_percent", "100.5"),
        ("discount_amount", "-0.01"),
        ("discount_amount", "100.01"),
    ],
)
def test_a_line_does_not_turn_its_sign(now: datetime, name: str, value: str) -> None:
    quote = make_quote(make_workspace())
    with pytest.raises(Invalid) as refused:
        put(quote, now, cake(), cake(**{name: value}))
    assert list(refused.value.errors) == [f"1.{name}"]
    assert not LineItem.objects.exists()


def test_an_amount_taken_off_a_line_is_taken_off_its_quote(now: datetime) -> None:
    quote = make_quote(make_workspace())
    [line] = put(quote, now, cake(discount_amount="0.37"))
    assert line_items.amount(line) == Money(Decimal("99.64"), "USD")
    quote.refresh_from_db()
    assert quote.total == Decimal("99.64")


def test_a_line_has_one_discount(now: datetime) -> None:
    quote = make_quote(make_workspace())
    with pytest.raises(Invalid) as refused:
        put(quote, now, cake(discount_amount="1", discount_percent="5"))
    assert refused.value.errors == {
        "0.discount_amount": [
            "Enter the discount in per cent or as an amount, not both."
        ]
    }
    assert not LineItem.objects.exists()
