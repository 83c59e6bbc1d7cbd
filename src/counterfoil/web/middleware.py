"""Middleware of the pages."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DataError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)

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


class HeadersAlone:
    """HEAD is answered with the headers of GET; of a body the server would complain."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "HEAD" and isinstance(response, StreamingHttpResponse):
            response.streaming_content = ()
        elif request.method == "HEAD" and isinstance(response, HttpResponse):
            response.content = b""
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


class NothingToRead:
    """An address that only takes forms answers whoever opens it with a page.

    It stands in the address bar after a form was refused; without a body the browser
    shows an error of its own.
    """

    READING = frozenset({"GET", "HEAD"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_refused = response.status_code == 405 and request.method in self.READING
        if not is_refused or response.content:
            return response
        page = problems.not_found(request, Http404())
        page.status_code = 405
        page.headers["Allow"] = response.headers["Allow"]
        return page
