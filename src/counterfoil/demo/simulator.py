"""The simulated QuickBooks of the demo: its process and what the product needs of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx

from counterfoil.core.errors import CounterfoilError
from counterfoil.demo.household import Process

HOST = "127.0.0.1"
HOOK = "/connect/quickbooks/hook"
# What ``qbo-simulator credentials`` prints, and the setting that takes it.
SETTINGS = {
    "base_url": "COUNTERFOIL_QUICKBOOKS_API_URL",
    "discovery_url": "COUNTERFOIL_QUICKBOOKS_DISCOVERY_URL",
    "client_id": "COUNTERFOIL_QUICKBOOKS_CLIENT_ID",
    "client_secret": "COUNTERFOIL_QUICKBOOKS_CLIENT_SECRET",
    "webhook_verifier_token": "COUNTERFOIL_QUICKBOOKS_WEBHOOK_TOKEN",
}


class NoCredentials(CounterfoilError):
    """The simulator did not tell its credentials."""


def program() -> Path:
    """The simulator's command, beside the interpreter that runs this."""
    return Path(sys.executable).with_name("qbo-simulator")


def process(*, data: Path, port: int, web_port: int) -> Process:
    return Process(
        name="simulator",
        command=[
            *(program(), "serve", "--port", str(port), "--data", data),
            *("--webhook", f"http://{HOST}:{web_port}{HOOK}"),
        ],
        is_ready=lambda: answers(f"http://{HOST}:{port}/"),
    )


def settings(*, data: Path, port: int) -> dict[str, str]:
    """Read the credentials of a served simulator as settings for web and worker."""
    done = subprocess.run(  # noqa: S603  our own program
        [str(program()), "credentials", "--data", str(data)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    try:
        told = json.loads(done.stdout)
        found = {variable: str(told[key]) for key, variable in SETTINGS.items()}
    except (ValueError, KeyError, TypeError) as error:
        reason = (done.stderr.strip().splitlines() or ["it printed nothing of use"])[-1]
        raise NoCredentials(
            f"The simulator did not tell its credentials: {reason}"
        ) from error
    return {
        **found,
        "COUNTERFOIL_QUICKBOOKS_APP_URL": f"http://{HOST}:{port}",
        "COUNTERFOIL_QUICKBOOKS_ENVIRONMENT": "sandbox",
    }


def answers(url: str) -> bool:
    """Say whether a server answers at ``url`` without a fault of its own."""
    try:
        answer = httpx.get(url, timeout=2, trust_env=False)
    except httpx.TransportError:
        return False
    return answer.status_code < 500
