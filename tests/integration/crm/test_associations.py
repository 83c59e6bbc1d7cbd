"""Ties between records."""

from __future__ import annotations

from datetime import datetime
from threading import Thread

import pytest
from django.db import connection, transaction
from factories import make_company, make_contact, make_deal, make_workspace

from counterfoil.crm import associations
from counterfoil.crm.models import Association, Record
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.models import Event
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace


def tie(left: Record, right: Record, now: datetime, label: str = "") -> None:
    associations.associate(
        workspace=left.workspace,
        left=Ref.of(left),
        right=Ref.of(right),
        label=label,
        now=now,
    )


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


def test_a_tie_is_seen_from_both_sides(workspace: Workspace, now: datetime) -> None:
    deal, company = make_deal(workspace), make_company(workspace)
    tie(deal, company, now)
    assert associations.of(workspace, Ref.of(deal), "company") == [company]
    assert associations.of(workspace, Ref.of(company), "deal") == [deal]
    assert associations.first(workspace, Ref.of(deal), "contact") is None


def test_a_tie_is_made_once_and_published_once(
    workspace: Workspace, now: datetime
) -> None:
    deal, company = make_deal(workspace), make_company(workspace)
    for _ in range(2):
        tie(deal, company, now)
        tie(company, deal, now)
    assert Association.objects.count() == 2
    event = Event.objects.get(kind="associated")
    assert event.ref == ("deal", deal.pk)
    assert event.payload == {"with": ["company", company.pk]}


def test_a_tie_with_two_labels_is_one_record_in_the_list(
    workspace: Workspace, now: datetime
) -> None:
    deal, contact = make_deal(workspace), make_contact(workspace)
    tie(deal, contact, now)
    tie(deal, contact, now, "billing")
    assert associations.of(workspace, Ref.of(deal), "contact") == [contact]
    associations.dissociate(
        workspace=workspace,
        left=Ref.of(contact),
        right=Ref.of(deal),
        label="billing",
        now=now,
    )
    assert associations.of(workspace, Ref.of(deal), "contact") == [contact]
    associations.dissociate(
        workspace=workspace, left=Ref.of(contact), right=Ref.of(deal), now=now
    )
    assert Association.objects.count() == 0
    assert Event.objects.filter(kind="dissociated").count() == 2


def test_many_ties_keep_the_order_in_which_they_were_given(
    workspace: Workspace, now: datetime
) -> None:
    deal = make_deal(workspace)
    contacts = [make_contact(workspace) for _ in range(4)]
    contacts.reverse()
    associations.associate_many(
        workspace=workspace,
        pairs=[(Ref.of(deal), Ref.of(contact)) for contact in contacts],
        now=now,
    )
    assert associations.of(workspace, Ref.of(deal), "contact") == contacts
    refs = [Ref.of(deal), Ref.of(contacts[0])]
    found = associations.of_many(workspace, refs, "contact")
    assert found == {refs[0]: [Ref.of(c) for c in contacts], refs[1]: []}


def test_an_archived_record_is_not_the_first(
    workspace: Workspace, now: datetime
) -> None:
    deal = make_deal(workspace)
    gone, here = make_contact(workspace), make_contact(workspace)
    tie(deal, gone, now)
    tie(deal, here, now)
    write(
        workspace=workspace,
        changes=[Change("contact", {}, gone.pk, archived=True)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=now,
    )
    assert associations.first(workspace, Ref.of(deal), "contact") == here


def test_records_of_two_workspaces_are_not_tied(
    workspace: Workspace, now: datetime
) -> None:
    deal, stranger = make_deal(workspace), make_contact(make_workspace("Cy's shop"))
    with pytest.raises(LookupError):
        tie(deal, stranger, now)
    assert associations.of(stranger.workspace, Ref.of(deal), "contact") == []


@pytest.mark.django_db(transaction=True)
def test_the_same_tie_made_by_two_at_once_is_one(now: datetime) -> None:
    workspace = make_workspace()
    deal, contact = make_deal(workspace), make_contact(workspace)

    def work() -> None:
        try:
            tie(deal, contact, now)
        finally:
            connection.close()

    other = Thread(target=work)
    with transaction.atomic():
        tie(deal, contact, now)
        other.start()
        other.join(timeout=0.3)
    other.join(timeout=60)
    assert not other.is_alive()
    assert Association.objects.count() == 2
