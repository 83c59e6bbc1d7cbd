"""Documents and the books: do both agree, what waits, and going on after a restore."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from counterfoil.core.errors import Invalid
from counterfoil.invoicing.deciding import Answer, decide
from counterfoil.posting import recovery, settling
from counterfoil.posting.models import Finding
from counterfoil.web.settings import books
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.web.sync import frame
from counterfoil.web.sync.answering import actor_of, answered
from counterfoil.workspaces.access import Access, Permission

LONGEST = 1000
WRONG = 422


@require_safe
@workspace_view()
def agreement(request: Request, access: Access, connection_id: int) -> HttpResponse:
    """One company: both sides compared, what was found, what waits."""
    return _shown(request, access, connection_id)


@require_POST
@workspace_view(Permission.RESOLVE_POSTINGS)
def finding(
    request: Request, access: Access, connection_id: int, finding_id: int
) -> HttpResponse:
    """A person has looked at what a sweep found."""
    connection = frame.one(access, connection_id)
    if not Finding.objects.filter(connection=connection, pk=finding_id).exists():
        raise Http404

    def done() -> str:
        settling.looked_at(
            connection=connection,
            finding_ids=[finding_id],
            actor=actor_of(access),
            now=now(),
        )
        return _("Noted: it has been looked at")

    return answered(
        request,
        done,
        show=lambda: _shown(request, access, connection_id),
        back=_address(access, connection_id),
        focus="list",
    )


@require_POST
@workspace_view(Permission.RESOLVE_POSTINGS)
def document(
    request: Request, access: Access, connection_id: int, intent_id: UUID
) -> HttpResponse:
    """A person's word on a document that does not get on by itself."""
    connection = frame.one(access, connection_id)
    try:
        answer = Answer(request.POST.get("answer", ""))
    except ValueError:
        raise Http404 from None

    def done() -> str:
        decide(
            access=access,
            intent_id=intent_id,
            answer=answer,
            now=now(),
            reason=request.POST.get("reason", "")[:LONGEST],
        )
        return _told(answer)

    return answered(
        request,
        done,
        show=lambda: _shown(request, access, connection_id),
        back=_address(access, connection.pk),
        focus="list",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.RESOLVE_POSTINGS)
def resume(request: Request, access: Access) -> HttpResponse:
    """After a restore: ask, then go on sending."""
    if request.method != "POST":
        return _asked(request, access)
    try:
        count = recovery.resume(
            actor=actor_of(access), now=now(), workspace=access.workspace
        )
    except Invalid as error:
        return _asked(request, access, str(error))
    sentence = ngettext(
        "%(n)s company goes on. What waits is looked up there before it is sent.",
        "%(n)s companies go on. What waits is looked up there before it is sent.",
        count,
    )
    messages.success(request, sentence % {"n": count})
    return HttpResponseRedirect(reverse("attention", args=[access.workspace.pk]))


def _asked(request: Request, access: Access, problem: str = "") -> HttpResponse:
    context = {
        "stand": recovery.standstill(access.workspace),
        "fitness": recovery.known_fitness().value,
        "problem": problem,
    }
    return render(
        request,
        access,
        "settings/resume.html",
        context,
        active="settings",
        title=_("Go on sending?"),
        status=WRONG if problem else 200,
    )


def _shown(request: Request, access: Access, connection_id: int) -> HttpResponse:
    connection = frame.one(access, connection_id)
    fitness = recovery.known_fitness().value
    return frame.page(
        request,
        access,
        connection,
        "settings/books.html",
        {
            "books": books.of(connection, now()),
            "kind_of": books.label_of,
            "stand": recovery.standstill(access.workspace),
            "fitness": fitness,
            "deciding": frame.granting(Permission.RESOLVE_POSTINGS),
        },
        active="books",
        title=_("Documents and the books"),
        fragment="list",
    )


def _told(answer: Answer) -> str:
    return {
        Answer.RETRY: _("It is being tried again"),
        Answer.AGAIN: _("It is being created again"),
        Answer.CANCEL: _("Given up"),
        Answer.SETTLE: _("Noted: it has been looked at"),
    }[answer]


def _address(access: Access, connection_id: int) -> str:
    return reverse("books", args=[access.workspace.pk, connection_id])
