"""HEAD: what monitors and programs ask to learn whether an address answers."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, StreamingHttpResponse
from django.test import RequestFactory

from counterfoil.web.middleware import HeadersAlone

pytestmark = pytest.mark.django_db


def answered(method: str, path: str) -> tuple[str, dict[str, str], bytes]:
    """What the application gives the server; Django's own client empties it before."""
    told: list[tuple[str, dict[str, str]]] = []
    request = RequestFactory().generic(method, path)
    body: Iterable[bytes] = WSGIHandler()(
        request.META, lambda status, headers: told.append((status, dict(headers)))
    )
    ((status, headers),) = told
    headers.pop("Set-Cookie", None)  # another token each time
    return status, headers, b"".join(body)


@pytest.mark.parametrize("path", ["/login/", "/nowhere/", "/api/v1/nowhere"])
def test_head_is_answered_as_get_without_a_body(path: str) -> None:
    status, headers, body = answered("GET", path)
    assert len(body) == int(headers["Content-Length"]) > 0
    assert answered("HEAD", path) == (status, headers, b"")


def test_what_is_streamed_is_not_read_for_head() -> None:
    read: list[bytes] = []

    def lines() -> Iterable[bytes]:
        read.append(b"line")
        yield b"line"

    def view(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(lines(), content_type="text/csv")

    response = HeadersAlone(view)(RequestFactory().head("/export/"))
    assert isinstance(response, StreamingHttpResponse)
    assert b"".join(response) == b""
    assert read == []
    assert response["Content-Type"] == "text/csv"
