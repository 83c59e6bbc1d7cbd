"""What waits to be written to QuickBooks until a person has looked and said yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods

from counterfoil.connections.models import Connection
from counterfoil.sync.engine.verdict import Act
from counterfoil.sync.models import Outgoing
from counterfoil.sync.outgoing import holding
from counterfoil.sync.outgoing.judging import assess
from counterfoil.sync.pairs.ground import Ground
from counterfoil.sync.previews import tallying
from counterfoil.sync.settings import choices
from counterfoil.web.shell import Request, now, workspace_view
from counterfoil.web.sync import changes, frame, wording
from counterfoil.web.sync.changes import window
from counterfoil.web.sync.objects import Synced, one_of
from counterfoil.web.sync.values import Change
from counterfoil.web.sync.wording import Done
from counterfoil.workspaces.access import Access, Permission


@dataclass(frozen=True)
class Row:
    """One record, and what would be done of it there."""

    title: str
    record_id: int
    said: Done
    changes: Sequence[Change]
    is_new: bool


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view()
def held(
    request: Request, access: Access, connection_id: int, name: str
) -> HttpResponse:
    """Look at them page by page; one answer is for all of them."""
    connection = frame.one(access, connection_id)
    about = one_of(connection, name)
    if about.pairing is None:
        raise Http404
    if request.method == "POST":
        access.require(Permission.MANAGE_INTEGRATIONS)
        return _answer(request, access, connection, name)
    waiting = Outgoing.objects.filter(connection=connection, name=name, held=True)
    found, following, is_first = window(waiting, request.GET.get("after", ""))
    context = {
        "about": about,
        "count": waiting.count(),
        "rows": _rows(connection, about, [row.record_id for row in found]),
        "following": following,
        "is_first": is_first,
    }
    return frame.page(
        request,
        access,
        connection,
        "sync/held.html",
        context,
        title=_("Waiting for a yes"),
    )


def _answer(
    request: Request, access: Access, connection: Connection, name: str
) -> HttpResponse:
    answers = {"release": holding.release, "discard": holding.discard}
    act = answers.get(request.POST.get("do", ""))
    if act is None:
        messages.error(request, _("Choose one of the two buttons."))
        return HttpResponseRedirect(request.path)
    count = act(connection, name, by=access.user, now=now())
    back = reverse("sync", args=[connection.workspace_id, connection.pk])
    if not count:
        messages.info(request, _("Nothing waits any more: it was answered meanwhile."))
        return HttpResponseRedirect(back)
    if act is holding.release:
        said = ngettext(
            "%(num)s goes to QuickBooks now.", "%(num)s go to QuickBooks now.", count
        )
    else:
        said = ngettext(
            "%(num)s is not written to QuickBooks.",
            "%(num)s are not written to QuickBooks.",
            count,
        )
    messages.success(request, said % {"num": count})
    return HttpResponseRedirect(back)


def _rows(
    connection: Connection, about: Synced, record_ids: Sequence[int]
) -> list[Row]:
    """What would be done of each, by the same judgement that carries it out."""
    assert about.pairing is not None  # noqa: S101 (documents have gone before)
    prefetch_related_objects([connection], "object_settings")
    settings = choices.all_of(connection)[about.name]
    ground = Ground(connection, about.pairing, settings, now=now())
    names = changes.names_of(connection, {about.object_type: set()})[about.object_type]
    return [
        Row(
            str(each.record or ""),
            each.verdict.record_id or 0,
            wording.ACTS_THERE.get(each.verdict.there, wording.NOTHING_TO_DO),
            [
                names.change(tallying.THERE, *change)
                for change in tallying.changes_of(each.verdict, tallying.THERE)
            ],
            is_new=each.verdict.there is Act.CREATE,
        )
        for each in assess(ground, record_ids)
    ]
