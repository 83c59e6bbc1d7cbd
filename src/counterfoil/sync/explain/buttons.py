"""What a person can do about how a pair stands, and where its object's own page is."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.connections.models import Connection, ConnectionState, Link, LinkState
from counterfoil.sync.engine.verdict import Reason
from counterfoil.sync.explain.headline import Facts
from counterfoil.sync.explain.story import Button, State
from counterfoil.sync.models import IssueState
from counterfoil.sync.ports import writers

# Reasons that a change of the settings ends.
OF_SETTINGS = {
    Reason.OFF,
    Reason.ONE_WAY,
    Reason.UPDATE_ONLY,
    Reason.NOT_TAKEN,
    Reason.FILTERED,
    Reason.HELD,
}


def of(facts: Facts, state: State) -> tuple[Button, ...]:
    """The buttons of a pair, the most useful one first."""
    return tuple(dict.fromkeys(_of(facts, state)))


def _of(facts: Facts, state: State) -> Iterator[Button]:
    case = facts.case
    if case.survivor is not None:
        return
    reason = facts.there.reason if facts.there else Reason.NONE
    if case.connection.state == ConnectionState.RECONNECT:
        yield Button.RECONNECT
    if case.review is not None:
        yield Button.REVIEW
    if any(each.state == IssueState.OPEN for each in facts.issues):
        yield from (Button.RETRY, Button.IGNORE)
    if not case.settings.enabled or reason in OF_SETTINGS:
        yield Button.SETTINGS
    if case.record is not None and case.record.archived_at is not None:
        yield Button.RESTORE
    if case.link is not None:
        yield Button.OPEN
    yield from _of_pair(facts, state)


def _of_pair(facts: Facts, state: State) -> Iterator[Button]:
    case = facts.case
    if state is State.IGNORED:
        yield Button.FOLLOW
        return
    if not (case.connection.is_active and case.settings.enabled):
        return
    yield Button.SYNC
    yield Button.LINK
    if case.link is not None and case.link.state == LinkState.OK:
        yield Button.UNLINK
    yield Button.LEAVE


def address(connection: Connection, link: Link | None) -> str:
    """Where a person opens the object at the service; nowhere where nobody knows."""
    writer = writers.get(connection.service)
    if link is None or writer is None:
        return ""
    return writer.page_address(connection, link.stream, link.remote_id)
