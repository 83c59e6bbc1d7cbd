"""A new name stands in every reference, wherever it is, and counts as no change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.books.references import references
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store
from qbo_simulator.wire import decode

Body = dict[str, Any]
NAMED = (
    *("Customer", "Vendor", "Employee", "Item", "Account"),
    *("Class", "Department", "Term"),
)
ODD = 'Zoë\'s "new" name \\ & <co>'


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    store = Store(tmp_path_factory.mktemp("renamed") / "simulator.sqlite3")
    now = datetime.fromisoformat("2026-03-10T10:30:00-08:00")
    yield seed(store, now=now, profiles=("multi",))[0]
    store.close()


def shown(company: Company, entity: str) -> dict[str, list[tuple[str, str, str]]]:
    """Who shows which name in a reference, by the id of what is referred to."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    rows = company.store.connection.execute(
        "SELECT kind, id, body FROM entity WHERE realm = ? AND deleted = 0",
        (company.realm,),
    )
    for kind, id_, body in rows:
        for target, ref in references(KINDS[kind].opened(decode(body)), kind):
            if target == entity and "name" in ref:
                found.setdefault(ref["value"], []).append((kind, str(id_), ref["name"]))
    return found


@pytest.mark.parametrize("entity", NAMED)
def test_a_new_name_is_shown_by_all_who_refer_to_it(
    full: Company, now: datetime, entity: str
) -> None:
    before = shown(full, entity)
    if not before:
        pytest.skip("nothing shows a name of this kind")
    busiest = max(before, key=lambda each: len(before[each]))
    held = full.read(entity, busiest)
    part = "DisplayName" if "DisplayName" in held else "Name"
    name = f"{entity} {ODD}"[:31]
    if entity == "Account":
        name = name.replace('"', "")
    head = {"Id": busiest, "SyncToken": held["SyncToken"], "sparse": True}
    tokens = {
        (kind, id_): full.read(kind, id_).get("SyncToken")
        for kind, id_, _ in before[busiest]
    }
    changed = full.update(entity, {**head, part: name}, now=now)
    assert changed[part] == name
    after = shown(full, entity)
    assert {each for _, _, each in after[busiest]} <= {
        name,
        changed.get("FullyQualifiedName", name),
    }
    assert len(after[busiest]) == len(before[busiest])
    del after[busiest], before[busiest]
    assert after == before
    for (kind, id_), token in tokens.items():
        assert full.read(kind, id_).get("SyncToken") == token


def test_below_a_renamed_class_the_full_names_on_lines_follow(
    us: Company, now: datetime
) -> None:
    prefs = us.read("Preferences", "1")
    wish = {"AccountingInfoPrefs": {"ClassTrackingPerTxnLine": True}, "sparse": True}
    us.update(
        "Preferences", {"Id": "1", "SyncToken": prefs["SyncToken"], **wish}, now=now
    )
    top = us.create("Class", {"Name": "North"}, now=now)
    shop = us.create(
        "Class", {"Name": "Shop", "ParentRef": {"value": top["Id"]}}, now=now
    )
    customer = us.create("Customer", {"DisplayName": "Ada"}, now=now)
    detail = {"ItemRef": {"value": "1"}, "ClassRef": {"value": shop["Id"]}}
    line = {
        "Amount": 5,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [line]}
    invoice = us.create("Invoice", body, now=now)

    def told() -> str:
        lines = us.read("Invoice", invoice["Id"])["Line"]
        return str(lines[0]["SalesItemLineDetail"]["ClassRef"]["name"])

    assert told() == "North:Shop"
    head = {"Id": top["Id"], "SyncToken": "0", "sparse": True}
    us.update("Class", {**head, "Name": "South"}, now=now)
    assert told() == "South:Shop"
