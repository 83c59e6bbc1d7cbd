"""A company is one customer, and its contacts are its people.

A contact of a company that is synced is no customer of its own. The company's first
contact with a name is the person whom the customer names; both are linked to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from counterfoil.connections import mirror
from counterfoil.connections.models import Link, LinkState, RemoteObject
from counterfoil.crm import associations
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.sync.engine.canon import is_empty
from counterfoil.sync.engine.settings import Taking
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.ports import pairings_of
from counterfoil.sync.settings import choices

PERSON, ORGANISATION = "contact", "company"


@dataclass(frozen=True, slots=True)
class Home:
    """The company that a contact is one of the people of.

    ``row`` is its customer, where it is one already; ``may_join``: the contact can be the
    person whom that customer names.
    """

    company: Record
    row: RemoteObject | None = None
    may_join: bool = False


def other(ground: Ground, object_type: str) -> Ground | None:
    """The ground of the noun that shares the stream, if that is on."""
    found = next(
        (
            pairing
            for pairing in pairings_of(ground.connection.service)
            if pairing.stream == ground.pairing.stream
            and pairing.object_type == object_type
        ),
        None,
    )
    if found is None or found.name not in ground.others:
        return None
    settings = choices.all_of(ground.connection)[found.name]
    return Ground(ground.connection, found, settings, now=ground.now)


def homes(ground: Ground, contacts: Collection[Record]) -> dict[int, Home]:
    """By contact, the first of its companies that is synced, or going to be."""
    if ground.pairing.object_type != PERSON or not contacts:
        return {}
    refs = [Ref.of(each) for each in contacts]
    ties = associations.of_many(ground.workspace, refs, ORGANISATION)
    companies = other(ground, ORGANISATION) if any(ties.values()) else None
    if companies is None or not companies.sends_changes:
        return {}
    synced = _synced(
        companies, {ref.record_id for each in ties.values() for ref in each}
    )
    wanted = {
        ref.record_id: next(each.record_id for each in tied if each.record_id in synced)
        for ref, tied in ties.items()
        if any(each.record_id in synced for each in tied)
    }
    rows = _customers(companies, set(wanted.values()))
    firsts = persons(ground, [synced[pk] for pk in rows])
    return {
        contact: Home(
            synced[pk],
            rows.get(pk),
            may_join=pk in firsts
            and firsts[pk].pk == contact
            and _has_room(ground, rows[pk], firsts[pk]),
        )
        for contact, pk in wanted.items()
    }


def persons(ground: Ground, companies: Sequence[Record]) -> dict[int, Any]:
    """By company, its first contact that has a name and is nobody's customer yet.

    ``ground`` is that of contacts. A company whose customer has a contact has none.
    """
    refs = [Ref.of(each) for each in companies]
    ties = associations.of_many(ground.workspace, refs, PERSON)
    ids = {ref.record_id for each in ties.values() for ref in each}
    people: Mapping[int, Any] = ground.model._default_manager.filter(
        workspace=ground.workspace, archived_at=None
    ).in_bulk(list(ids))
    linked = set(_links(ground, ids))
    found: dict[int, Any] = {}
    for ref, tied in ties.items():
        alive = [people[each.record_id] for each in tied if each.record_id in people]
        named = [each for each in alive if each.first_name or each.last_name]
        if named and named[0].pk not in linked and ground.sieve.lets(named[0]):
            found[ref.record_id] = named[0]
    return found


def _synced(companies: Ground, ids: Collection[int]) -> dict[int, Record]:
    """Those that are linked, or would be created."""
    rows = companies.model._default_manager.filter(
        workspace=companies.workspace, archived_at=None
    ).in_bulk(list(ids))
    linked = _links(companies, rows)
    creates = companies.settings.outgoing is Taking.CREATE_UPDATE
    return {
        pk: record
        for pk, record in rows.items()
        if linked.get(pk) == LinkState.OK
        or (pk not in linked and creates and companies.sieve.lets(record))
    }


def _links(ground: Ground, ids: Iterable[int]) -> dict[int, str]:
    rows = Link.objects.filter(
        connection=ground.connection,
        stream=ground.pairing.stream,
        object_type=ground.pairing.object_type,
        record_id__in=list(ids),
    )
    return dict(rows.values_list("record_id", "state"))


def _customers(companies: Ground, ids: Collection[int]) -> dict[int, RemoteObject]:
    """By company, its customer; those that have a contact already are left out."""
    links = Link.objects.filter(
        connection=companies.connection,
        stream=companies.pairing.stream,
        remote_id__in=Link.objects.filter(
            connection=companies.connection,
            stream=companies.pairing.stream,
            object_type=ORGANISATION,
            record_id__in=list(ids),
        ).values("remote_id"),
    )
    by_remote: dict[str, dict[str, int]] = {}
    for link in links:
        by_remote.setdefault(link.remote_id, {})[link.object_type] = link.record_id
    rows = mirror.get_many(
        companies.connection, companies.pairing.stream, list(by_remote)
    )
    return {
        found[ORGANISATION]: rows[remote_id]
        for remote_id, found in by_remote.items()
        if PERSON not in found and remote_id in rows and rows[remote_id].active
    }


def _has_room(contacts: Ground, row: RemoteObject, contact: Any) -> bool:
    """Whether the customer names nobody else: no person, or this very one."""
    for name, own in (
        ("given_name", contact.first_name),
        ("family_name", contact.last_name),
    ):
        there = row.content.get(name)
        if not is_empty(there) and str(there).casefold() != str(own).casefold():
            return False
    return True
