"""The page of API tokens: made, shown once, revoked; by whom."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_user, make_workspace

from counterfoil.workspaces.models import ApiToken, Role

pytestmark = pytest.mark.django_db


def test_a_token_is_shown_once_and_works_until_it_is_revoked():
    workspace = make_workspace()
    ada = Client()
    ada.force_login(make_user(workspace=workspace))
    page = reverse("api_tokens", args=[workspace.pk])
    answer = ada.post(page, {"name": "Shop", "scopes": ["documents.read"]})
    text = answer.content.decode().split('<code class="break">')[1].split("<")[0]
    assert text.startswith("cf_")
    assert answer["Cache-Control"] == "no-store"
    assert text not in ada.get(page).content.decode()
    assert text not in str(ApiToken.objects.values().get())
    program = Client(headers={"authorization": f"Bearer {text}"})
    assert program.get("/api/v1/documents/invoice/1/").status_code == 404
    token = ApiToken.objects.get()
    ada.post(reverse("api_token_revoke", args=[workspace.pk, token.pk]))
    assert program.get("/api/v1/documents/invoice/1/").status_code == 401
    assert (
        "Shop"
        not in ada.get(page).content.decode().split("<main")[1].split("no longer")[-1]
    )


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"scopes": ["documents.read"]}, "Say what the token is for."),
        ({"name": "x" * 101, "scopes": ["documents.read"]}, "at most 100 characters"),
        ({"name": "Shop"}, "Choose what the token may do."),
        ({"name": "Shop", "scopes": ["everything"]}, "Choose what the token may do."),
    ],
)
def test_what_is_missing_is_said_and_no_token_is_made(sent, said):
    workspace = make_workspace()
    ada = Client()
    ada.force_login(make_user(workspace=workspace))
    answer = ada.post(reverse("api_tokens", args=[workspace.pk]), sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_salesperson_makes_no_tokens():
    workspace = make_workspace()
    bo = Client()
    bo.force_login(make_user("Bo", workspace=workspace, role=Role.SALES))
    assert bo.get(reverse("api_tokens", args=[workspace.pk])).status_code == 403
