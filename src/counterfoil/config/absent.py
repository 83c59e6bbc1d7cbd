"""What an address answers that leads nowhere: a page to people, JSON to programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from counterfoil.api import entrance
from counterfoil.web import problems

PROGRAMS = "/api/v1/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in the form that whoever asks can read."""
    if request.path_info.startswith(PROGRAMS):
        return entrance.nothing_here(request)
    return problems.not_found(request, exception)
