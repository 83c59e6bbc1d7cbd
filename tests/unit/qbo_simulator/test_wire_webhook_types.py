"""Every operation of every entity that webhooks tell of, in both formats."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from qbo_simulator.catalogue import KINDS
from qbo_simulator.webhooks.payloads import Event, cloud_events, is_told, legacy

# As generated from Intuit's list; `changeorder` and `currency` are of no entity here.
TYPES = """
account created updated deleted merged
bill created updated deleted
billpayment created updated deleted void
budget created updated
class created updated deleted merged
companycurrency created updated deleted
creditmemo created updated deleted void emailed
customer created updated deleted merged
department created updated merged
deposit created updated deleted
employee created updated deleted merged
estimate created updated deleted emailed
invoice created updated deleted void emailed
item created updated deleted merged
journalcode created updated
journalentry created updated deleted
payment created updated deleted void emailed
paymentmethod created updated merged
preferences updated
purchase created updated deleted void
purchaseorder created updated deleted emailed
refundreceipt created updated deleted void emailed
salesreceipt created updated deleted void emailed
taxagency created updated
term created updated
timeactivity created updated deleted
transfer created updated deleted void
vendor created updated deleted merged
vendorcredit created updated deleted
"""
WORDS = {
    "created": "Create",
    "updated": "Update",
    "deleted": "Delete",
    "merged": "Merge",
    "void": "Void",
    "emailed": "Emailed",
}
LISTED = {
    words[0]: set(words[1:]) for words in map(str.split, TYPES.strip().splitlines())
}
AT = datetime(2026, 3, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize("entity", sorted(KINDS))
@pytest.mark.parametrize("word", sorted(WORDS))
def test_an_entity_tells_of_the_listed_operations_and_of_no_other(
    entity: str, word: str
) -> None:
    operation = WORDS[word]
    listed = word in LISTED.get(entity.lower(), set())
    assert is_told(entity, operation) is listed
    if not listed:
        return
    loser = "27" if word == "merged" else None
    event = Event(1, "9130", entity, "5", operation, AT, loser)
    (told,) = json.loads(cloud_events([event], client_id="AB"))
    assert told["type"] == f"qbo.{entity.lower()}.{word}.v1"
    assert told["data"] == ({"deletedid": "27"} if loser else {})
    (notified,) = json.loads(legacy([event]))["eventNotifications"]
    (changed,) = notified["dataChangeEvent"]["entities"]
    assert (changed["name"], changed["operation"]) == (entity, operation)
    assert changed.get("deletedId") == loser


def test_events_of_several_companies_share_one_payload() -> None:
    events = [
        Event(n, f"913{n}", "JournalEntry", str(n), "Update", AT) for n in range(3)
    ]
    told = json.loads(cloud_events(events, client_id="AB"))
    assert [each["intuitaccountid"] for each in told] == ["9130", "9131", "9132"]
    assert len({each["id"] for each in told}) == 3
    notified = json.loads(legacy(events))["eventNotifications"]
    assert [each["realmId"] for each in notified] == ["9130", "9131", "9132"]


def test_a_hundred_events_fit_into_one_megabyte() -> None:
    events = [
        Event(n, "9" * 20, "CompanyCurrency", "9" * 18, "Update", AT)
        for n in range(100)
    ]
    assert len(cloud_events(events, client_id="A" * 50)) < 1_000_000
