"""The long-running processes: the web server and the background worker."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import sys

import structlog
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from counterfoil.config.problems import Problem

# A worker that is told to stop lets running jobs finish for so long; what is cut off
# after that is taken up again by the sweeps, since jobs are only wake-ups.
GRACE_SECONDS = 25
# A page of an import makes many thousand objects that are gone with it: to look for waste
# after every seven hundred of them, as is usual, would cost a tenth of its time.
COLLECT_AFTER = (50_000, 20, 20)
log = structlog.get_logger(__name__)


def require_free(host: str, port: int, variable: str) -> None:
    """Raise :class:`Problem` unless ``port`` can be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Problem(
                f"This user may not listen on port {port}: choose one above 1023 "
                f"with {variable}."
            ) from None
        except OSError as error:
            raise Problem(
                f"Port {port} on {host} cannot be used ({error.strerror}): stop the "
                f"program that has it, or choose another with {variable}."
            ) from None


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Become the web server; this process ends with it."""
    require_free(host, port, "--port")
    shown = f"[{host}]" if ":" in host else host
    command = [
        *(sys.executable, "-m", "gunicorn", "counterfoil.config.wsgi:application"),
        *("--bind", f"{shown}:{port}", "--worker-class", "gthread"),
        *("--workers", str(workers), "--threads", str(threads)),
        *("--timeout", "60", "--graceful-timeout", str(GRACE_SECONDS)),
        *("--keep-alive", "5", "--no-control-socket", "--log-level", "warning"),
    ]
    os.execv(sys.executable, command)  # noqa: S606  no shell is wanted


def work(*, concurrency: int) -> None:
    """Run background work until told to stop by SIGTERM or Ctrl-C."""
    connections.close_all()
    # What is loaded stays: to look for waste in it again and again would cost a third of
    # the time that a large import takes.
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    connector = app.connector
    if isinstance(connector, DjangoConnector):
        with app.replace_connector(connector.get_worker_connector()):
            asyncio.run(_work(concurrency))
    else:
        asyncio.run(_work(concurrency))


async def _work(concurrency: int) -> None:
    async with app.open_async():
        log.info("worker_started", concurrency=concurrency)
        await app.run_worker_async(
            concurrency=concurrency,
            # A wake-up for the next second is seen in time: nothing tells of those.
            fetch_job_polling_interval=0.5,
            delete_jobs="successful",
            shutdown_graceful_timeout=GRACE_SECONDS,
        )
        log.info("worker_stopped")
