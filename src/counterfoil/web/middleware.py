"""Middleware of the pages."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse

from counterfoil.web import problems


class ContentSecurityPolicy:
    """Only our own scripts, styles and images; nobody frames us."""

    POLICY = (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none';"
        " form-action 'self'; base-uri 'none'; object-src 'none'"
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.POLICY)
        return response


class NothingHasANul:
    """What is asked for by a text with a NUL is not found: the database holds none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Answer what no page of ours asks; all else is our fault and stays loud."""
        if isinstance(exception, DataError) and "NUL (0x00)" in str(exception):
            return problems.not_found(request, exception)
        return None
