"""OAuth against the served simulator, as a browser and a program meet it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import jwt
import pytest

from qbo_simulator.oauth.tokens import App, Authority
from qbo_simulator.testing import Running, serve

ACCOUNTING = "com.intuit.quickbooks.accounting"
CALLBACK = "http://localhost:8000/connect/quickbooks/callback?kept=1"
TOKENS = "/oauth2/v1/tokens/bearer"


class Client:
    """What an application does, by hand."""

    def __init__(self, running: Running) -> None:
        self.http = httpx.Client(base_url=running.base_url)
        self.state = running.state
        self.authority = Authority(running.state.store)
        self.app: App = self.authority.app()
        self.realm, self.other_realm = running.state.store.realms()[:2]

    def asked(self, **changes: Any) -> dict[str, str]:
        wish = {
            "client_id": self.app.client_id,
            "response_type": "code",
            "scope": f"{ACCOUNTING} openid email",
            "redirect_uri": CALLBACK,
            "state": "s t/a",
            **changes,
        }
        return {key: value for key, value in wish.items() if value is not None}

    def decide(self, decision: str = "connect", **changes: Any) -> httpx.Response:
        form = {**self.asked(**changes), "decision": decision}
        return self.http.post("/connect/oauth2", data={"realm": self.realm, **form})

    def connect(self, **changes: Any) -> dict[str, str]:
        return answered(self.decide(**changes))

    def exchange(self, code: str, **changes: Any) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            **changes,
        }
        return self.http.post(TOKENS, data=form, auth=self.keys)

    def refresh(self, token: str, **headers: str) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return self.http.post(TOKENS, data=form, auth=self.keys, headers=headers)

    def company(self, access_token: str, realm: str = "") -> httpx.Response:
        realm = realm or self.realm
        return self.http.get(
            f"/v3/company/{realm}/companyinfo/{realm}",
            headers={
                "authorization": f"Bearer {access_token}",
                "accept": "application/json",
            },
        )

    @property
    def keys(self) -> tuple[str, str]:
        return (self.app.client_id, self.app.client_secret)


def answered(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302
    return dict(parse_qsl(urlsplit(response.headers["location"]).query))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with serve(tmp_path, empty=True) as running:
        client = Client(running)
        yield client
        client.http.close()


def test_consent_leads_back_with_a_code_the_state_and_the_company(client):
    answer = client.connect()
    assert answer["state"] == "s t/a"
    assert answer["realmId"] == client.realm
    assert answer["kept"] == "1"
    assert len(answer["code"]) == 50


def test_the_consent_page_shows_the_companies_and_says_it_is_a_simulator(client):
    page = client.http.get("/connect/oauth2", params=client.asked())
    assert page.status_code == 200
    for expected in ("simulator", "Harbour Bakery Services", client.other_realm):
        assert expected in page.text


def test_a_scope_without_books_asks_for_no_company_and_gives_none(client):
    page = client.http.get("/connect/oauth2", params=client.asked(scope="openid"))
    assert "Harbour Bakery" not in page.text
    assert "realmId" not in client.connect(scope="openid")


def test_a_person_who_cancels_sends_access_denied_back(client):
    answer = answered(client.decide("cancel"))
    assert answer["error"] == "access_denied"
    assert answer["state"] == "s t/a"
    assert "code" not in answer


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"state": None}, "invalid_request"),
    ],
)
def test_a_wrong_request_is_told_to_the_application(client, changes, error):
    answer = client.http.get("/connect/oauth2", params=client.asked(**changes))
    assert answered(answer)["error"] == error


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "AB0"}, "client_id"),
        ({"redirect_uri": "https://evil.example/cb"}, "redirect_uri"),
    ],
)
def test_nobody_is_redirected_to_an_address_that_is_not_the_applications(
    client, changes, words
):
    page = client.http.get("/connect/oauth2", params=client.asked(**changes))
    assert page.status_code == 400
    assert words in page.text
    assert client.decide(**changes).status_code == 400


def test_consent_sent_from_another_site_connects_nothing(client):
    form = {**client.asked(), "decision": "connect", "realm": client.realm}
    headers = {"origin": "https://evil.example"}
    answer = client.http.post("/connect/oauth2", data=form, headers=headers)
    assert answer.status_code == 403
    assert client.authority.grants(client.realm) == []


def test_a_company_that_does_not_exist_cannot_be_chosen(client):
    assert client.decide(realm="1").status_code == 400


def test_a_code_buys_tokens_that_open_the_company(client):
    answer = client.exchange(client.connect()["code"])
    tokens = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache, no-store"
    assert answer.headers["pragma"] == "no-cache"
    assert re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", answer.headers["intuit_tid"])
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 3600
    assert tokens["x_refresh_token_expires_in"] == 8726400
    assert tokens["access_token"].startswith("eyJ")
    assert len(tokens["access_token"]) <= 4096
    assert tokens["refresh_token"].startswith("RT1-")
    assert client.company(tokens["access_token"]).status_code == 200


def test_a_code_is_good_for_one_use(client):
    code = client.connect()["code"]
    assert client.exchange(code).status_code == 200
    again = client.exchange(code)
    assert again.status_code == 400
    assert again.content == (
        b'{"error_description":"Token invalid","error":"invalid_grant"}'
    )
    assert again.headers["content-type"] == "application/json;charset=UTF-8"


def test_a_code_is_good_for_five_minutes(client):
    code = client.connect()["code"]
    client.state.clock.advance(301)
    assert client.exchange(code).status_code == 400


def test_a_code_is_good_for_its_own_redirect_address_only(client):
    code = client.connect()["code"]
    wrong = client.exchange(code, redirect_uri="http://localhost:8000/elsewhere")
    assert wrong.status_code == 400
    assert client.exchange(code).status_code == 200


def test_keys_may_be_sent_in_the_body(client):
    code = client.connect()["code"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": client.app.client_id,
        "client_secret": client.app.client_secret,
    }
    assert client.http.post(TOKENS, data=form).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": "Basic bm9ib2R5OmhlcmU="}, {"authorization": "Basic %%%"}],
)
def test_wrong_keys_are_refused_as_invalid_client(client, headers):
    form = {"grant_type": "refresh_token", "refresh_token": "RT1"}
    answer = client.http.post(TOKENS, data=form, headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
    ],
)
def test_wrong_token_requests_are_named(client, form, error):
    answer = client.http.post(TOKENS, data=form, auth=client.keys)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_within_a_day_a_refresh_keeps_the_refresh_token_and_renews_access(client):
    first = client.exchange(client.connect()["code"]).json()
    second = client.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] == first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert client.company(first["access_token"]).status_code == 200
    assert "id_token" not in second


def test_after_a_day_the_refresh_token_rotates_and_the_old_one_has_a_day_of_grace(
    client,
):
    first = client.exchange(client.connect()["code"]).json()["refresh_token"]
    client.state.clock.advance(25 * 3600)
    second = client.refresh(first).json()["refresh_token"]
    assert second != first
    assert client.refresh(first).json()["refresh_token"] == second
    client.state.clock.advance(23.9 * 3600)
    assert client.refresh(first).status_code == 200
    client.state.clock.advance(3600)
    assert client.refresh(first).json()["error"] == "invalid_grant"


def test_a_strict_service_that_always_rotates_refuses_every_old_token(client):
    switches = {"rotation": "always", "superseded": "strict"}
    assert client.http.post("/_sim/oauth", json=switches).status_code == 200
    first = client.exchange(client.connect()["code"]).json()["refresh_token"]
    second = client.refresh(first).json()["refresh_token"]
    assert second != first
    assert client.refresh(first).status_code == 400
    assert client.refresh(second).status_code == 200


def test_of_many_workers_that_refresh_one_token_at_once_a_strict_service_serves_one(
    client,
):
    switches = {"rotation": "always", "superseded": "strict"}
    client.http.post("/_sim/oauth", json=switches)
    token = client.exchange(client.connect()["code"]).json()["refresh_token"]
    with ThreadPoolExecutor(8) as workers:
        answers = list(workers.map(client.refresh, [token] * 8))
    assert sorted(answer.status_code for answer in answers) == [200, *[400] * 7]


def test_the_hard_end_is_told_to_those_who_ask_and_kept(client):
    token = client.exchange(client.connect()["code"]).json()["refresh_token"]
    asked = {"x-include-refresh-token-hard-expires-in": "true"}
    assert "x_refresh_token_hard_expires_in" not in client.refresh(token).json()
    left = client.refresh(token, **asked).json()["x_refresh_token_hard_expires_in"]
    assert left == pytest.approx(5 * 365 * 86400, abs=60)


def test_near_the_hard_end_a_refresh_token_ends_with_it(client):
    token = client.exchange(client.connect()["code"]).json()["refresh_token"]
    for _ in range(18):
        client.state.clock.advance(100 * 86400)
        token = client.refresh(token).json()["refresh_token"]
    told = client.refresh(token).json()["x_refresh_token_expires_in"]
    assert told == pytest.approx(25 * 86400, abs=60)


def test_an_access_token_ends_after_an_hour_with_the_recorded_fault(client):
    token = client.exchange(client.connect()["code"]).json()["access_token"]
    client.state.clock.advance(3601)
    answer = client.company(token)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == (
        'Bearer realm="Intuit", error="invalid_token"'
    )
    fault = answer.json()["fault"]
    assert fault["error"][0]["code"] == "3200"
    assert fault["type"] == "AUTHENTICATION"


def test_a_token_opens_its_own_company_and_no_other(client):
    token = client.exchange(client.connect()["code"]).json()["access_token"]
    answer = client.company(token, client.other_realm)
    assert answer.status_code == 403
    assert answer.json()["fault"]["error"][0]["code"] == "3100"


def test_a_token_without_the_accounting_scope_opens_no_books(client):
    token = client.exchange(client.connect(scope="openid")["code"]).json()[
        "access_token"
    ]
    assert client.company(token).status_code == 403


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("body", ["json", "data"])
def test_revoking_either_token_ends_the_whole_connection(client, kind, body):
    tokens = client.exchange(client.connect()["code"]).json()
    sent = {body: {"token": tokens[kind]}}
    answer = client.http.post("/v2/oauth2/tokens/revoke", auth=client.keys, **sent)
    assert (answer.status_code, answer.content) == (200, b"")
    assert client.company(tokens["access_token"]).status_code == 401
    assert client.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_revoking_needs_the_keys_and_a_known_token(client):
    revoke = "/v2/oauth2/tokens/revoke"
    assert client.http.post(revoke, json={"token": "x"}).status_code == 401
    unknown = client.http.post(revoke, json={"token": "x"}, auth=client.keys)
    assert unknown.status_code == 400


def test_an_administrator_disconnects_a_company_and_only_that_one(client):
    tokens = client.exchange(client.connect()["code"]).json()
    other = client.exchange(client.connect(realm=client.other_realm)["code"]).json()
    page = client.http.post(f"/books/{client.realm}/connections/disconnect")
    assert page.status_code == 303
    assert client.company(tokens["access_token"]).status_code == 401
    assert client.refresh(tokens["refresh_token"]).status_code == 400
    assert client.company(other["access_token"], client.other_realm).status_code == 200


def test_user_information_is_given_as_far_as_the_scopes_go(client):
    tokens = client.exchange(client.connect()["code"]).json()
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    for path in ("/v1/openid_connect/userinfo", "/sandbox/v1/openid_connect/userinfo"):
        told = client.http.get(path, headers=headers).json()
        assert set(told) == {"sub", "email", "emailVerified"}
    assert client.http.get("/v1/openid_connect/userinfo").status_code == 401


def test_the_id_token_is_signed_with_a_served_key(client):
    tokens = client.exchange(client.connect()["code"]).json()
    found = client.http.get("/.well-known/openid_sandbox_configuration/").json()
    keys = jwt.PyJWKSet.from_dict(client.http.get(found["jwks_uri"]).json())
    kid = jwt.get_unverified_header(tokens["id_token"])["kid"]
    claims = jwt.decode(
        tokens["id_token"],
        keys[kid].key,
        algorithms=["RS256"],
        audience=client.app.client_id,
        issuer=found["issuer"],
    )
    assert claims["realmid"] == client.realm


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/openid_configuration/",
        "/.well-known/openid_sandbox_configuration/",
        "/.well-known/openid_sandbox_configuration",
    ],
)
def test_discovery_has_every_recorded_key_and_addresses_of_this_server(client, path):
    found = client.http.get(path).json()
    assert set(found) == {
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "revocation_endpoint",
        "jwks_uri",
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "scopes_supported",
        "token_endpoint_auth_methods_supported",
        "claims_supported",
    }
    base = str(client.http.base_url).rstrip("/")
    for key in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        assert found[key].startswith(base)
    assert found["issuer"] == "https://oauth.platform.intuit.com/op/v1"


def test_production_keys_accept_registered_addresses_only(client):
    registered = "https://app.example/callback"
    wish = {"redirect_uris": [registered], "any_local_redirect": False}
    client.http.post("/_sim/oauth", json=wish)
    assert client.decide().status_code == 400
    assert "code" in client.connect(redirect_uri=registered)
