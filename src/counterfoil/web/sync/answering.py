"""What a form of these pages answers: the list anew for HTMX, else back to its page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import trigger_client_event

from counterfoil.core.errors import CounterfoilError
from counterfoil.events.origin import Actor
from counterfoil.web.shell import Request
from counterfoil.workspaces.access import Access


def actor_of(access: Access) -> Actor:
    """The signed-in person, as history and answers name them."""
    return Actor.user(access.user.pk, access.user.name or access.user.email)


def answered(
    request: Request,
    act: Callable[[], str],
    *,
    show: Callable[[], HttpResponse],
    back: str,
    focus: str,
) -> HttpResponse:
    """Do it and say what was done; what cannot be done is said in the same place.

    ``focus`` is the element that takes the keyboard on when its content has changed.
    """
    kind, text = "good", ""
    try:
        text = act()
    except CounterfoilError as error:
        kind, text = "bad", str(error)
    if request.htmx:
        told = trigger_client_event(show(), "toast", {"kind": kind, "text": text})
        return trigger_client_event(told, "focusOn", {"id": focus}, after="settle")
    (messages.error if kind == "bad" else messages.success)(request, text)
    return HttpResponseRedirect(named(request, back))


def named(request: HttpRequest, otherwise: str) -> str:
    """The page that the form names, if it is one of ours."""
    wanted = request.POST.get("next", "")
    host = {request.get_host()}
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=host):
        parts = urlsplit(wanted)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return otherwise
