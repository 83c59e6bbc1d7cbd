"""What is noted of news that arrive at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from factories import make_connection, make_workspace

from counterfoil.sync import inbound
from counterfoil.sync.models import Hint
from counterfoil.sync.ports import Told

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_into_whom_it_was_merged_is_kept_whatever_is_told_of_the_same_second() -> None:
    connection = make_connection(make_workspace(), account="123")
    merge = Told("123", "customers", "7", "merge", NOW, "8")
    edit = Told("123", "customers", "7", "update", NOW)
    for news in permutations([merge, edit]):
        Hint.objects.all().delete()
        inbound.hint(connection.service, news, now=NOW)
        assert Hint.objects.get().survivor == "8"
        inbound.hint(connection.service, [edit], now=NOW)
        assert Hint.objects.get().survivor == "8"


def test_what_is_told_late_does_not_undo_what_is_known() -> None:
    connection = make_connection(make_workspace(), account="123")
    deleted = Told("123", "customers", "7", "delete", NOW)
    made = Told("123", "customers", "7", "create", NOW - timedelta(hours=1))
    for news in permutations([deleted, made]):
        Hint.objects.all().delete()
        for each in news:
            inbound.hint(connection.service, [each], now=NOW)
        hint = Hint.objects.get()
        assert (hint.operation, hint.at, hint.stamp) == ("delete", NOW, 2)
