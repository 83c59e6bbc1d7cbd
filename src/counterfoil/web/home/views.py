"""Home, search and what needs attention."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from counterfoil.web import attention as waiting, followups
from counterfoil.web.home.figures import home_of
from counterfoil.web.home.finding import find
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access, Permission

NOON, EVENING = 12, 18


@require_safe
@workspace_view()
def home(request: Request, access: Access) -> HttpResponse:
    """Figures and lists that a day starts with."""
    context = {
        "home": home_of(access.workspace, now()),
        "greeting": _greeting(access, now()),
    }
    return render(
        request, access, "home/home.html", context, active="home", title=_("Home")
    )


def _greeting(access: Access, moment: datetime) -> str:
    hour = moment.astimezone(access.workspace.zone).hour
    name = {"name": access.user.name or access.user.email}
    if hour < NOON:
        return _("Good morning, %(name)s") % name
    if hour < EVENING:
        return _("Good afternoon, %(name)s") % name
    return _("Good evening, %(name)s") % name


@require_safe
@workspace_view()
def attention(request: Request, access: Access) -> HttpResponse:
    """Refused documents, dead connections, and what sync asks."""
    context = {"waiting": waiting.of(access.workspace, now())}
    return render(
        request, access, "home/attention.html", context, title=_("Needs attention")
    )


@require_POST
@workspace_view(Permission.MANAGE_INTEGRATIONS)
def attention_again(request: Request, access: Access) -> HttpResponse:
    """Do once more what follows from changes and was given up."""
    count = followups.retry(access.workspace, now=now())
    sentence = ngettext(
        "%(n)s is being tried again", "%(n)s are being tried again", count
    )
    messages.success(request, sentence % {"n": count})
    return HttpResponseRedirect(reverse("attention", args=[access.workspace.pk]))


@require_safe
@workspace_view()
def search(request: Request, access: Access) -> HttpResponse:
    """Records of every noun whose title holds the words."""
    text = request.GET.get("q", "").strip()[:200]
    context = {"query": text, "groups": find(access.workspace, text)}
    return render(request, access, "home/search.html", context, title=_("Search"))
