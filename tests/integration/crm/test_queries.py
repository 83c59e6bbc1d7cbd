"""Lists: paging, sorting, filters, search, counts, totals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.http import Http404
from factories import (
    make_company,
    make_contact,
    make_deal,
    make_invoice,
    make_workspace,
)

from counterfoil.core.errors import Invalid
from counterfoil.core.money import Money
from counterfoil.crm import queries
from counterfoil.crm.models import PropertyDefinition
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db


def titles(page: queries.Page) -> list[str]:
    return [record.title for record in page.rows]


def walk(workspace: Workspace, object_type: str, sort: str, size: int) -> list[str]:
    """All pages forward, then all back; both ways must show the same."""
    page = queries.page(
        workspace=workspace, object_type=object_type, sort=sort, size=size
    )
    forward = [titles(page)]
    while page.next:
        page = queries.page(
            workspace=workspace,
            object_type=object_type,
            sort=sort,
            size=size,
            after=page.next,
        )
        forward.append(titles(page))
    back = [titles(page)]
    while page.previous:
        page = queries.page(
            workspace=workspace,
            object_type=object_type,
            sort=sort,
            size=size,
            after=page.previous,
        )
        back.insert(0, titles(page))
    seen = [title for titles_ in forward for title in titles_]
    assert seen == [title for titles_ in back for title in titles_]
    return seen


def test_a_stranger_s_record_is_not_found() -> None:
    contact = make_contact(make_workspace())
    other = make_workspace("Cy's shop")
    with pytest.raises(Http404):
        queries.get(other, "contact", contact.pk)
    assert queries.page(workspace=other, object_type="contact").rows == []


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
@pytest.mark.parametrize("sort", ["closes_on", "-closes_on"])
def test_pages_go_both_ways_and_what_is_not_known_comes_last(
    size: int, sort: str
) -> None:
    workspace = make_workspace()
    days = [3, None, 1, 2, None, 2, 1]
    for number, day in enumerate(days):
        make_deal(
            workspace,
            name=f"d{number}",
            closes_on=day and date(2026, 3, day),
        )
    up = ["d2", "d6", "d3", "d5", "d0", "d1", "d4"]
    down = ["d0", "d5", "d3", "d6", "d2", "d4", "d1"]
    assert walk(workspace, "deal", sort, size) == (up if sort == "closes_on" else down)


def test_pages_of_equal_titles_lose_nobody() -> None:
    workspace = make_workspace()
    for _ in range(7):
        make_company(workspace, name="Same")
    make_company(workspace, name="Different")
    assert walk(workspace, "company", "title", 3) == ["Different", *["Same"] * 7]


def test_a_list_is_sorted_and_filtered_by_a_custom_property(now: datetime) -> None:
    workspace = make_workspace()
    PropertyDefinition.objects.create(
        workspace=workspace,
        object_type="company",
        name="seats",
        label="Seats",
        type_key="number",
        created_at=now,
    )
    for name, seats in [("a", "9"), ("b", "10"), ("c", None), ("d", "-1.5")]:
        make_company(workspace, name=name, seats=seats)
    assert walk(workspace, "company", "seats", 2) == ["d", "a", "b", "c"]
    found = queries.page(
        workspace=workspace,
        object_type="company",
        filters=[("seats", "at_least", "9")],
        sort="-seats",
    )
    assert titles(found) == ["b", "a"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (("name", "contains", "CAKE"), ["Birthday cake", "Wedding cake"]),
        (("name", "not_contains", "cake"), ["Bread"]),
        (("name", "any_of", "Bread;Wedding cake"), ["Bread", "Wedding cake"]),
        (("amount", "unknown"), ["Bread"]),
        (("amount", "known"), ["Birthday cake", "Wedding cake"]),
        (("amount", "greater", "50.00"), ["Wedding cake"]),
        (("amount", "between", ("50", "1,200")), ["Birthday cake", "Wedding cake"]),
        (("amount", "is_not", "50"), ["Bread", "Wedding cake"]),
        (("closes_on", "before", "2026-03-02"), ["Birthday cake"]),
        (("closes_on", "within_last", 2), ["Wedding cake"]),
        (("closes_on", "within_next", "7"), []),
    ],
)
def test_a_list_is_filtered_by_operators(
    question: tuple[object, ...], expected: list[str], now: datetime
) -> None:
    workspace = make_workspace()
    make_deal(workspace, name="Bread", amount=None)
    make_deal(workspace, name="Birthday cake", amount=50, closes_on=date(2026, 3, 1))
    make_deal(workspace, name="Wedding cake", amount=1200, closes_on=date(2026, 3, 2))
    page = queries.page(
        workspace=workspace,
        object_type="deal",
        filters=[question],
        sort="title",
        now=now,
    )
    assert titles(page) == expected


def test_a_filter_that_makes_no_sense_gets_a_sentence_by_property() -> None:
    workspace = make_workspace()
    with pytest.raises(Invalid) as caught:
        queries.page(
            workspace=workspace,
            object_type="deal",
            filters=[("amount", "greater", "much"), ("colour", "is", "red")],
        )
    assert caught.value.errors == {
        "amount": ["“much” is not a number."],
        "colour": ["There is no property “colour”."],
    }


def test_search_finds_parts_of_a_title_and_whole_addresses() -> None:
    workspace = make_workspace()
    make_contact(
        workspace, first_name="Théo", last_name="Grün", email="theo@example.com"
    )
    make_contact(workspace, first_name="Grace", last_name="100%", email="")

    def found(text: str) -> list[str]:
        return titles(
            queries.page(workspace=workspace, object_type="contact", search=text)
        )

    assert found("grü") == found("GRÜ") == found("theo@EXAMPLE.com") == ["Théo Grün"]
    assert found("00%") == ["Grace 100%"]
    assert found("gr") == ["Grace 100%"]
    assert found("_race") == []


def test_archived_records_leave_the_list(now: datetime) -> None:
    workspace = make_workspace()
    kept, gone = make_company(workspace), make_company(workspace)
    write(
        workspace=workspace,
        changes=[Change("company", {}, gone.pk, archived=True)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=now,
    )
    page = queries.page(workspace=workspace, object_type="company")
    assert page.rows == [kept]
    assert queries.get(workspace, "company", gone.pk).archived_at == now


def test_counts_stop_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = make_workspace()
    for _ in range(4):
        make_company(workspace)
    page = queries.page(workspace=workspace, object_type="company", size=1)
    assert (page.count, page.count_is_capped) == (4, False)
    monkeypatch.setattr(queries, "COUNT_CAP", 3)
    page = queries.page(workspace=workspace, object_type="company", size=1)
    assert (page.count, page.count_is_capped) == (3, True)


def test_totals_never_mix_currencies() -> None:
    workspace = make_workspace()
    make_invoice(workspace, total=Decimal("10.10"))
    make_invoice(workspace, total=Decimal("0.20"))
    make_invoice(workspace, total=Decimal(500), currency="JPY")
    make_invoice(make_workspace("Cy's shop"), total=Decimal(7))
    found = queries.totals(workspace=workspace, object_type="invoice")
    assert found["total"] == [
        Money(Decimal(500), "JPY"),
        Money(Decimal("10.30"), "USD"),
    ]


def test_an_unreadable_cursor_starts_at_the_first_page() -> None:
    workspace = make_workspace()
    company = make_company(workspace)
    for cursor in ["nonsense", "e30", "W10", "💥"]:
        page = queries.page(workspace=workspace, object_type="company", after=cursor)
        assert page.rows == [company]


def test_moments_are_filtered_by_the_workspace_s_own_zone(now: datetime) -> None:
    workspace = make_workspace(time_zone="Asia/Tokyo")
    moment = datetime(2026, 3, 3, 15, 30, tzinfo=UTC)  # half past midnight in Tokyo
    make_invoice(workspace, sent_at=moment)

    def found(text: str) -> int:
        filters = [("sent_at", "after", text)]
        return queries.page(
            workspace=workspace, object_type="invoice", filters=filters
        ).count

    assert found("2026-03-04 00:00") == 1
    assert found("2026-03-04 00:30") == 0
    filters = [("sent_at", "within_last", "1")]
    later = moment + timedelta(hours=25)
    for at, expected in [(now, 1), (later, 0)]:
        page = queries.page(
            workspace=workspace, object_type="invoice", filters=filters, now=at
        )
        assert page.count == expected


@pytest.mark.parametrize(
    ("type_key", "values"),
    [
        ("date", ["2026-01-31", "2026-02-01", None]),
        ("date_time", ["2026-01-31 23:00", "2026-02-01 01:00", None]),
        ("number", ["-2", "10", None]),
        ("text", ["Apple", "Pear", None]),
        ("boolean", ["no", "yes", None]),
        ("choice", ["a", "b", None]),
    ],
)
def test_every_custom_property_sorts_pages_as_its_type_does(
    type_key: str, values: list[str | None], now: datetime
) -> None:
    workspace = make_workspace()
    PropertyDefinition.objects.create(
        workspace=workspace,
        object_type="company",
        name="extra",
        label="Extra",
        type_key=type_key,
        options=[["a", "A"], ["b", "B"]],
        created_at=now,
    )
    for place in (1, 2, 0):
        for copy in "xy":
            make_company(workspace, name=f"{place}{copy}", extra=values[place])
    assert walk(workspace, "company", "extra", 1) == [
        "0x",
        "0y",
        "1x",
        "1y",
        "2x",
        "2y",
    ]
    assert walk(workspace, "company", "-extra", 2) == [
        "1y",
        "1x",
        "0y",
        "0x",
        "2y",
        "2x",
    ]


def test_a_list_is_not_sorted_by_what_has_no_order() -> None:
    for sort in ("colour", "-colour"):
        with pytest.raises(Invalid):
            queries.page(workspace=make_workspace(), object_type="deal", sort=sort)
