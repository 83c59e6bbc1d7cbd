"""The public Python client, unmodified, pointed at a running simulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks

from qbo_simulator.credentials import issue
from qbo_simulator.testing import Running
from support.wire import Wire

REDIRECT = "http://127.0.0.1:65000/callback"
MINOR = 75


@contextmanager
def connected(running: Running | Wire, keys: dict[str, str]) -> Iterator[QuickBooks]:
    """The books of the company that the keys are for."""
    with pytest.MonkeyPatch.context() as patch, auth_client(keys) as client:
        patch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        patch.setattr(QuickBooks, "api_url_v3", f"{running.base_url}/v3")
        patch.setattr(QuickBooks, "sandbox_api_url_v3", f"{running.base_url}/v3")
        client.access_token = keys["access_token"]
        books = QuickBooks(
            auth_client=client,
            refresh_token=keys["refresh_token"],
            company_id=keys["realm_id"],
            minorversion=MINOR,
        )
        yield books
        books.session.close()


@contextmanager
def connected_to(wire: Wire, company: int = 1) -> Iterator[QuickBooks]:
    """The books of a served company, by its number."""
    keys = issue(wire.state.store, company=company, base=wire.base_url)
    with connected(wire, keys) as books:
        yield books


def auth_client(keys: dict[str, str]) -> AuthClient:
    """The OAuth client; it takes a discovery address in place of an environment."""
    return AuthClient(
        keys["client_id"], keys["client_secret"], REDIRECT, keys["discovery_url"]
    )
