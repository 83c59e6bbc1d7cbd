"""Applies documents as the books have them: one engine for every kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from counterfoil.connections.models import Connection, Link, LinkState
from counterfoil.crm.models import Document, Payment
from counterfoil.crm.records import Change, Written
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Origin
from counterfoil.sync import linked
from counterfoil.sync.documents import allocations, lines, news as told, offers, ties
from counterfoil.sync.documents.kinds import Context, DocumentKind, kinds
from counterfoil.sync.documents.names import Names
from counterfoil.sync.documents.writing import write_all
from counterfoil.sync.engine.settings import Gone, Settings, Taking
from counterfoil.sync.models import Run
from counterfoil.sync.ports import Observed
from counterfoil.sync.settings import choices


@dataclass(frozen=True)
class Page:
    """What was written of a page of observations."""

    kind: DocumentKind
    connection: Connection
    origin: Origin
    now: datetime
    applied: Sequence[Observed]
    written: Mapping[str, Written]
    links: Mapping[str, Link]

    def ref(self, observed: Observed) -> Ref:
        return self.written[observed.remote_id].ref

    @property
    def fresh(self) -> list[Observed]:
        return [each for each in self.applied if each.remote_id not in self.links]


def apply(
    connection: Connection,
    stream: str,
    observed: Sequence[Observed],
    *,
    historical: bool = False,
    run: Run | None = None,
    now: datetime,
) -> int:
    """Write what is news through the one door; returns how many records changed.

    Within the caller's transaction. What carries a marker of ours is adopted by posting
    before this is called, so that it is linked to its record already.
    """
    kind, settings = kinds[stream], choices.of(connection, stream)
    if not settings.comes_in or settings.incoming is Taking.NOTHING:
        return 0
    newest = linked.newest(observed)
    links = linked.held(connection, stream, kind.object_type, list(newest))
    news = [
        each
        for each in newest.values()
        if linked.is_news(each, links.get(each.remote_id))
        and _is_wanted(each, links.get(each.remote_id), kind, settings, historical)
    ]
    if not news:
        return 0
    origin = Origin.connection(connection.pk, historical=historical)
    before = _customers_of(kind, links)
    written = _written(connection, kind, news, links, settings, origin, now)
    page = Page(kind, connection, origin, now, news, written, links)
    run_id = run.pk if run is not None else None
    linked.renew(connection, news, links, written, now, run_id=run_id)
    _follow(page, before)
    if settings.on_gone is Gone.UNLINK:
        gone = [each.remote_id for each in news if each.deleted]
        linked.forget(connection, stream, kind.object_type, gone)
    return len(news)


def _is_wanted(
    observed: Observed,
    link: Link | None,
    kind: DocumentKind,
    settings: Settings,
    historical: bool,  # noqa: FBT001  private
) -> bool:
    """Whether the settings let it in."""
    if link is not None:
        return link.state != LinkState.IGNORED
    if settings.incoming is Taking.UPDATE:
        return False
    dated = kind.day_of(observed)
    return not (
        historical
        and settings.since is not None
        and dated is not None
        and dated < settings.since
    )


def _written(  # noqa: PLR0913, PLR0917  private: all of a page
    connection: Connection,
    kind: DocumentKind,
    news: Sequence[Observed],
    links: Mapping[str, Link],
    settings: Settings,
    origin: Origin,
    now: datetime,
) -> Mapping[str, Written]:
    today = connection.workspace.today(now)
    names = Names.of(connection, news)
    context = Context(
        connection, names, today, _sources(kind, links), _sent(kind, links)
    )
    changes = []
    for each in news:
        link = links.get(each.remote_id)
        values = kind.gone(each) if each.deleted else kind.values(each, context)
        changes.append(
            Change(
                kind.object_type,
                values,
                link.record_id if link else None,
                archived=_archived(each, link, settings),
                key=each.remote_id,
            )
        )
    return write_all(connection, changes, origin=origin, now=now)


def _sources(kind: DocumentKind, links: Mapping[str, Link]) -> dict[str, str]:
    """Where the payments that are here came from; the other kinds do not say."""
    if kind.key != "payments" or not links:
        return {}
    held = Payment.objects.filter(pk__in=[link.record_id for link in links.values()])
    sources = dict(held.values_list("pk", "source"))
    return {
        remote_id: sources[link.record_id]
        for remote_id, link in links.items()
        if link.record_id in sources
    }


def _sent(kind: DocumentKind, links: Mapping[str, Link]) -> dict[str, datetime]:
    """When those that are here went out, as far as that is known."""
    if not links or not issubclass(kind.model, Document):
        return {}
    ids = {link.record_id: remote_id for remote_id, link in links.items()}
    held = kind.model._default_manager.filter(pk__in=ids, sent_at__isnull=False)
    sent = held.values_list("pk", "sent_at")
    return {ids[pk]: sent_at for pk, sent_at in sent if sent_at is not None}


def _archived(observed: Observed, link: Link | None, settings: Settings) -> bool | None:
    """What is gone may be archived; what turns out to be there after all comes back."""
    if settings.on_gone is not Gone.ARCHIVE or link is None:
        return None
    if observed.deleted:
        return True
    return False if bytes(link.digest) == linked.GONE else None


def _customers_of(kind: DocumentKind, links: Mapping[str, Link]) -> dict[int, str]:
    """The customers that documents which are here had so far."""
    ids = [link.record_id for link in links.values()]
    if not ids:
        return {}
    rows = kind.model._default_manager.filter(pk__in=ids)
    return dict(rows.values_list("pk", "customer_remote_id"))


def _follow(page: Page, before: Mapping[int, str]) -> None:
    """What hangs on the documents: lines, parts, who they belong to."""
    kind, here = page.kind, [each for each in page.applied if not each.deleted]
    fresh = {page.ref(each).record_id for each in page.fresh}
    if kind.line is not None:
        held = {page.ref(each).record_id: each for each in here}
        lines.replace(kind.line, held, fresh=fresh)
    _tie(page, here, before)
    ids = {each.remote_id: page.ref(each).record_id for each in page.applied}
    offers.tie(page.connection, kind.key, here, ids, origin=page.origin, now=page.now)
    allocations.resolve(
        page.connection, kind.object_type, ids, origin=page.origin, now=page.now
    )
    if kind.key == "payments":
        parts = {
            page.ref(each).record_id: allocations.parts_of(each)
            for each in page.applied
        }
        earlier = allocations.replace(page.connection, parts, fresh=fresh)
        allocations.tell(
            page.connection, list(parts), earlier, origin=page.origin, now=page.now
        )
    if page.origin.historical:
        ids_here = sorted(ids.values())
        told.imported(
            page.connection, kind.object_type, ids_here, page.origin, page.now
        )


def _tie(page: Page, here: Sequence[Observed], before: Mapping[int, str]) -> None:
    """New documents belong to who their customer is, and follow another customer."""
    fresh: dict[Ref, str] = {}
    moved: dict[Ref, tuple[str, str]] = {}
    for each in here:
        ref, customer = page.ref(each), str(each.content["customer_id"])
        old = before.get(ref.record_id, "")
        if old and old != customer:
            moved[ref] = (old, customer)
        elif not old and customer:
            fresh[ref] = customer
    if fresh:
        ties.tie(page.connection, fresh, origin=page.origin, now=page.now)
    if moved:
        ties.move(page.connection, moved, origin=page.origin, now=page.now)
