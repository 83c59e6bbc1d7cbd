"""How long tokens last: refresh, rotation, the hard end, revoking and disconnecting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest


def test_within_a_day_a_refresh_keeps_the_refresh_token_and_renews_access(application):
    first = application.exchange(application.connect()["code"]).json()
    second = application.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] == first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert application.company(first["access_token"]).status_code == 200
    assert "id_token" not in second


def test_after_a_day_the_refresh_token_rotates_and_the_old_one_has_a_day_of_grace(
    application,
):
    first = application.exchange(application.connect()["code"]).json()["refresh_token"]
    application.state.clock.advance(25 * 3600)
    second = application.refresh(first).json()["refresh_token"]
    assert second != first
    assert application.refresh(first).json()["refresh_token"] == second
    application.state.clock.advance(23.9 * 3600)
    assert application.refresh(first).status_code == 200
    application.state.clock.advance(3600)
    assert application.refresh(first).json()["error"] == "invalid_grant"


def test_a_strict_service_that_always_rotates_refuses_every_old_token(application):
    switches = {"rotation": "always", "superseded": "strict"}
    assert application.http.post("/_sim/oauth", json=switches).status_code == 200
    first = application.exchange(application.connect()["code"]).json()["refresh_token"]
    second = application.refresh(first).json()["refresh_token"]
    assert second != first
    assert application.refresh(first).status_code == 400
    assert application.refresh(second).status_code == 200


def test_of_many_workers_that_refresh_one_token_at_once_a_strict_service_serves_one(
    application,
):
    switches = {"rotation": "always", "superseded": "strict"}
    application.http.post("/_sim/oauth", json=switches)
    token = application.exchange(application.connect()["code"]).json()["refresh_token"]
    with ThreadPoolExecutor(8) as workers:
        answers = list(workers.map(application.refresh, [token] * 8))
    assert sorted(answer.status_code for answer in answers) == [200, *[400] * 7]


def test_the_hard_end_is_told_to_those_who_ask_and_kept(application):
    token = application.exchange(application.connect()["code"]).json()["refresh_token"]
    asked = {"x-include-refresh-token-hard-expires-in": "true"}
    assert "x_refresh_token_hard_expires_in" not in application.refresh(token).json()
    left = application.refresh(token, **asked).json()["x_refresh_token_hard_expires_in"]
    assert left == pytest.approx(5 * 365 * 86400, abs=60)


def test_near_the_hard_end_a_refresh_token_ends_with_it(application):
    token = application.exchange(application.connect()["code"]).json()["refresh_token"]
    for _ in range(18):
        application.state.clock.advance(100 * 86400)
        token = application.refresh(token).json()["refresh_token"]
    told = application.refresh(token).json()["x_refresh_token_expires_in"]
    assert told == pytest.approx(25 * 86400, abs=60)


def test_an_access_token_ends_after_an_hour_with_the_recorded_fault(application):
    token = application.exchange(application.connect()["code"]).json()["access_token"]
    application.state.clock.advance(3601)
    answer = application.company(token)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == (
        'Bearer realm="Intuit", error="invalid_token"'
    )
    fault = answer.json()["fault"]
    assert fault["error"][0]["code"] == "3200"
    assert fault["type"] == "AUTHENTICATION"


def test_a_token_opens_its_own_company_and_no_other(application):
    token = application.exchange(application.connect()["code"]).json()["access_token"]
    answer = application.company(token, application.other_realm)
    assert answer.status_code == 403
    assert answer.json()["fault"]["error"][0]["code"] == "3100"


def test_a_token_without_the_accounting_scope_opens_no_books(application):
    token = application.exchange(application.connect(scope="openid")["code"]).json()[
        "access_token"
    ]
    assert application.company(token).status_code == 403


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("body", ["json", "data"])
def test_revoking_either_token_ends_the_whole_connection(application, kind, body):
    tokens = application.exchange(application.connect()["code"]).json()
    sent = {body: {"token": tokens[kind]}}
    answer = application.http.post(
        "/v2/oauth2/tokens/revoke", auth=application.keys, **sent
    )
    assert (answer.status_code, answer.content) == (200, b"")
    assert application.company(tokens["access_token"]).status_code == 401
    assert (
        application.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    )


def test_revoking_needs_the_keys_and_a_known_token(application):
    revoke = "/v2/oauth2/tokens/revoke"
    assert application.http.post(revoke, json={"token": "x"}).status_code == 401
    unknown = application.http.post(revoke, json={"token": "x"}, auth=application.keys)
    assert unknown.status_code == 400


def test_an_administrator_disconnects_a_company_and_only_that_one(application):
    tokens = application.exchange(application.connect()["code"]).json()
    other = application.exchange(
        application.connect(realm=application.other_realm)["code"]
    ).json()
    page = application.http.post(f"/books/{application.realm}/connections/disconnect")
    assert page.status_code == 303
    assert application.company(tokens["access_token"]).status_code == 401
    assert application.refresh(tokens["refresh_token"]).status_code == 400
    assert (
        application.company(other["access_token"], application.other_realm).status_code
        == 200
    )
