"""Programs of the tests in processes of their own, on the test's database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from support.simulator import Simulator, environment

HERE = Path(__file__).parent


def database_url() -> str:
    """The address of the database that the test is using."""
    held = connection.settings_dict
    host, user, password = (
        quote(str(held[name]), safe="") for name in ("HOST", "USER", "PASSWORD")
    )
    port = f"&port={held['PORT']}" if held["PORT"] else ""
    return f"postgresql://{user}:{password}@/{held['NAME']}?host={host}{port}"


@contextmanager
def program(
    name: str, *arguments: str, simulator: Simulator
) -> Iterator[subprocess.Popen[str]]:
    """Run ``tests/support/<name>.py``; what is left of it at the end is killed."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / f"{name}.py"), *arguments],
        env={
            **os.environ,
            **environment(simulator),
            "COUNTERFOIL_MODE": "test",
            "COUNTERFOIL_SECRET_KEY": settings.SECRET_KEY,
            "COUNTERFOIL_ENCRYPTION_KEYS": settings.ENCRYPTION_KEYS,
            "DATABASE_URL": database_url(),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(is_so: Callable[[], bool], *, seconds: float) -> None:
    """Look until it is so; ``AssertionError`` when that takes too long."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            message = f"still not so after {seconds} seconds"
            raise AssertionError(message)
        time.sleep(0.01)
