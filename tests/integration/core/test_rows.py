"""Rows come out of the database as they went in, whichever way they went."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from factories import make_connection, make_workspace
from hypothesis import HealthCheck, given, settings, strategies as st

from counterfoil.connections.models import Connection, Link
from counterfoil.core import rows
from counterfoil.crm.models import Product

pytestmark = pytest.mark.django_db
on_the_database = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = ("stream", "version", "remote_updated_at", "digest", "base_local", "run_id")
texts = st.text(
    st.one_of(
        st.sampled_from("\\\t\n\r\"'{},N%🧁"),
        st.characters(exclude_characters="\x00", exclude_categories=["Cs"]),
    ),
    max_size=32,
)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=6,
)
FIRST, LAST = (datetime(year, 1, 1) for year in (1900, 9999))  # noqa: DTZ001  as asked
moments = st.none() | st.datetimes(FIRST, LAST, timezones=st.just(UTC))
values = st.tuples(
    texts,
    texts,
    moments,
    st.binary(max_size=24),
    st.dictionaries(texts, jsons, max_size=3),
    st.none() | st.integers(-(2**63), 2**63 - 1),
)


@pytest.fixture
def company() -> Connection:
    return make_connection(make_workspace())


def held() -> list[tuple[object, ...]]:
    found = Link.objects.order_by("record_id")
    return [
        (
            link.stream,
            link.version,
            link.remote_updated_at,
            bytes(link.digest),
            link.base_local,
            link.run_id,
        )
        for link in found
    ]


@on_the_database
@given(first=st.lists(values, min_size=1, max_size=4), data=st.data())
def test_what_goes_in_comes_out_copied_inserted_and_joined(
    company: Connection,
    first: list[tuple[object, ...]],
    data: st.DataObject,
    now: datetime,
) -> None:
    Link.objects.all().delete()
    what = ("connection", "remote_id", "object_type", "record_id", "reason", "state")
    names = (*what, "created_at", "base_remote", *NAMES)
    given_rows = [
        (company.pk, str(n), "contact", n, "", "ok", now, {}, *row)
        for n, row in enumerate(first)
    ]
    rows.insert(Link, names, given_rows)
    assert held() == first

    Link.objects.all().delete()
    rows.insert_missing(Link, names, given_rows)
    rows.insert_missing(Link, names, given_rows)
    assert held() == first

    size = len(first)
    second = data.draw(st.lists(values, min_size=size, max_size=size))
    keys = Link.objects.order_by("record_id").values_list("pk", flat=True)
    changed = [(key, *row) for key, row in zip(keys, second, strict=True)]
    assert rows.update(Link, NAMES, changed) == size
    assert held() == second


@on_the_database
@given(price=st.decimals(-(10**11), 10**11, places=7, allow_nan=False))
def test_amounts_come_out_as_they_went_in(company: Connection, price: Decimal) -> None:
    product = Product.objects.create(
        workspace=company.workspace, name="x", currency="USD", **clocks()
    )
    rows.update(Product, ["unit_price", "taxable"], [(product.pk, price, False)])
    product.refresh_from_db()
    assert (product.unit_price, product.taxable) == (price, False)


def clocks() -> dict[str, datetime]:
    at = datetime(2026, 3, 4, tzinfo=UTC)
    return {"created_at": at, "updated_at": at}


def test_keys_are_taken_once_and_in_order() -> None:
    taken = [*rows.take_keys(Link, 3), *rows.take_keys(Link, 2)]
    assert taken == sorted(set(taken))
    assert len(taken) == 5
    assert rows.take_keys(Link, 0) == []


def test_what_is_not_a_column_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="is not a column"):
        rows.insert(Connection, ["links"], [(1,)])
    with pytest.raises(TypeError, match="cannot be put into an array"):
        rows.update(Link, ["version"], [(1, object())])
