"""HTTP out, against sockets that behave badly: was anything sent or not."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from counterfoil.core import http

OK = b"HTTP/1.1 200 OK\r\nX-Thing: A\r\nContent-Length: 2\r\n\r\nhi"
Answerer = Callable[[socket.socket], None]


@contextmanager
def server(answer: Answerer) -> Iterator[tuple[str, list[bytes]]]:
    """One that reads a request's head, keeps it, and answers as told."""
    seen: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    stopped = threading.Event()

    def serve() -> None:
        while not stopped.is_set():
            try:
                connection, _address = listener.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(60)
                seen.append(connection.recv(65536))
                answer(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
    finally:
        stopped.set()
        thread.join(timeout=60)
        listener.close()


def test_a_whole_answer_is_read() -> None:
    with server(lambda connection: connection.sendall(OK)) as (url, seen):
        answer = http.send("POST", url, content=b"x", headers={"A": "b"}, is_write=True)
    assert (answer.status, answer.headers["x-thing"], answer.body) == (200, "A", b"hi")
    assert seen[0].startswith(b"POST / HTTP/1.1\r\n")
    assert "body" not in repr(answer)


def test_a_refused_connection_was_not_sent() -> None:
    # Held, so that nobody else takes it; nobody listens there.
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(http.NotSent):
            http.send("POST", f"http://127.0.0.1:{port}", is_write=True)


class Stopped:
    """The time of a process that was stopped for a minute while it connected."""

    def __init__(self) -> None:
        self.looks = 0

    def monotonic(self) -> float:
        self.looks += 1
        return time.monotonic() + (60 if self.looks > 1 else 0)


def test_a_process_that_slept_while_it_connected_sends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http, "time", Stopped())
    told = pytest.raises(http.NotSent, match="no time left")
    with server(lambda connection: connection.sendall(OK)) as (url, seen), told:
        http.send("POST", url, content=b"x", deadline=30, is_write=True)
    assert b"".join(seen) == b""


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1", "not an address", "http://", "http://127.0.0.1:0"]
)
def test_an_address_that_cannot_be_called_was_not_sent(url: str) -> None:
    with pytest.raises(http.NotSent):
        http.send("GET", url, deadline=2)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"this is not HTTP\r\n\r\n",
    ],
)
def test_an_answer_that_breaks_off_is_no_answer(said: bytes) -> None:
    with (
        server(lambda connection: connection.sendall(said)) as (url, seen),
        pytest.raises(http.NoAnswer),
    ):
        http.send("POST", url, content=b"x", is_write=True)
    assert len(seen) == 1


def test_silence_until_the_deadline_is_no_answer() -> None:
    given_up = threading.Event()
    broken_off: list[bool] = []

    def silent(_connection: socket.socket) -> None:
        broken_off.append(not given_up.wait(60))

    with server(silent) as (url, _seen):
        with pytest.raises(http.NoAnswer):
            http.send("POST", url, is_write=True, deadline=1.5)
        given_up.set()
    assert broken_off == [False]


def test_an_answer_that_drips_is_cut_off_at_the_deadline() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        for _ in range(90):
            time.sleep(0.1)
            try:
                connection.sendall(b".")
            except OSError:
                return

    with server(drip) as (url, _seen), pytest.raises(http.NoAnswer, match="longer"):
        http.send("GET", url, deadline=1.5)


def test_an_answer_that_is_too_large_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER_BYTES", 1)
    with (
        server(lambda connection: connection.sendall(OK)) as (url, _seen),
        pytest.raises(http.NoAnswer, match="larger"),
    ):
        http.send("GET", url)


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    with server(lambda connection: connection.sendall(moved)) as (url, seen):
        assert http.send("GET", url).status == 302
    assert len(seen) == 1


ASKS_ONCE = """
import sys
from counterfoil.core import http
print(http.send("GET", sys.argv[1]).status)
"""


def test_a_process_that_ends_closes_what_it_kept_open() -> None:
    def answer_and_wait(connection: socket.socket) -> None:
        connection.sendall(OK)
        connection.recv(1)  # until the other side closes

    with server(answer_and_wait) as (url, _seen):
        ended = subprocess.run(
            [sys.executable, "-W", "error", "-c", ASKS_ONCE, url],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    assert (ended.stdout, ended.stderr) == ("200\n", "")
