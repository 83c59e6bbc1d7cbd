"""Intuit's own OAuth client, unmodified but for the discovery address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError

from qbo_simulator.credentials import issue
from qbo_simulator.testing import Running, serve

CALLBACK = "http://localhost:8000/callback"
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with serve(tmp_path, empty=True) as running:
        yield running


@pytest.fixture
def client(running: Running) -> Iterator[AuthClient]:
    keys = issue(running.state.store, base=running.base_url)
    client = AuthClient(
        keys["client_id"], keys["client_secret"], CALLBACK, keys["discovery_url"]
    )
    yield client
    client.close()


def consent(address: str, realm: str) -> dict[str, str]:
    """Do what a person does on the consent page."""
    parts = urlsplit(address)
    form = {**dict(parse_qsl(parts.query)), "realm": realm, "decision": "connect"}
    answer = httpx.post(parts._replace(query="").geturl(), data=form)
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def test_intuits_client_connects_refreshes_reads_the_user_and_revokes(running, client):
    realm = running.state.store.realms()[0]
    scopes = [Scopes.ACCOUNTING, Scopes.OPENID, Scopes.EMAIL, Scopes.PROFILE]
    back = consent(client.get_authorization_url(scopes), realm)
    assert back["state"] == client.state_token

    client.get_bearer_token(back["code"], realm_id=back["realmId"])
    assert client.realm_id == realm
    assert client.expires_in == 3600
    assert client.x_refresh_token_expires_in == 8726400
    assert client.id_token is not None, "the client did not accept the id token"

    first = client.access_token
    client.refresh()
    assert client.access_token != first
    assert client.get_user_info().json()["givenName"] == "Pat"

    assert client.revoke() is True
    with pytest.raises(AuthClientError) as refused:
        client.refresh()
    assert refused.value.status_code == 400


def test_intuits_client_is_told_of_a_wrong_code(client):
    with pytest.raises(AuthClientError) as refused:
        client.get_bearer_token("XAB1-not-a-code", realm_id="1")
    assert refused.value.status_code == 400
    assert b"invalid_grant" in refused.value.content


def test_issued_credentials_work_for_intuits_client_at_once(running):
    keys = issue(running.state.store, company=2, base=running.base_url)
    client = AuthClient(
        keys["client_id"],
        keys["client_secret"],
        CALLBACK,
        keys["discovery_url"],
        refresh_token=keys["refresh_token"],
        realm_id=keys["realm_id"],
    )
    client.refresh()
    answer = httpx.get(
        f"{keys['base_url']}/{keys['realm_id']}/companyinfo/{keys['realm_id']}",
        headers={"authorization": f"Bearer {client.access_token}"},
    )
    client.close()
    assert answer.status_code == 200
