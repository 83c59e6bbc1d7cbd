"""Whatever is served of an entity has the names, types and words that were seen.

Each is created with the least that is accepted and in full, changed, voided, and read
from companies of every profile. What differs from the samples all the same stands in
one table, with the reason, and in CONFORMANCE.md. (`test_reports_shapes.py` does the
same for reports.)
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from support.casting import Cast
from support.picks import Body
from support.samples import FULL, LEAST
from support.shape_deviations import DEVIATIONS, WORDS, Deviation, covering
from support.shapes import (
    Difference,
    compared,
    covers,
    entity_names,
    entity_shape,
    paths,
)

from qbo_simulator.api import exchange_rates
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.seeds.companies import PROFILES, seed
from qbo_simulator.storage.store import Store

NOW = datetime.fromisoformat("2026-03-10T18:30:00+00:00")
CONFORMANCE = Path(__file__).parents[3] / "CONFORMANCE.md"
SECTION = "## Deviations in shape"
MOST = 60
TEMPLATES = "RecurringTransaction"
Seen = dict[str, list[tuple[Body, bool]]]
"""Of each kind what was served, and whether it was asked for in full."""


def of_requests(seen: Seen, company: Company) -> None:
    """Every request, least and full, and what becomes of it when it changes."""
    cast = Cast(company)
    cast.furnish(NOW)
    made = []
    for kind, whole in ((kind, whole) for kind in LEAST for whole in (False, True)):
        body = cast.enter(kind, (FULL if whole else LEAST)[kind], NOW)
        seen[kind].append((body, whole))
        made.append((kind, whole, id_of(body)))
    for act in (changed, voided):
        for kind, whole, number in reversed(made):
            with suppress(Fault):
                served = act(company, kind, company.read(kind, number))
                seen[kind].append((served, whole and act is changed))
    for kind in LEAST:
        found = company.query(f"select * from {kind}")[kind]  # noqa: S608
        seen[kind] += [(body, False) for body in found]


def id_of(body: Body) -> str:
    found = body if "Id" in body else next(iter(body.values()))
    return str(found["Id"])


def changed(company: Company, kind: str, body: Body) -> Body:
    """A full update with another note, or another day."""
    wish = {**body, "TxnDate": "2026-03-02"} if "TxnDate" in body else {**body}
    for name in ("PrivateNote", "Notes", "Note", "Description"):
        if name in body:
            wish[name] = f"{body[name]}!"
    return company.update(kind, wish, now=NOW)


def voided(company: Company, kind: str, body: Body) -> Body:
    return company.void(kind, body, now=NOW)


def of_company(seen: Seen, company: Company) -> None:
    for entity in entity_names():
        text = f"select * from {entity} maxresults {MOST}"  # noqa: S608
        found = company.query(text).get(entity, [])
        seen[entity] += [(body, False) for body in found]
    if company.read("Preferences", "1")["CurrencyPrefs"]["MultiCurrencyEnabled"]:
        rate = exchange_rates.read(company, "EUR", "2026-03-01", now=NOW)
        seen["ExchangeRate"].append((rate, False))


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Store]]:
    made = []

    def new() -> Store:
        made.append(Store(tmp_path_factory.mktemp("shapes") / "s.sqlite3"))
        return made[-1]

    yield new
    for store in made:
        store.close()


@pytest.fixture(scope="module")
def seen(stores: Callable[[], Store]) -> Seen:
    found: Seen = defaultdict(list)
    of_requests(found, seed(stores(), now=NOW, empty=True)[0])
    for company in seed(stores(), now=NOW, profiles=tuple(PROFILES)):
        of_company(found, company)
    return found


def chosen(entity: str) -> set[str]:
    """What the full request says by itself: without it, it may be absent."""
    body = json.loads(json.dumps(FULL.get(entity, {}), default=str))
    return {path for path, _, _ in paths(body)}


def unlike(entity: str, served: Seen) -> Iterator[tuple[Difference, list[Deviation]]]:
    """How the objects of an entity differ, and what in the table allows it."""
    said = chosen(entity)
    for body, whole in served[entity]:
        inner = entity
        if entity == TEMPLATES:
            ((inner, body),) = body.items()  # noqa: PLW2901 - a template wraps a form
        for each in compared(body, entity_shape(inner)):
            if each.how == "value" and each.word in WORDS.get(last(each.path), ()):
                continue
            if each.how == "less" and not whole and each.path in said:
                continue
            names = {entity, inner}
            yield each, [row for name in names for row in covering(name, each)]


def last(path: str) -> str:
    return path.rpartition(".")[2]


@pytest.mark.parametrize("entity", entity_names())
def test_whatever_is_served_has_the_shape_that_was_seen(
    seen: Seen, entity: str
) -> None:
    assert seen[entity], f"there is no {entity} to compare"
    said = {each.text for each, allowed in unlike(entity, seen) if not allowed}
    assert said == set()


def test_every_deviation_is_there_for_something_that_is_served(seen: Seen) -> None:
    needed: set[tuple[str, str]] = set()
    for entity in entity_names():
        for each, rows in unlike(entity, seen):
            needed |= {
                (field, row.why)
                for row in rows
                for field in row.fields.split()
                if covers([field], each.path)
            }
    idle = [
        (row.entities, field)
        for row in DEVIATIONS
        for field in row.fields.split()
        if (field, row.why) not in needed
    ]
    assert idle == [("BalanceSheet", "Header.SummarizeColumnsBy")]


def test_every_deviation_and_its_reason_stand_in_the_account_of_conformance() -> None:
    text = CONFORMANCE.read_text(encoding="utf-8")
    section = text.partition(SECTION)[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    assert rows == [each.row() for each in DEVIATIONS]


def test_words_that_are_allowed_are_more_than_the_samples_have() -> None:
    recorded: dict[str, set[str]] = defaultdict(set)
    for entity in entity_names():
        for path, field in entity_shape(entity).items():
            recorded[last(path)] |= field.values
    known: dict[str, Any] = {
        name: recorded[name] & words for name, words in WORDS.items()
    }
    assert all(known.values())


def test_what_is_served_can_be_sent_back(us: Company) -> None:
    cast = Cast(us)
    cast.furnish(NOW)
    made = {kind: id_of(cast.enter(kind, body, NOW)) for kind, body in FULL.items()}
    del made["TaxAgency"]  # which cannot be updated
    for kind, number in made.items():
        served = us.read(kind, number)
        assert us.update(kind, served, now=NOW) == served
