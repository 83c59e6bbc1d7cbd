"""OAuth against the served simulator, as a browser and a program meet it."""

from __future__ import annotations

import re

import jwt
import pytest
from support.application import CALLBACK, TOKENS, answered


def test_consent_leads_back_with_a_code_the_state_and_the_company(application):
    answer = application.connect()
    assert answer["state"] == "s t/a"
    assert answer["realmId"] == application.realm
    assert answer["kept"] == "1"
    assert len(answer["code"]) == 50


def test_the_consent_page_shows_the_companies_and_says_it_is_a_simulator(application):
    page = application.http.get("/connect/oauth2", params=application.asked())
    assert page.status_code == 200
    for expected in ("simulator", "Harbour Bakery Services", application.other_realm):
        assert expected in page.text


def test_a_scope_without_books_asks_for_no_company_and_gives_none(application):
    page = application.http.get(
        "/connect/oauth2", params=application.asked(scope="openid")
    )
    assert "Harbour Bakery" not in page.text
    assert "realmId" not in application.connect(scope="openid")


def test_a_person_who_cancels_sends_access_denied_back(application):
    answer = answered(application.decide("cancel"))
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
def test_a_wrong_request_is_told_to_the_application(application, changes, error):
    answer = application.http.get(
        "/connect/oauth2", params=application.asked(**changes)
    )
    assert answered(answer)["error"] == error


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "AB0"}, "client_id"),
        ({"redirect_uri": "https://evil.example/cb"}, "redirect_uri"),
    ],
)
def test_nobody_is_redirected_to_an_address_that_is_not_the_applications(
    application, changes, words
):
    page = application.http.get("/connect/oauth2", params=application.asked(**changes))
    assert page.status_code == 400
    assert words in page.text
    assert application.decide(**changes).status_code == 400


def test_consent_sent_from_another_site_connects_nothing(application):
    form = {**application.asked(), "decision": "connect", "realm": application.realm}
    headers = {"origin": "https://evil.example"}
    answer = application.http.post("/connect/oauth2", data=form, headers=headers)
    assert answer.status_code == 403
    assert application.authority.grants(application.realm) == []


def test_a_company_that_does_not_exist_cannot_be_chosen(application):
    assert application.decide(realm="1").status_code == 400


def test_a_code_buys_tokens_that_open_the_company(application):
    answer = application.exchange(application.connect()["code"])
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
    assert application.company(tokens["access_token"]).status_code == 200


def test_a_code_is_good_for_one_use(application):
    code = application.connect()["code"]
    assert application.exchange(code).status_code == 200
    again = application.exchange(code)
    assert again.status_code == 400
    assert again.content == (
        b'{"error_description":"Token invalid","error":"invalid_grant"}'
    )
    assert again.headers["content-type"] == "application/json;charset=UTF-8"


def test_a_code_is_good_for_five_minutes(application):
    code = application.connect()["code"]
    application.state.clock.advance(301)
    assert application.exchange(code).status_code == 400


def test_a_code_is_good_for_its_own_redirect_address_only(application):
    code = application.connect()["code"]
    wrong = application.exchange(code, redirect_uri="http://localhost:8000/elsewhere")
    assert wrong.status_code == 400
    assert application.exchange(code).status_code == 200


def test_keys_may_be_sent_in_the_body(application):
    code = application.connect()["code"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": application.app.client_id,
        "client_secret": application.app.client_secret,
    }
    assert application.http.post(TOKENS, data=form).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": "Basic bm9ib2R5OmhlcmU="}, {"authorization": "Basic %%%"}],
)
def test_wrong_keys_are_refused_as_invalid_client(application, headers):
    form = {"grant_type": "refresh_token", "refresh_token": "RT1"}
    answer = application.http.post(TOKENS, data=form, headers=headers)
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
def test_wrong_token_requests_are_named(application, form, error):
    answer = application.http.post(TOKENS, data=form, auth=application.keys)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_user_information_is_given_as_far_as_the_scopes_go(application):
    tokens = application.exchange(application.connect()["code"]).json()
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    for path in ("/v1/openid_connect/userinfo", "/sandbox/v1/openid_connect/userinfo"):
        told = application.http.get(path, headers=headers).json()
        assert set(told) == {"sub", "email", "emailVerified"}
    assert application.http.get("/v1/openid_connect/userinfo").status_code == 401


def test_the_id_token_is_signed_with_a_served_key(application):
    tokens = application.exchange(application.connect()["code"]).json()
    found = application.http.get("/.well-known/openid_sandbox_configuration/").json()
    keys = jwt.PyJWKSet.from_dict(application.http.get(found["jwks_uri"]).json())
    kid = jwt.get_unverified_header(tokens["id_token"])["kid"]
    claims = jwt.decode(
        tokens["id_token"],
        keys[kid].key,
        algorithms=["RS256"],
        audience=application.app.client_id,
        issuer=found["issuer"],
    )
    assert claims["realmid"] == application.realm


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/openid_configuration/",
        "/.well-known/openid_sandbox_configuration/",
        "/.well-known/openid_sandbox_configuration",
    ],
)
def test_discovery_has_every_recorded_key_and_addresses_of_this_server(
    application, path
):
    found = application.http.get(path).json()
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
    base = str(application.http.base_url).rstrip("/")
    for key in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        assert found[key].startswith(base)
    assert found["issuer"] == "https://oauth.platform.intuit.com/op/v1"


def test_production_keys_accept_registered_addresses_only(application):
    registered = "https://app.example/callback"
    wish = {"redirect_uris": [registered], "any_local_redirect": False}
    application.http.post("/_sim/oauth", json=wish)
    assert application.decide().status_code == 400
    assert "code" in application.connect(redirect_uri=registered)
