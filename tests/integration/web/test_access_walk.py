"""Every address of the product, as a stranger, a passer-by and each role meets it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from factories.people import make_user
from support.clients import client_of
from support.routes import OPEN, ROUTES, Estate, Route, make_estate

from counterfoil.workspaces.access import PERMISSIONS, Permission
from counterfoil.workspaces.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours() -> Estate:
    return make_estate("A shop of ours", datetime.now(UTC))


@pytest.fixture
def theirs() -> Estate:
    return make_estate("A shop of theirs", datetime.now(UTC))


def named_patterns(patterns: list, prefix: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from named_patterns(pattern.url_patterns, path)
        else:
            assert isinstance(pattern, URLPattern)
            yield pattern.name or path, path


def call(client: Client, workspace_id: int, name: str, args: tuple, route: Route):
    address = reverse(name, args=[workspace_id, *args])
    if route.method == "post":
        return client.post(address, route.sends)
    return client.get(address)


def test_every_address_has_an_entry_and_every_entry_an_address():
    known = {name for name, _path in named_patterns(get_resolver().url_patterns)}
    assert known - OPEN == set(ROUTES)


def test_whatever_is_open_is_outside_of_every_workspace():
    for name, path in named_patterns(get_resolver().url_patterns):
        assert (name in OPEN) is not path.startswith("w/<int:workspace_id>/"), path


@pytest.mark.parametrize("name", ROUTES)
def test_a_stranger_finds_nothing_at(ours, theirs, name):
    route = ROUTES[name]
    cy = client_of(theirs.owner)
    response = call(cy, ours.workspace.pk, name, route.build(ours), route)
    assert response.status_code == 404
    assert ours.workspace.name.encode() not in b"".join(response)


@pytest.mark.parametrize("name", ROUTES)
def test_things_of_another_workspace_are_not_found_through_ones_own(ours, theirs, name):
    route = ROUTES[name]
    foreign = route.build(ours)
    if foreign == route.build(theirs):
        pytest.skip("nothing of a workspace is named in this address")
    cy = client_of(theirs.owner)
    response = call(cy, theirs.workspace.pk, name, foreign, route)
    assert response.status_code == 404


@pytest.mark.parametrize("name", ROUTES)
def test_nobody_in_particular_is_sent_to_log_in_from(ours, name):
    route = ROUTES[name]
    response = call(Client(), ours.workspace.pk, name, route.build(ours), route)
    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


@pytest.mark.parametrize("name", ROUTES)
def test_a_role_without_the_permission_is_told_who_can_grant_it(ours, name):
    route = ROUTES[name]
    for role in Role:
        member = make_user(f"Some {role}", workspace=ours.workspace, role=role)
        response = call(
            client_of(member), ours.workspace.pk, name, route.build(ours), route
        )
        if route.permission in PERMISSIONS[role]:
            assert response.status_code != 403, role
        else:
            assert response.status_code == 403, role
            assert "Owner" in response.text


def test_the_owner_may_do_all():
    assert PERMISSIONS[Role.OWNER] == frozenset(Permission)
