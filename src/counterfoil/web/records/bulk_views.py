"""What is done with the records that were chosen in a list: archive, send, export."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST

from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import ObjectType
from counterfoil.crm.models import Record
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Origin
from counterfoil.web.records import sending
from counterfoil.web.records.asked import Asked
from counterfoil.web.records.export import lines
from counterfoil.web.records.lookup import noun_of
from counterfoil.web.records.record_views import actor_of
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access, Permission

MOST_AT_ONCE = 200
BIGGEST_KEY = 2**63


@require_POST
@workspace_view(Permission.EDIT_RECORDS)
def archive_many(request: Request, access: Access, plural: str) -> HttpResponse:
    """Archive the chosen records, after asking."""
    noun = noun_of(plural)
    back = back_to(request, access, plural)
    try:
        rows = chosen(request, access, noun)
    except Invalid as error:
        return _told(request, error, back)
    if "confirmed" not in request.POST:
        context = {"plural": plural, "noun": noun, "rows": rows, "back": back}
        title = ngettext(
            "Archive one record?", "Archive %(num)s records?", len(rows)
        ) % {"num": len(rows)}
        return render(
            request, access, "records/archive.html", context, active=plural, title=title
        )
    _set_archived(access, noun, rows, archived=True)
    messages.success(
        request,
        ngettext("One record archived", "%(num)s records archived", len(rows))
        % {"num": len(rows)},
    )
    return HttpResponseRedirect(back)


@require_POST
@workspace_view(Permission.SEND_DOCUMENTS)
def send_many(request: Request, access: Access, plural: str) -> HttpResponse:
    """E-mail the chosen documents, after showing who will and who will not get theirs."""
    noun = noun_of(plural)
    if noun.key not in sending.SENDABLE:
        raise Http404
    back = back_to(request, access, plural)
    try:
        rows = chosen(request, access, noun)
    except Invalid as error:
        return _told(request, error, back)
    context: dict[str, object] = {"plural": plural, "noun": noun, "back": back}
    if "confirmed" not in request.POST:
        planned = sending.plan(access, rows)
        title = _("Send by e-mail?") if planned.going else _("Nothing can be sent")
        context |= {"going": planned.going, "staying": planned.staying, "sentence": ""}
    else:
        staying = sending.send(access, rows, now())
        count = len(rows) - len(staying)
        if not staying:
            messages.success(request, _asked_for(count))
            return HttpResponseRedirect(back)
        title = _("Not all were sent") if count else _("Nothing was sent")
        sentence = _asked_for(count) if count else ""
        context |= {"going": (), "staying": staying, "sentence": sentence}
    return render(
        request, access, "records/send.html", context, active=plural, title=title
    )


@require_POST
@workspace_view(Permission.EXPORT)
def export_many(
    request: Request, access: Access, plural: str
) -> HttpResponse | StreamingHttpResponse:
    """The chosen records alone, as CSV."""
    noun = noun_of(plural)
    try:
        rows = chosen(request, access, noun)
    except Invalid as error:
        return _told(request, error, back_to(request, access, plural))
    keys = [row.pk for row in rows]
    response = StreamingHttpResponse(
        lines(access, noun, Asked(), now(), only=keys),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{plural}.csv"'
    return response


def chosen(request: Request, access: Access, noun: ObjectType) -> list[Record]:
    """The records that were ticked; those of other workspaces are none of them.

    Raises ``Invalid`` when there are none, or too many to look through.
    """
    ids = {int(text) for text in request.POST.getlist("id") if _is_key(text)}
    if len(ids) > MOST_AT_ONCE:
        sentence = _("Choose at most %(most)s at once.") % {"most": MOST_AT_ONCE}
        raise Invalid({"": [sentence]})
    rows = noun.model._default_manager.filter(
        workspace=access.workspace, pk__in=ids, archived_at=None
    )
    beside = [
        "workspace",
        *(["connection"] if hasattr(noun.model, "connection") else []),
    ]
    found = list(rows.select_related(*beside).order_by("title", "id"))
    if not found:
        raise Invalid({"": [_("Choose at least one record first.")]})
    return found


def back_to(request: Request, access: Access, plural: str) -> str:
    """The list as it was: only its query is taken from the form."""
    query = urlsplit(request.POST.get("back", "")).query
    path = reverse("records", args=[access.workspace.pk, plural])
    return f"{path}?{query}" if query else path


def _is_key(text: str) -> bool:
    return (
        text.isascii()
        and text.isdecimal()
        and len(text) < 20
        and int(text) < BIGGEST_KEY
    )


def _told(request: Request, error: Invalid, back: str) -> HttpResponse:
    messages.warning(request, str(error))
    return HttpResponseRedirect(back)


def _asked_for(count: int) -> str:
    return ngettext(
        "One e-mail is on its way", "%(num)s e-mails are on their way", count
    ) % {"num": count}


def _set_archived(
    access: Access, noun: ObjectType, rows: Sequence[Record], *, archived: bool
) -> None:
    write(
        workspace=access.workspace,
        changes=[Change(noun.key, {}, row.pk, archived=archived) for row in rows],
        actor=actor_of(access),
        origin=Origin.user(access.user.pk),
        now=now(),
    )
