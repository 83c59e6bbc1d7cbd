"""Links, a page at a time: made by one copy, renewed by one statement."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import DataError, transaction
from factories import make_connection, make_workspace
from support.queries import at_most

from counterfoil.connections import links
from counterfoil.connections.links import NewLink
from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.core.errors import Stale

pytestmark = pytest.mark.django_db
AWKWARD = 'Back\\slash, tab\t, line\nbreak, "quotes", {braces}, NULL, \\N, 🧁 ø'
DIGEST = b"\x00\\\xff\t\n\"'{},NULL"


@pytest.fixture
def company() -> Connection:
    return make_connection(make_workspace())


def new(number: int) -> NewLink:
    return NewLink("customers", f"R{number}", "contact", number, reason="e-mail")


def test_a_thousand_links_are_made_by_one_statement(
    company: Connection, now: datetime
) -> None:
    with at_most(1):
        links.make_many(company, [new(n) for n in range(1000)], now=now)
    made = links.records_for(company, "customers", ["R0", "R999"], "contact")
    assert made == {"R0": 0, "R999": 999}
    link = Link.objects.get(remote_id="R7")
    assert (link.reason, link.state, link.created_at) == ("e-mail", LinkState.OK, now)
    assert (link.run_id, link.pulled_at, link.remote_updated_at) == (None, None, None)
    assert (link.base_remote, link.base_local, bytes(link.digest)) == ({}, {}, b"")


def test_a_link_keeps_exactly_what_it_was_given(
    company: Connection, now: datetime
) -> None:
    moment = datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=UTC)
    wanted = replace(
        new(1),
        remote_id=AWKWARD[:64],
        reason=AWKWARD,
        version="0",
        remote_updated_at=moment,
        digest=DIGEST,
        base_remote={AWKWARD: [AWKWARD, None, {"deep": "12.50"}]},
        base_local={"first_name": "", "custom": None},
        run_id=7,
        pulled_at=now,
    )
    links.make_many(company, [wanted], now=now)
    link = Link.objects.get()
    assert (link.remote_id, link.reason) == (AWKWARD[:64], AWKWARD)
    assert link.base_remote == wanted.base_remote
    assert link.base_local == wanted.base_local
    assert (bytes(link.digest), link.remote_updated_at) == (DIGEST, moment)
    assert (link.version, link.run_id, link.pulled_at) == ("0", 7, now)


def test_one_that_is_linked_already_leaves_nothing_of_the_page(
    company: Connection, now: datetime
) -> None:
    links.make_many(company, [new(3)], now=now)
    other_record = replace(new(3), record_id=99)
    other_object = replace(new(3), remote_id="R99")
    for rival in (other_record, other_object):
        with pytest.raises(Stale):
            links.make_many(company, [new(1), rival, new(4)], now=now)
    assert list(Link.objects.values_list("remote_id", flat=True)) == ["R3"]


def test_links_are_renewed_by_one_statement_and_keep_what_was_not_named(
    company: Connection, now: datetime
) -> None:
    links.make_many(company, [new(n) for n in range(1000)], now=now)
    keys = dict(Link.objects.values_list("pk", "record_id"))
    with at_most(1):
        links.renew_many(
            company,
            {
                pk: {
                    "version": str(number),
                    "remote_updated_at": now if number else None,
                    "digest": DIGEST,
                    "base_remote": {"DisplayName": f"{number} {AWKWARD}"},
                    "base_local": {"first_name": None},
                    "pulled_at": now,
                }
                for pk, number in keys.items()
            },
        )
    link = Link.objects.get(record_id=999)
    assert (link.version, link.remote_updated_at, link.pulled_at) == ("999", now, now)
    assert link.base_remote == {"DisplayName": f"999 {AWKWARD}"}
    assert link.base_local == {"first_name": None}
    assert (bytes(link.digest), link.reason, link.pushed_at) == (DIGEST, "e-mail", None)
    assert Link.objects.get(record_id=0).remote_updated_at is None


def test_links_may_be_renewed_each_by_what_is_new_of_it(
    company: Connection, now: datetime
) -> None:
    links.make_many(company, [new(1), new(2), new(3)], now=now)
    first, second, third = Link.objects.order_by("record_id")
    links.renew_many(
        company,
        {
            first.pk: {"state": LinkState.IGNORED.value},
            second.pk: {"pushed_at": now, "version": "5"},
            third.pk: {},
        },
    )
    seen = Link.objects.order_by("record_id").values_list(
        "state", "version", "pushed_at"
    )
    assert list(seen) == [("ignored", "", None), ("ok", "5", now), ("ok", "", None)]


def test_a_link_that_is_gone_or_another_company_s_is_told_and_nothing_is_renewed(
    company: Connection, now: datetime
) -> None:
    other = make_connection(company.workspace)
    links.make_many(company, [new(1)], now=now)
    links.make_many(other, [new(1)], now=now)
    mine, theirs = (Link.objects.get(connection=each) for each in (company, other))
    for stranger in (theirs.pk, theirs.pk + 1000):
        values = {mine.pk: {"version": "9"}, stranger: {"version": "9"}}
        with pytest.raises(Stale):
            links.renew_many(company, values)
    assert not Link.objects.filter(version="9").exists()


def test_text_that_is_too_long_is_refused_and_not_cut(
    company: Connection, now: datetime
) -> None:

    links.make_many(company, [new(1)], now=now)
    link = Link.objects.get()
    with pytest.raises(DataError), transaction.atomic():
        links.renew_many(company, {link.pk: {"version": "9" * 33}})
    with pytest.raises(DataError), transaction.atomic():
        links.make_many(company, [replace(new(2), version="9" * 33)], now=now)
    assert Link.objects.get().version == ""
