"""Which of what was observed is news, against the links that say what we had last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.core import rows
from counterfoil.crm.records import Written
from counterfoil.sync.ports import Observed

GONE = b"gone"
_FRESH = (
    "connection",
    "stream",
    "remote_id",
    "object_type",
    "record_id",
    "version",
    "remote_updated_at",
    "digest",
    "base_remote",
    "base_local",
    "reason",
    "state",
    "run_id",
    "pulled_at",
    "created_at",
)
_CHANGED = ("version", "remote_updated_at", "digest", "pulled_at")


def held(
    connection: Connection, stream: str, object_type: str, remote_ids: Sequence[str]
) -> dict[str, Link]:
    """The links of these objects, locked."""
    found = Link.objects.select_for_update().filter(
        connection=connection,
        stream=stream,
        object_type=object_type,
        remote_id__in=remote_ids,
    )
    return {link.remote_id: link for link in found.order_by("id")}


def is_news(observed: Observed, link: Link | None) -> bool:
    """Whether it says more than the last that was applied: neither older nor equal."""
    if link is None:
        return not observed.deleted
    if is_older(observed, link):
        return False
    return bytes(link.digest) != digest_of(observed)


def digest_of(observed: Observed) -> bytes:
    """What the link keeps: that it is gone is told once only."""
    return GONE if observed.deleted else observed.digest


def is_older(observed: Observed, link: Link) -> bool:
    """By the other side's time of change, then by its version."""
    if observed.updated_at is None or link.remote_updated_at is None:
        return False
    if observed.updated_at != link.remote_updated_at:
        return observed.updated_at < link.remote_updated_at
    if observed.version.isdecimal() and link.version.isdecimal():
        return int(observed.version) < int(link.version)
    return False


def newest(observed: Sequence[Observed]) -> dict[str, Observed]:
    """One observation per object: the last by time, then by version."""
    found: dict[str, Observed] = {}
    for each in observed:
        before = found.get(each.remote_id)
        if before is None or _age(each) >= _age(before):
            found[each.remote_id] = each
    return found


def _age(observed: Observed) -> tuple[float, int]:
    at = observed.updated_at.timestamp() if observed.updated_at else 0.0
    version = int(observed.version) if observed.version.isdecimal() else 0
    return at, version


def renew(
    connection: Connection,
    news: Sequence[Observed],
    links: Mapping[str, Link],
    written: Mapping[str, Written],
    now: datetime,
    *,
    run_id: int | None = None,
) -> None:
    """Note on the links what has been applied, and make those that are new."""
    fresh: list[rows.Row] = []
    changed: list[rows.Row] = []
    for each in news:
        link = links.get(each.remote_id)
        if link is not None:
            version = each.version or link.version
            updated_at = each.updated_at or link.remote_updated_at
            changed.append((link.pk, version, updated_at, digest_of(each), now))
        elif each.remote_id in written:
            ref = written[each.remote_id].ref
            fresh.append(
                (
                    connection.pk,
                    each.stream,
                    each.remote_id,
                    *ref,
                    each.version,
                    each.updated_at,
                    digest_of(each),
                    {},
                    {},
                    "read",
                    LinkState.OK.value,
                    run_id,
                    now,
                    now,
                )
            )
    rows.insert(Link, _FRESH, fresh)
    rows.update(Link, _CHANGED, changed)


def forget(
    connection: Connection, stream: str, object_type: str, remote_ids: Sequence[str]
) -> None:
    """These are the record's no longer; the records stay as they are."""
    Link.objects.filter(
        connection=connection,
        stream=stream,
        object_type=object_type,
        remote_id__in=remote_ids,
    ).delete()


def remote_ids(
    connection: Connection, stream: str, object_type: str, records: Iterable[int]
) -> set[str]:
    """The remote ids of these records."""
    found = Link.objects.filter(
        connection=connection,
        stream=stream,
        object_type=object_type,
        record_id__in=records,
    )
    return set(found.values_list("remote_id", flat=True))
