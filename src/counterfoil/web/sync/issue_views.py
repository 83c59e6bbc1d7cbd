"""Issues by cause: try again or set aside, one or all of a cause."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from counterfoil.connections.models import Connection
from counterfoil.sync import issues
from counterfoil.sync.models import Issue, IssueState
from counterfoil.web.shell import Request, now, workspace_view
from counterfoil.web.sync import frame, issue_list
from counterfoil.web.sync.answering import answered
from counterfoil.workspaces.access import Access, Permission

ACTS = {"retry", "ignore"}


@require_safe
@workspace_view()
def index(request: Request, access: Access, connection_id: int) -> HttpResponse:
    """All causes, or one of them page by page."""
    return _shown(request, access, frame.one(access, connection_id))


@require_POST
@workspace_view(Permission.EDIT_RECORDS)
def one(
    request: Request, access: Access, connection_id: int, issue_id: int
) -> HttpResponse:
    """Try one again, or set it aside."""
    found = frame.one(access, connection_id)
    rows = Issue.objects.select_related("connection")
    issue = rows.filter(connection=found, pk=issue_id).first()
    act = request.POST.get("act", "")
    if issue is None or act not in ACTS:
        raise Http404

    def done() -> str:
        if act == "ignore":
            issues.ignore(issue)
            return _("Set aside")
        issues.retry(issue, now=now())
        return _("It is being tried again")

    return answered(
        request,
        done,
        show=lambda: _shown(request, access, found),
        back=_address(access, found),
        focus="list",
    )


@require_POST
@workspace_view(Permission.EDIT_RECORDS)
def many(request: Request, access: Access, connection_id: int) -> HttpResponse:
    """Try all of one cause again, or set them aside."""
    found = frame.one(access, connection_id)
    act, cause = request.POST.get("act", ""), request.POST.get("cause", "")
    if act not in ACTS:
        raise Http404

    def done() -> str:
        if act == "ignore":
            count = issues.ignore_all(found, cause)
            sentence = ngettext("%(n)s set aside", "%(n)s set aside", count)
        else:
            count = issues.retry_all(found, cause, now=now())
            sentence = ngettext(
                "%(n)s is being tried again", "%(n)s are being tried again", count
            )
        return sentence % {"n": count}

    return answered(
        request,
        done,
        show=lambda: _shown(request, access, found),
        back=_address(access, found),
        focus="list",
    )


def _address(access: Access, connection: Connection) -> str:
    return reverse("sync_issues", args=[access.workspace.pk, connection.pk])


def _shown(request: Request, access: Access, connection: Connection) -> HttpResponse:
    found = issue_list.of(
        connection,
        state=request.GET.get("show", ""),
        only=request.GET.get("cause", ""),
        after=request.GET.get("after", ""),
    )
    return frame.page(
        request,
        access,
        connection,
        "sync/issues.html",
        {
            "issues": found,
            "is_ignored": found.state == IssueState.IGNORED,
        },
        active="sync_issues",
        title=_("Issues"),
        fragment="list",
    )
