"""Whatever a record is and however a connection is set up: there is an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from factories import people, records
from factories.troubles import make_conflict
from hypothesis import HealthCheck, given, settings, strategies as st

from counterfoil.connections.models import (
    Connection,
    ConnectionState,
    Link,
    LinkState,
    RemoteObject,
)
from counterfoil.crm import associations
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import Archived, Gone, NameTaken, Taking
from counterfoil.sync.engine.verdict import Act, Reason
from counterfoil.sync.explain import record as explain, words
from counterfoil.sync.explain.remote import of_remote
from counterfoil.sync.explain.story import Part, State
from counterfoil.sync.models import Issue, Outgoing, Quarantine, Review
from counterfoil.sync.outgoing.judging import judge_out
from counterfoil.sync.ports import pairings
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db
NOW = people.NOW
STREAMS = {"contact": "customers", "company": "customers", "product": "items"}
NAMES = {"contact": "contacts", "company": "companies", "product": "products"}
FILTERS: list[tuple[tuple[str, str, object], ...]] = [
    (),
    (("owner", "known", None),),
    (("title", "contains", "nobody"),),
    (("property_that_is_gone", "is", "x"),),
]


@dataclass(frozen=True)
class Situation:
    """What can be the case with a record, drawn at random."""

    object_type: str
    archived: bool
    in_company: bool
    linked: bool
    ignored: bool
    read: bool
    active: bool
    differs: bool
    trouble: str
    state: ConnectionState
    settings: dict[str, Any]
    others_on: bool


SITUATIONS = st.builds(
    Situation,
    object_type=st.sampled_from(list(STREAMS)),
    archived=st.booleans(),
    in_company=st.booleans(),
    linked=st.booleans(),
    ignored=st.booleans(),
    read=st.booleans(),
    active=st.booleans(),
    differs=st.booleans(),
    trouble=st.sampled_from(
        ["", "issue", "conflict", "quarantine", "outgoing", "held", "review", "left"]
    ),
    state=st.sampled_from(ConnectionState),
    settings=st.fixed_dictionaries(
        {
            "enabled": st.booleans(),
            "direction": st.sampled_from(Direction),
            "incoming": st.sampled_from(Taking),
            "outgoing": st.sampled_from(Taking),
            "on_gone": st.sampled_from(Gone),
            "on_archived": st.sampled_from(Archived),
            "name_taken": st.sampled_from(NameTaken),
            "filters": st.sampled_from(FILTERS),
        }
    ),
    others_on=st.booleans(),
)


def content_of(record: Record, *, differs: bool) -> dict[str, object]:
    name = str(record)
    given = {"display_name": name, "given_name": "Dora", "family_name": name[5:]}
    item = {"name": name, "type": "service", "sku": getattr(record, "sku", "")}
    phone = "555 0199" if differs else ""
    return {**(item if record.object_type == "product" else given), "phone": phone}


def build(found: Situation) -> tuple[Connection, Record]:
    workspace = people.make_workspace()
    books = people.make_connection(workspace, state=found.state)
    record = records.make_record(
        workspace, found.object_type, **VALUES[found.object_type]
    )
    if found.archived:
        type(record)._default_manager.filter(pk=record.pk).update(archived_at=NOW)
    if found.in_company and found.object_type == "contact":
        company = records.make_company(workspace)
        associations.associate(
            workspace=workspace, left=Ref.of(record), right=Ref.of(company), now=NOW
        )
    for object_type, name in NAMES.items():
        wanted = choices.defaults(books, name)
        if object_type == found.object_type:
            wanted = replace(wanted, **found.settings)
        elif found.others_on:
            wanted = replace(wanted, enabled=True)
        choices.save(books, wanted, by=None, now=NOW)
    troubles(found, books, record)
    return books, record


VALUES: dict[str, dict[str, object]] = {
    "contact": {"first_name": "Dora", "last_name": "Field"},
    "company": {"name": "Field & Sons"},
    "product": {"name": "Rye bread", "sku": "RYE"},
}


def troubles(found: Situation, books: Connection, record: Record) -> None:
    stream, name = STREAMS[found.object_type], NAMES[found.object_type]
    if found.read:
        RemoteObject.objects.create(
            connection=books,
            stream=stream,
            remote_id="7",
            version="0",
            name=str(record),
            lookup=str(record).upper(),
            active=found.active,
            content=content_of(record, differs=found.differs),
            digest=b"read",
            seen_at=NOW,
        )
    link = None
    if found.linked:
        link = Link.objects.create(
            connection=books,
            stream=stream,
            remote_id="7",
            object_type=found.object_type,
            record_id=record.pk,
            state=LinkState.IGNORED if found.ignored else LinkState.OK,
            created_at=NOW,
        )
    ours = {"object_type": found.object_type, "record_id": record.pk}
    if found.trouble == "issue":
        Issue.objects.create(
            connection=books,
            subject=f"out:{found.object_type}:{record.pk}",
            name=name,
            sentence="The name is already used by a vendor.",
            first_at=NOW,
            last_at=NOW,
            **ours,
        )
    elif found.trouble in {"outgoing", "held"}:
        Outgoing.objects.create(
            connection=books,
            name=name,
            next_at=NOW,
            since=NOW,
            held=found.trouble == "held",
            **ours,
        )
    elif found.trouble in {"review", "left"}:
        is_left = found.trouble == "left"
        Review.objects.create(
            connection=books,
            name=name,
            side="out",
            stream=stream,
            opened_at=NOW,
            answered_at=NOW if is_left else None,
            answer={"ignore": True} if is_left else {},
            **ours,
        )
    elif link is not None and found.trouble == "conflict":
        make_conflict(link, local_field="phone", remote_field="phone")
    elif link is not None and found.trouble == "quarantine":
        Quarantine.objects.create(
            link=link, connection=books, field="phone", why="alternates", since=NOW
        )


def assert_answered(part: Part) -> None:
    assert part.sentence.strip().endswith("."), part.sentence
    assert "%" not in part.sentence
    assert part.state_label
    for field in part.fields:
        assert field.sentence.endswith(".")
        assert field.label
        assert field.remote_label


@given(SITUATIONS)
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_no_situation_is_without_an_answer(found: Situation) -> None:
    books, record = build(found)
    told = explain.of_record(books.workspace, Ref.of(record), NOW)
    [part] = told.parts
    assert_answered(part)
    if found.state != ConnectionState.ACTIVE:
        assert part.state is State.PAUSED
    elif not found.settings["enabled"] and not (found.linked and found.ignored):
        assert "is off" in part.sentence
    elif not found.linked and found.trouble in {"", "outgoing"}:
        assert_as_judged(books, record, part)


def assert_as_judged(books: Connection, record: Record, part: Part) -> None:
    """What is told of a record that is not there is what the judge says."""
    pairing = pairings[f"{books.service}.{part.name}"]
    chosen = choices.of(books, part.name)
    [verdict] = judge_out(books, pairing, chosen, [record.pk], now=NOW)
    if verdict.reason not in {Reason.NONE, Reason.PERSON_OF_COMPANY, Reason.FILTERED}:
        about = words.About(service="QuickBooks", object=str(pairing.label))
        assert part.sentence == words.not_there(verdict.reason, about)
    elif verdict.there is Act.CREATE:
        assert "Not in QuickBooks yet" in part.sentence


@given(SITUATIONS)
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
def test_no_object_there_is_without_an_answer(found: Situation) -> None:
    books, record = build(found)
    stream = STREAMS[record.object_type]
    told = of_remote(books, stream, "7", NOW + timedelta(hours=1))
    assert told.parts or told.sentence.endswith(".")
    for part in told.parts:
        assert_answered(part)
    if found.read:
        on = {"customers": 2, "items": 1}[stream]
        assert len(told.parts) == on
