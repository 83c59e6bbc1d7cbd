"""Django's test client, as somebody who has logged in."""

from __future__ import annotations

from django.test import Client

from counterfoil.workspaces.models import User


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
