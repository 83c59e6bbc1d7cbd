"""The public Python client, unmodified, pointed at a running simulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks

from qbo_simulator.testing import Running

REDIRECT = "http://127.0.0.1:65000/callback"
MINOR = 75


@contextmanager
def connected(running: Running, keys: dict[str, str]) -> Iterator[QuickBooks]:
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


def auth_client(keys: dict[str, str]) -> AuthClient:
    """The OAuth client; it takes a discovery address in place of an environment."""
    return AuthClient(
        keys["client_id"], keys["client_secret"], REDIRECT, keys["discovery_url"]
    )
