"""The simulator for tests: served in this process, with companies connected for real.

``serving(folder)`` is a context manager; ``connect(...)`` gives a workspace a connection
with tokens that the simulator issued, as the consent page would.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from counterfoil.connections import tokens
from counterfoil.connections.authorise import apply_facts
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.connections.ports import Grant, services
from counterfoil.core.secrets import Secret
from counterfoil.workspaces.models import Workspace
from qbo_simulator import credentials, testing
from qbo_simulator.seeds.companies import USUAL
from qbo_simulator.state import State
from qbo_simulator.switches import Switches

ACCESS_LIFE = timedelta(hours=1)
UNLIMITED = ("calls_per_second", "calls_per_minute", "calls_at_once")


@dataclass(frozen=True)
class Simulator:
    """A running simulator and the keys of its application."""

    base_url: str
    state: State
    keys: Mapping[str, str]

    def credentials(self, company: int = 1) -> dict[str, str]:
        """A fresh pair of tokens for a company, counted from 1."""
        return credentials.issue(self.state.store, company=company, base=self.base_url)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str = "",
    ) -> Any:
        """Ask the simulator something, as a bookkeeper or a test would."""
        request = urllib.request.Request(  # noqa: S310  (this machine)
            f"{self.base_url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json", "accept": "application/json"},
        )
        if token:
            request.add_header("authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text else None

    def consent(
        self, address: str, *, company: int = 1, decision: str = "connect"
    ) -> dict[str, str]:
        """Decide on the consent page at ``address``; what is sent back by redirect."""
        asked = dict(parse_qsl(urlsplit(address).query))
        realm = credentials.chosen_realm(self.state.store, company)
        answer = httpx.post(
            f"{self.base_url}/connect/oauth2",
            data={**asked, "decision": decision, "realm": realm},
        )
        assert answer.status_code == 302, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    def bookkeeper(self, company: int = 1) -> Bookkeeper:
        """Somebody who works in the company's books directly."""
        keys = self.credentials(company)
        return Bookkeeper(self, keys["realm_id"], keys["access_token"])


@dataclass(frozen=True)
class Bookkeeper:
    """Writes into a company by the API, with a token of its own."""

    simulator: Simulator
    realm: str
    token: str

    def post(self, entity: str, body: object, query: str = "") -> dict[str, Any]:
        """Create or change; gives the object."""
        path = f"/v3/company/{self.realm}/{entity.lower()}?minorversion=75{query}"
        answer = self.simulator.call("POST", path, body, token=self.token)
        return next(
            value for key, value in answer.items() if key.lower() == entity.lower()
        )

    def get(self, entity: str, remote_id: str) -> dict[str, Any]:
        """Read one object."""
        path = f"/v3/company/{self.realm}/{entity.lower()}/{remote_id}"
        answer = self.simulator.call("GET", path, token=self.token)
        return next(
            value for key, value in answer.items() if key.lower() == entity.lower()
        )


@contextmanager
def serving(
    folder: Path,
    *,
    switches: Switches | None = None,
    empty: bool = False,
    profiles: Sequence[str] = USUAL,
) -> Iterator[Simulator]:
    """Serve the simulator and point the connector's settings at it.

    Neither side throttles, unless ``switches`` are given.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unlimited = {}
    if switches is None:
        switches = Switches(throttle=False)
        unlimited = dict.fromkeys(UNLIMITED, 0)
    with testing.serve(
        folder, switches=switches, empty=empty, profiles=profiles
    ) as running:
        keys = credentials.issue(running.state.store, base=running.base_url)
        addressed = {
            **settings.QUICKBOOKS,
            **unlimited,
            "client_id": keys["client_id"],
            "client_secret": keys["client_secret"],
            "discovery_url": keys["discovery_url"],
            "api_url": keys["base_url"],
            "app_url": running.base_url,
            "environment": "sandbox",
            "webhook_token": keys["webhook_verifier_token"],
        }
        with override_settings(QUICKBOOKS=addressed):
            yield Simulator(running.base_url, running.state, keys)


def environment(simulator: Simulator) -> dict[str, str]:
    """Environment variables that point another process at an unthrottled simulator."""
    keys = simulator.keys
    prefix = "COUNTERFOIL_QUICKBOOKS_"
    return {
        f"{prefix}CLIENT_ID": keys["client_id"],
        f"{prefix}CLIENT_SECRET": keys["client_secret"],
        f"{prefix}DISCOVERY_URL": keys["discovery_url"],
        f"{prefix}API_URL": keys["base_url"],
        f"{prefix}APP_URL": simulator.base_url,
        f"{prefix}ENVIRONMENT": "sandbox",
        f"{prefix}WEBHOOK_TOKEN": keys["webhook_verifier_token"],
        **{f"{prefix}{name.upper()}": "0" for name in UNLIMITED},
    }


def connect(
    simulator: Simulator, workspace: Workspace, *, now: datetime, company: int = 1
) -> Connection:
    """Connect a company of the simulator to ``workspace``, without the browser."""
    keys = simulator.credentials(company)
    service = services["quickbooks"]
    access = Secret(keys["access_token"])
    facts = service.company(account=keys["realm_id"], access_token=access)
    grant = Grant(access, now + ACCESS_LIFE, Secret(keys["refresh_token"]))
    with transaction.atomic():
        connection = Connection(
            workspace=workspace,
            service=service.key,
            account=facts.account,
            environment=service.environment(),
            state=ConnectionState.ACTIVE,
            connected_at=now,
            next_poll_at=now,
        )
        apply_facts(connection, facts)
        for name, value in tokens.columns(connection, grant).items():
            setattr(connection, name, value)
        connection.token_version = 1
        connection.save()
    return connection
