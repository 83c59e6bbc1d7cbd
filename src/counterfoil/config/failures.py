"""What is answered where no view can answer: a page to people, JSON to programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from counterfoil.api import entrance
from counterfoil.web import problems

PROGRAMS = "/api/v1/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, for an address that leads nowhere."""
    if request.path_info.startswith(PROGRAMS):
        return entrance.nothing_here(request)
    return problems.not_found(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """500: it is ours."""
    if request.path_info.startswith(PROGRAMS):
        return entrance.broken()
    return problems.failed(request)
