"""Whatever somebody does after a run: undo gives back the rest, and sync stays quiet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from django.db import transaction
from factories import NOW, make_access, make_connection, make_workspace
from factories.remote import turned_on
from hypothesis import HealthCheck, given, settings as how, strategies as st
from support.changes import confirmed, edit, fax_for_phone, linked, undone

from counterfoil.connections.models import RemoteObject
from counterfoil.crm.models import Contact
from counterfoil.sync.engine.fields import Direction, Wins
from counterfoil.sync.models import Outgoing
from counterfoil.sync.previews import counting, proposing

pytestmark = pytest.mark.django_db
PHONE = "555-0100"


@dataclass(frozen=True)
class Case:
    """A contact: what its customer's fax is, and what somebody does after the run."""

    fax: str
    edit: dict[str, str]
    fax_later: str


CASES = st.builds(
    Case,
    st.sampled_from(["", PHONE, "555-0111", "555-0222"]),
    st.sampled_from(
        [{}, {"phone": "555-0999"}, {"phone": PHONE}, {"job_title": "Baker"}]
    ),
    st.sampled_from(["", "555-0333"]),
)


@given(
    cases=st.lists(CASES, min_size=1, max_size=5),
    may_empty=st.booleans(),
    one_way=st.booleans(),
)
@how(
    max_examples=10,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_undo_gives_back_what_nobody_has_changed_since(
    *, cases: list[Case], may_empty: bool, one_way: bool
) -> None:
    with transaction.atomic():
        play(cases, may_empty=may_empty, one_way=one_way)
        transaction.set_rollback(True)


def play(cases: list[Case], *, may_empty: bool, one_way: bool) -> None:
    connection = make_connection(make_workspace())
    ada = make_access(connection.workspace).user
    way = Direction.IN if one_way else Direction.BOTH
    settings = turned_on(connection, "contacts", direction=way)
    pairs = [linked(connection, fax=case.fax) for case in cases]
    mistake = fax_for_phone(settings)
    rules = tuple(
        replace(rule, may_empty=may_empty, wins=Wins.REMOTE)
        if rule.remote == "fax"
        else rule
        for rule in mistake.rules
    )
    run = confirmed(connection, replace(mistake, rules=rules), ada)
    Outgoing.objects.all().delete()
    for case, (contact, held) in zip(cases, pairs, strict=True):
        if case.edit:
            edit(contact, ada, **case.edit)
        if case.fax_later:
            RemoteObject.objects.filter(pk=held.pk).update(
                content={**held.content, "fax": case.fax_later}
            )

    undone(run, ada)

    for case, (contact, _held) in zip(cases, pairs, strict=True):
        contact.refresh_from_db()
        expected = case.edit.get("phone", PHONE)
        assert contact.phone == expected
        assert contact.job_title == case.edit.get("job_title", "")
    assert Contact.objects.filter(workspace=connection.workspace).count() == len(cases)
    again = proposing.propose(connection, "contacts", settings, by=ada, now=NOW)
    counting.count(again, now=NOW)
    edited = sum(case.edit.get("phone", PHONE) != PHONE for case in cases)
    # One way, the owner's value is restored over an edit; both ways a person is asked,
    # since nobody knows any more what the two agreed on before the mistake.
    assert again.counts["here"].get("update", 0) == (edited if one_way else 0)
    assert again.counts["there"] == {}
    assert again.counts["conflicts"] == (0 if one_way else edited)
