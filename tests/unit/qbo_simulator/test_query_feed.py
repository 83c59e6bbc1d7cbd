"""The change feed: what it gives, in which order, and how much."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from qbo_simulator.api import batch
from qbo_simulator.asking import feed
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault


@pytest.fixture
def busy(us: Company, now: datetime) -> Company:
    """Six vendors and four customers, a minute apart; the last are made inactive."""
    for minute in range(6):
        at = now + timedelta(minutes=minute)
        us.create("Vendor", {"DisplayName": f"V{minute}"}, now=at)
    for minute in range(4):
        at = now + timedelta(minutes=minute)
        us.create("Customer", {"DisplayName": f"C{minute}"}, now=at)
    wish = {"Id": "10", "SyncToken": "0", "sparse": True, "Active": False}
    us.update("Customer", wish, now=now + timedelta(hours=1))
    return us


def test_the_oldest_changes_come_first_and_the_limit_is_for_all_kinds_together(
    busy: Company, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_OBJECTS", 8)
    vendors, customers = busy.changes(["Vendor", "customer"], now)["QueryResponse"]
    assert [each["Id"] for each in vendors["Vendor"]] == ["1", "2", "3", "4", "5", "6"]
    assert [each["Id"] for each in customers["Customer"]] == ["7", "8"]
    [_, nothing] = busy.changes(["Vendor", "Item"], now)["QueryResponse"]
    assert nothing == {}


def test_what_was_made_inactive_is_a_change_as_any_other(
    busy: Company, now: datetime
) -> None:
    [found] = busy.changes(["Customer"], now + timedelta(minutes=30))["QueryResponse"]
    assert (found["startPosition"], found["maxResults"]) == (1, 1)
    assert found["Customer"][0]["Active"] is False


@pytest.mark.parametrize("entity", ["TaxCode", "TaxRate", "TaxAgency"])
def test_some_kinds_are_not_in_the_feed(
    us: Company, now: datetime, entity: str
) -> None:
    with pytest.raises(Fault, match=f"cdc for {entity} is not supported"):
        us.changes(["Customer", entity], now)


def test_an_unknown_kind_is_refused(us: Company, now: datetime) -> None:
    with pytest.raises(Fault, match=r"^500 "):
        us.changes(["Custmoer"], now)


def test_the_feed_may_be_told_not_to_go_back_too_far(now: datetime) -> None:
    long_ago = now - timedelta(days=31)
    feed.check_age(long_ago, now, 0)
    feed.check_age(now - timedelta(days=29), now, 30)
    with pytest.raises(Fault, match="which is older than fixed days is not supported"):
        feed.check_age(long_ago, now, 30)


def test_a_batch_keeps_to_the_same_limit(us: Company, now: datetime) -> None:
    us.switches.cdc_days = 30
    query = {"Entities": "Customer", "ChangedSince": "2020-01-01T00:00:00Z"}
    body = {"BatchItemRequest": [{"bId": "1", "CDCQuery": query}]}
    terms = batch.Terms(now, None, None, zero_start=True, most_objects=0)
    [refused] = batch.run(us, body, terms)
    assert refused["Fault"]["Error"][0]["code"] == "500"
    us.switches.cdc_days = 0
    [answered] = batch.run(us, body, terms)
    assert answered["CDCResponse"] == [{"QueryResponse": [{}]}]
