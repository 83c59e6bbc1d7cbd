"""Creating workspaces and people, and bringing them together."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from factories import PASSWORD, make_user, make_workspace

from counterfoil.core.errors import Invalid
from counterfoil.workspaces.models import Membership, Role, User, Workspace
from counterfoil.workspaces.people import add_member, create_user, create_workspace

pytestmark = pytest.mark.django_db

GOOD = {
    "name": "Harbour Bakery",
    "home_currency": "USD",
    "time_zone": "America/New_York",
    "country": "US",
    "language": "en",
}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "  ", "Give the workspace a name."),
        ("name", "x" * 201, "Shorten this to 200 characters; it has 201."),
        (
            "home_currency",
            "Dollar",
            "Dollar is not a currency. Use a three-letter code such as USD.",
        ),
        (
            "time_zone",
            "Mars",
            "Mars is not a time zone. Use a name such as America/New_York.",
        ),
        ("country", "usa", "Use a two-letter country code such as US."),
        ("language", "xx", "Choose one of these languages: en, ko, pt-br, pl."),
    ],
)
def test_a_workspace_is_refused_with_a_sentence_per_field(
    field: str, value: str, sentence: str, now: datetime
) -> None:
    with pytest.raises(Invalid) as caught:
        create_workspace(**{**GOOD, field: value}, now=now)
    assert caught.value.errors == {field: [sentence]}
    assert not Workspace.objects.exists()


def test_a_person_signs_in_with_an_address_in_any_case(now: datetime) -> None:
    create_user(email=" Ada@Example.com ", name="Ada", password=PASSWORD, now=now)
    user = User.objects.get()
    assert user.email == "Ada@Example.com"
    assert user.password.startswith("argon2")
    assert User.objects.get_by_natural_key("ada@example.COM") == user
    assert authenticate(username="ada@example.com", password=PASSWORD) == user
    assert authenticate(username="ada@example.com", password="wrong") is None


def test_an_address_is_used_once_in_any_case(now: datetime) -> None:
    make_user("Ada", email="ada@example.com")
    with pytest.raises(Invalid) as caught:
        create_user(email="ADA@example.com", name="", password=PASSWORD, now=now)
    assert "exists already" in str(caught.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="ADA@example.com", name="x", created_at=now)


def test_a_person_is_refused_with_a_sentence_per_field(now: datetime) -> None:
    with pytest.raises(Invalid) as caught:
        create_user(email="ada", name="Ada", password="1234", now=now)
    assert set(caught.value.errors) == {"email", "password"}
    assert not User.objects.exists()


def test_what_is_too_long_is_refused_in_a_sentence(now: datetime) -> None:
    email = f"{'x' * 50}@{'y' * 60}.{'z' * 60}.{'y' * 60}.example.com"
    assert len(email) < 254
    with pytest.raises(Invalid) as caught:
        create_user(email=email, name="x" * 201, password=PASSWORD, now=now)
    assert set(caught.value.errors) == {"name"}
    with pytest.raises(Invalid) as caught:
        create_user(
            email=f"{email}.{'z' * 60}.net", name="", password=PASSWORD, now=now
        )
    assert set(caught.value.errors) == {"email"}


def test_bringing_in_a_member_again_changes_the_role(now: datetime) -> None:
    workspace = make_workspace()
    bo = make_user("Bo", workspace=workspace, role=Role.SALES)
    add_member(workspace=workspace, user=bo, role=Role.ADMIN, now=now)
    membership = Membership.objects.get()
    assert membership.role == Role.ADMIN


def test_the_database_keeps_currency_codes_whole(now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Workspace.objects.create(**{**GOOD, "home_currency": "us"}, created_at=now)
