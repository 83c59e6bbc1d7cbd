"""The pages that say what went wrong: 403, 404, 500 and a stale form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from counterfoil.web.shell import theme_of


def _page(request: HttpRequest, template: str, title: str, status: int) -> HttpResponse:
    context = {"title": title, "theme": theme_of(request)}
    return render(request, template, context, status=status)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 outside of a workspace's frame."""
    return _page(request, "errors/bare_403.html", _("Not allowed"), 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 outside of a workspace's frame: the same for absent and for foreign."""
    return _page(request, "errors/bare_404.html", _("Not found"), 404)


def failed(request: HttpRequest) -> HttpResponse:
    """500: says that it is ours, and that nothing was changed."""
    return _page(request, "errors/500.html", _("Something broke"), 500)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: usually one left open over night."""
    return _page(request, "errors/csrf.html", _("The form has expired"), 403)
