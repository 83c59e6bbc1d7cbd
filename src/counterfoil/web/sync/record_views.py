"""The page that explains a record's sync, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection, Link, RemoteObject
from counterfoil.crm.catalogue import ObjectType
from counterfoil.crm.refs import Ref
from counterfoil.sync import on_request
from counterfoil.sync.explain import record as explain, remote as explain_remote
from counterfoil.sync.explain.story import Explanation
from counterfoil.sync.models import Conflict, Issue
from counterfoil.sync.pairs import conflicts, linking
from counterfoil.sync.ports import Pairing, pairings, sources
from counterfoil.web.records.lookup import noun_of, one
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.web.sync import frame, telling
from counterfoil.web.sync.answering import actor_of, answered
from counterfoil.web.sync.conflict_views import SIDES
from counterfoil.web.sync.naming import names
from counterfoil.workspaces.access import Access, Permission

SHORTEST, FOUND = 2, 12
PAGE, THERE = "sync/record.html", "sync/remote.html"


@require_safe
@workspace_view()
def record(
    request: Request, access: Access, plural: str, record_id: int
) -> HttpResponse:
    """Why it is, or is not, in step with every connected company."""
    return _shown(request, access, noun_of(plural), record_id)


@require_safe
@workspace_view()
def remote(
    request: Request, access: Access, connection_id: int, stream: str, remote_id: str
) -> HttpResponse:
    """The same for an object of the other side."""
    found = frame.one(access, connection_id)
    if stream not in {spec.key for spec in sources[found.service].streams()}:
        raise Http404
    told = explain_remote.of_remote(found, stream, remote_id, now())
    context = {
        "title_there": names(found, (), [(stream, remote_id)])
        .remote(stream, remote_id)
        .title,
        "may_be_read": _is_known(found, stream, remote_id),
        "remote_id": remote_id,
        "stream": stream,
        "told": told,
        "parts": telling.parts(access, told),
    }
    title = str(context["title_there"])
    return frame.page(
        request, access, found, THERE, context, title=title, fragment="told"
    )


@require_POST
@workspace_view(Permission.EDIT_RECORDS)
def read(
    request: Request, access: Access, connection_id: int, stream: str, remote_id: str
) -> HttpResponse:
    """Have an object read now; it is taken over if it is to be."""
    found = frame.one(access, connection_id)
    if not _is_known(found, stream, remote_id):
        raise Http404
    on_request.read_again(found, stream, remote_id, now=now())
    messages.success(request, _("It is being read"))
    where = [access.workspace.pk, found.pk, stream, remote_id]
    return HttpResponseRedirect(reverse("sync_remote", args=where))


def _is_known(connection: Connection, stream: str, remote_id: str) -> bool:
    """Whether anything was ever heard of an object: nobody guesses numbers here."""
    rows = {"connection": connection, "stream": stream, "remote_id": remote_id}
    return any(
        model._default_manager.filter(**rows).exists()
        for model in (RemoteObject, Link, Issue)
    )


@require_POST
@workspace_view(Permission.EDIT_RECORDS)
def act(  # noqa: PLR0913 (the address's own parts)
    request: Request,
    access: Access,
    plural: str,
    record_id: int,
    *,
    connection_id: int,
    name: str,
    act: str,
) -> HttpResponse:
    """Sync, unlink, leave alone, follow or link it, release a field, use a kept value."""
    noun = noun_of(plural)
    ref = Ref.of(one(access.workspace, noun.key, record_id))
    connection = frame.one(access, connection_id)
    pairing = pairings.get(f"{connection.service}.{name}")
    do = _ACTS.get(act)
    if do is None or pairing is None or pairing.object_type != noun.key:
        raise Http404
    return answered(
        request,
        lambda: do(access, connection, pairing, ref, request.POST),
        show=lambda: _shown(request, access, noun, record_id),
        back=reverse("sync_record", args=[access.workspace.pk, plural, record_id]),
        focus="told",
    )


Given = Mapping[str, str]
Act = Callable[[Access, Connection, Pairing, Ref, Given], str]


def _sync(
    access: Access, connection: Connection, pairing: Pairing, ref: Ref, _given: Given
) -> str:
    on_request.sync_now(connection, pairing, ref, now=now())
    return _("It is being synced")


def _unlink(
    access: Access, connection: Connection, pairing: Pairing, ref: Ref, _given: Given
) -> str:
    link = on_request.link_of(connection, pairing, ref)
    if link is None:
        return _("It was not linked any more.")
    linking.unlink(link, ignore=False, by=actor_of(access), now=now())
    return _("Unlinked")


def _leave(
    access: Access, connection: Connection, pairing: Pairing, ref: Ref, _given: Given
) -> str:
    on_request.leave(connection, pairing, ref, by=actor_of(access), now=now())
    return _("It will be left alone")


def _follow(
    access: Access, connection: Connection, pairing: Pairing, ref: Ref, _given: Given
) -> str:
    on_request.follow(connection, pairing, ref, by=actor_of(access), now=now())
    return _("It is synced again")


def _link(
    access: Access, connection: Connection, pairing: Pairing, ref: Ref, given: Given
) -> str:
    row = mirror.get(connection, pairing.stream, given.get("remote_id", ""))
    if row is None:
        raise Http404
    by = actor_of(access)
    on_request.link_to(connection, pairing, ref, row.remote_id, by=by, now=now())
    return _("Linked to %(title)s") % {"title": row.name}


def _release(
    access: Access, connection: Connection, pairing: Pairing, ref: Ref, given: Given
) -> str:
    field = given.get("field", "")
    if not on_request.release(connection, pairing, ref, field, now=now()):
        return _("It was released already.")
    return _("Released: the field is synced again")


def _use(
    access: Access, connection: Connection, pairing: Pairing, ref: Ref, given: Given
) -> str:
    kept = given.get("conflict", "")
    side = SIDES.get(given.get("keep", ""))
    rows = Conflict.objects.select_related("connection__workspace").filter(
        connection=connection,
        stream=pairing.stream,
        object_type=ref.object_type,
        record_id=ref.record_id,
        link=None,
    )
    found = rows.filter(pk=int(kept[:18])).first() if kept.isdecimal() else None
    if found is None or side is None:
        raise Http404
    conflicts.use(found, side, by=actor_of(access), now=now())
    return _("The record has this value now")


_ACTS: Mapping[str, Act] = {
    "sync": _sync,
    "unlink": _unlink,
    "leave": _leave,
    "follow": _follow,
    "link": _link,
    "release": _release,
    "use": _use,
}


def _shown(
    request: Request, access: Access, noun: ObjectType, record_id: int
) -> HttpResponse:
    ref = Ref(noun.key, record_id)
    told = explain.of_record(access.workspace, ref, now())
    context = {
        "noun": noun,
        "plural": noun.slug,
        "record": told.record,
        "told": told,
        "parts": telling.parts(access, told),
        "search": _search(request, told),
    }
    return render(
        request,
        access,
        PAGE,
        context,
        active=noun.slug,
        title=_("Sync of %(title)s") % {"title": told.record},
        fragment="told",
    )


def _search(request: Request, told: Explanation) -> dict[str, object]:
    """What another one to link to was searched by, and what was found."""
    at, text = request.GET.get("at", ""), request.GET.get("q", "").strip()[:100]
    found: list[RemoteObject] = []
    for part in told.parts:
        pairing = pairings.get(f"{part.connection.service}.{part.name}")
        if f"{part.connection.pk}-{part.name}" != at or pairing is None:
            continue
        if len(text) >= SHORTEST:
            found = mirror.search(part.connection, pairing.stream, text, FOUND)
    return {"at": at, "text": text, "found": found}
