from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client


def test_liveness_asks_nothing_of_the_database(client: Client) -> None:
    # Without the mark for the database any query would fail the test.
    answer = client.get("/livez")

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_readiness_is_given_when_the_tables_are_of_this_version(client: Client) -> None:
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readiness_is_withheld_while_a_migration_is_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'workspaces'")

    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
def test_readiness_is_withheld_by_a_database_that_only_reads(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET transaction_read_only = on")

    assert client.get("/readyz").status_code == 503
