"""What workers write down for people to read is in the language of the workspace."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils.translation import get_language
from factories.people import make_connection, make_workspace

from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks.source import QuickBooksSource
from counterfoil.core.errors import Rejected
from counterfoil.events.wake import drains
from counterfoil.sync.models import Lane, StreamRun
from counterfoil.sync.ports import sources
from counterfoil.sync.runs import plan

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


class Refusing(QuickBooksSource):
    """Refuses everything, and says in which language it was asked to."""

    def changes(self, *given: Any, **more: Any) -> Any:
        raise Rejected(str(get_language()))

    count = page = changes


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Connection:
    monkeypatch.setitem(sources._entries, "quickbooks", Refusing())
    workspace = make_workspace()
    workspace.language = "pl"
    workspace.save()
    return make_connection(workspace)


def test_why_news_could_not_be_read(connection: Connection) -> None:
    connection.imported_at = connection.changes_until = NOW
    connection.save()
    drains["polls"].run(NOW)
    assert Lane.objects.get(connection=connection).error == "pl"


def test_why_a_part_of_an_import_could_not_be_read(connection: Connection) -> None:
    plan.begin(connection, NOW)
    drains["imports"].run(NOW)
    said = StreamRun.objects.filter(run__connection=connection).values_list("error")
    assert said.exclude(error="").distinct().get() == ("pl",)


def test_the_worker_itself_keeps_its_own(connection: Connection) -> None:
    before = get_language()
    plan.begin(connection, NOW)
    drains["imports"].run(NOW)
    assert get_language() == before
