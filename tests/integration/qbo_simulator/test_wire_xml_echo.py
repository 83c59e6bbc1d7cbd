"""Everything in the books, read as XML and sent back as it came, stays as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from qbo_simulator.api.xml_reading import parse
from qbo_simulator.catalogue import KINDS
from qbo_simulator.credentials import issue
from qbo_simulator.switches import Switches
from qbo_simulator.testing import serve

PROFILES = ("us-ast", "multi", "fr")
ROWS, ECHOED = 60, 12
XML = {"Accept": "application/xml", "Content-Type": "application/xml"}
Body = dict[str, Any]


@pytest.fixture(scope="module", params=PROFILES)
def http(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("simulator")
    unlimited = Switches(throttle=False)
    with serve(folder, switches=unlimited, profiles=[request.param]) as running:
        keys = issue(running.state.store, base=running.base_url)
        headers = {
            "Authorization": f"Bearer {keys['access_token']}",
            "Accept": "application/json",
        }
        url = f"{keys['base_url']}/{keys['realm_id']}/"
        with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
            yield client


def rows(http: httpx.Client, kind: str) -> list[Body]:
    asked = {"query": f"select * from {kind} maxresults {ROWS}"}  # noqa: S608
    found: list[Body] = (
        http.get("query", params=asked).json()["QueryResponse"].get(kind, [])
    )
    return found


def own(kind: str, body: Body) -> Body:
    """The transaction within a recurring one, and anything else as it is."""
    return next(iter(body.values())) if kind == "RecurringTransaction" else body


def plain(value: Any) -> Any:
    """A value without what XML does not tell from nothing, numbers as numbers."""
    if isinstance(value, dict):
        kept = {name: plain(part) for name, part in value.items()}
        return {
            name: part
            for name, part in kept.items()
            if part not in ("", {}, [], None) and not name.endswith("Ex")
        }
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, bool | str):
        return value
    return None if value is None else float(value)


def may_be_sent(kind: str, body: Body) -> bool:
    """Whether an application may change it at all."""
    is_bundle = body.get("Type") == "Group"
    return "update" in KINDS[kind].operations and not is_bundle


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"ExchangeRate"}))
def test_what_is_read_as_xml_is_what_is_read_as_json_and_may_be_sent_back(
    http: httpx.Client, kind: str
) -> None:
    for number, row in enumerate(rows(http, kind)):
        path = kind.lower()
        if kind == "CompanyInfo":
            path += f"/{str(http.base_url).rstrip('/').rpartition('/')[2]}"
        elif kind != "Preferences":
            path += f"/{own(kind, row)['Id']}"
        before = http.get(path).json()[kind]
        text = http.get(path, headers=XML).content
        assert plain(parse(text)[1][kind]) == plain(before)
        if not may_be_sent(kind, before) or number >= ECHOED:
            continue
        element = re.search(b"<%b[ >].*</%b>" % ((kind.encode(),) * 2), text, re.DOTALL)
        assert element is not None
        answer = http.post(kind.lower(), content=element.group(), headers=XML)
        assert answer.status_code == 200, answer.text
        after = http.get(path).json()[kind]
        assert plain(own(kind, after)) == plain(own(kind, before))
