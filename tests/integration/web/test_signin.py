from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from counterfoil.workspaces.models import Role
from counterfoil.workspaces.people import add_member, create_user, create_workspace

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def ada(now: datetime):
    workspace = create_workspace(
        name="Harbour Bakery Services",
        home_currency="USD",
        time_zone="America/New_York",
        country="US",
        language="en",
        now=now,
    )
    user = create_user(
        email="ada@harbour.example", name="Ada Okafor", password=PASSWORD, now=now
    )
    return add_member(workspace=workspace, user=user, role=Role.OWNER, now=now)


def sign_in(client: Client, email: str, password: str, **more: str):
    return client.post("/login/", {"email": email, "password": password, **more})


def test_a_person_signs_in_and_lands_in_their_workspace(client, ada):
    response = sign_in(client, "ADA@harbour.example", PASSWORD)
    assert response.status_code == 302
    page = client.get("/", follow=True)
    assert page.redirect_chain == [(f"/w/{ada.workspace.pk}/", 302)]
    assert "Harbour Bakery Services" in page.text


def test_signing_in_gives_a_new_session(client, ada):
    client.get("/login/")
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["counterfoil_session"] = before = session.session_key
    sign_in(client, ada.user.email, PASSWORD)
    assert client.session.session_key != before


def test_a_wrong_password_and_an_unknown_account_read_the_same(client, ada):
    wrong = sign_in(client, ada.user.email, "not that one at all")
    unknown = sign_in(client, "nobody@harbour.example", PASSWORD)
    assert wrong.status_code == unknown.status_code == 422
    said = "do not belong together"
    assert said in wrong.text
    assert said in unknown.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
    ],
)
def test_next_never_leaves_the_site(client, ada, target):
    response = sign_in(client, ada.user.email, PASSWORD, next=target)
    assert response["Location"] == "/"


def test_next_leads_on_within_the_site(client, ada):
    target = f"/w/{ada.workspace.pk}/deals/"
    first = client.get(target)
    assert first["Location"].startswith("/login/?next=")
    response = sign_in(client, ada.user.email, PASSWORD, next=target)
    assert response["Location"] == target


def test_ten_failures_stop_even_the_right_password_for_a_quarter_of_an_hour(
    client, ada, time_machine: TimeMachineFixture, now: datetime
):
    time_machine.move_to(now, tick=False)
    for _attempt in range(10):
        assert sign_in(client, ada.user.email, "wrong").status_code == 422
    stopped = sign_in(client, ada.user.email, PASSWORD)
    assert stopped.status_code == 429
    assert "Too many attempts" in stopped.text
    time_machine.move_to(now + timedelta(minutes=16), tick=False)
    assert sign_in(client, ada.user.email, PASSWORD).status_code == 302


def test_an_unknown_account_is_stopped_just_the_same(client, db):
    for _attempt in range(10):
        sign_in(client, "nobody@harbour.example", "wrong")
    assert sign_in(client, "nobody@harbour.example", "wrong").status_code == 429


def test_one_address_may_not_try_many_accounts(client, ada):
    for attempt in range(50):
        sign_in(client, f"someone{attempt}@harbour.example", "wrong")
    assert sign_in(client, ada.user.email, PASSWORD).status_code == 429


def test_logging_out_needs_a_post_and_ends_the_session(client, ada):
    sign_in(client, ada.user.email, PASSWORD)
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert client.get(f"/w/{ada.workspace.pk}/").status_code == 302


def test_a_form_without_its_token_says_that_it_has_expired(ada):
    client = Client(enforce_csrf_checks=True)
    response = sign_in(client, ada.user.email, PASSWORD)
    assert response.status_code == 403
    assert "The form has expired" in response.text


def test_the_language_goes_with_the_person(client, ada):
    sign_in(client, ada.user.email, PASSWORD)
    client.post("/language/", {"language": "pl"})
    ada.user.refresh_from_db()
    assert ada.user.language == "pl"
    client.post("/language/", {"language": "xx"})
    ada.user.refresh_from_db()
    assert ada.user.language == "pl"
    page = client.get(f"/w/{ada.workspace.pk}/")
    assert '<html lang="pl"' in page.text


def test_a_theme_is_kept_and_nothing_else_is(client, ada):
    client.post("/theme/", {"theme": "dark"})
    assert client.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in client.get("/login/").text
    client.post("/theme/", {"theme": '"><script>'})
    assert client.cookies["theme"].value == ""


def test_somebody_without_a_workspace_is_told_whom_to_ask(client, db, now):
    create_user(email="new@harbour.example", name="", password=PASSWORD, now=now)
    sign_in(client, "new@harbour.example", PASSWORD)
    assert "You are in no workspace yet" in client.get("/").text
