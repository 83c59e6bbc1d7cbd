"""Everything that failed for one cause is tried again at once, however much it is."""

from __future__ import annotations

import pytest
from factories import NOW

from counterfoil.connections.models import Connection
from counterfoil.sync import issues
from counterfoil.sync.models import Hint, Issue, IssueState, Outgoing

pytestmark = pytest.mark.django_db
MANY = 2 * issues.BATCH + 1


def failed(connection: Connection, subject: str, **values: object) -> Issue:
    told = {"category": "email", "sentence": "No.", "first_at": NOW, "last_at": NOW}
    return Issue(connection=connection, subject=subject, **told, **values)


def test_all_of_a_cause_are_tried_again_and_counted(connection: Connection) -> None:
    out = [
        failed(connection, f"out:contact:{pk}", name="contacts", record_id=pk)
        for pk in range(1, MANY + 1)
    ]
    come_in = [
        failed(connection, f"in:invoices:{pk}", stream="invoices", remote_id=str(pk))
        for pk in range(1, 4)
    ]
    others = [
        failed(connection, "out:contact:0", name="contacts", record_id=0),
        failed(connection, "out:company:1", name="companies", record_id=1),
    ]
    others[0].state = IssueState.IGNORED
    others[1].category = "other"
    Issue.objects.bulk_create([*out, *come_in, *others])

    assert issues.retry_all(connection, "email", now=NOW) == MANY + 3

    assert Outgoing.objects.filter(name="contacts", record_id__gt=0).count() == MANY
    assert Outgoing.objects.count() == MANY
    assert Hint.objects.filter(stream="invoices").count() == 3
    assert Issue.objects.filter(state=IssueState.OPEN).count() == MANY + 4
