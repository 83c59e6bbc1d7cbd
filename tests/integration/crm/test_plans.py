"""Lists keep up with many records: the plans use the indexes made for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from factories import NOW, make_workspace

from counterfoil.core.errors import Invalid
from counterfoil.crm import queries
from counterfoil.crm.keyset import Order, window
from counterfoil.crm.models import Contact
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace(db: None) -> Workspace:
    workspace = make_workspace()
    Contact.objects.bulk_create(
        Contact(
            workspace=workspace,
            title=f"Dora {number:x} Field {number * 7919 % 2000}",
            created_at=NOW,
            updated_at=NOW,
        )
        for number in range(2000)
    )
    with connection.cursor() as cursor:
        # What waits to be entered into an index makes it dearer, whoever left it there.
        cursor.execute("SELECT gin_clean_pending_list('contact_search')")
        cursor.execute("ANALYZE crm_contact")
    return workspace


def test_a_search_for_a_part_uses_the_trigrams(workspace: Workspace) -> None:
    found = queries._search(queries.object_types["contact"], "ld 1234")
    # One workspace is all there is here, so its own index would be as good.
    rows = Contact.objects.filter(found)
    with connection.cursor() as cursor:
        # So few rows make reading them all a fair plan.
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "contact_search" in rows.explain()


@pytest.mark.parametrize("is_descending", [False, True])
def test_a_page_by_title_reads_its_rows_from_the_index(
    workspace: Workspace, *, is_descending: bool
) -> None:
    rows = Contact.objects.filter(workspace=workspace, archived_at__isnull=True)
    order = Order(queries.TITLE, "title", is_descending)
    first = window(rows, order, size=50)
    plans: list[str] = []

    def explain(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        with connection.connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}", params)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(explain):
        second = window(rows, order, after=first.next, size=50)
    assert len(second.rows) == 50
    [plan] = plans
    assert "contact_title" in plan
    assert "Sort" not in plan


def test_a_list_that_takes_too_long_is_given_up_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "TIMEOUT_MILLISECONDS", 500)
    with (
        pytest.raises(Invalid, match="takes too long"),
        queries.limited(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(60)")
    with queries.limited():
        pass
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
