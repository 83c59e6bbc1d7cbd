"""A change of settings is counted before anybody says yes, and nothing is written."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from factories import (
    NOW,
    make_contact,
    make_product,
)
from factories.remote import make_customer, make_item, make_link, turned_on
from support.changes import confirmed
from support.queries import at_most

from counterfoil.connections.models import Connection, Link
from counterfoil.core.errors import Invalid, Stale
from counterfoil.crm.models import Contact
from counterfoil.sync.engine.fields import Direction
from counterfoil.sync.engine.settings import Settings, Taking
from counterfoil.sync.models import (
    Outgoing,
    Proposal,
    ProposalState,
    Review,
    Run,
    RunKind,
)
from counterfoil.sync.previews import counting, proposing
from counterfoil.sync.settings import choices
from counterfoil.workspaces.models import User

pytestmark = pytest.mark.django_db


def wanted(connection: Connection, name: str = "contacts", **chosen: Any) -> Settings:
    return replace(choices.of(connection, name), **{"enabled": True, **chosen})


def counted(connection: Connection, settings: Settings, by: User) -> Proposal:
    proposal = proposing.propose(connection, settings.name, settings, by=by, now=NOW)
    return counting.count(proposal, now=NOW)


def test_turning_it_on_says_what_would_be_made_and_met_on_each_side(
    connection: Connection, ada: User
) -> None:
    make_customer(connection, display_name="Amy Bird", email="amy@example.com")
    same = make_contact(connection.workspace)
    make_customer(
        connection,
        display_name="Bird & Sons",
        given_name=same.first_name,
        family_name=same.last_name,
        email=same.email,
        phone="555-0100",
    )
    here_only = make_contact(connection.workspace)

    proposal = counted(connection, wanted(connection), ada)

    assert proposal.state == ProposalState.READY
    assert proposal.counts["here"] == {"create": 1, "update": 1}
    assert proposal.counts["there"] == {"create": 1}
    assert proposal.counts["total"] == {"here": 2, "there": 2}
    [made] = proposal.examples["here"]["create"]
    assert made["title"] == "Amy Bird"
    assert ["email", None, "amy@example.com"] in made["changes"]
    [changed] = proposal.examples["here"]["update"]
    assert (changed["record_id"], changed["title"]) == (same.pk, same.title)
    assert changed["changes"] == [["phone", None, "555-0100"]]
    [sent] = proposal.examples["there"]["create"]
    assert (sent["record_id"], sent["title"]) == (here_only.pk, here_only.title)


def test_counting_writes_nothing(connection: Connection, ada: User) -> None:
    make_customer(connection)
    contact = make_contact(connection.workspace)
    counted(connection, wanted(connection), ada)
    assert Contact.objects.count() == 1
    assert not Link.objects.exists()
    assert not Outgoing.objects.exists()
    assert not Run.objects.exists()
    assert not choices.of(connection, "contacts").enabled
    contact.refresh_from_db()
    assert contact.version == 1


def test_a_linked_pair_counts_once_on_the_side_that_changes(
    connection: Connection, ada: User
) -> None:
    turned_on(connection, "contacts")
    edited, other = (make_contact(connection.workspace) for _ in range(2))
    held = make_customer(connection, email=edited.email, phone="")
    make_link(connection, edited, held, "contacts")
    Contact.objects.filter(pk=edited.pk).update(phone="555-0199")
    changed_there = make_customer(connection, email=other.email)
    make_link(connection, other, changed_there, "contacts")
    changed_there.content = {**changed_there.content, "phone": "555-0111"}
    changed_there.save()

    proposal = counted(connection, wanted(connection, name_taken="link"), ada)

    assert proposal.counts["here"] == {"update": 1}
    assert proposal.counts["there"] == {"update": 1}
    assert sum(proposal.counts["left"]["here"].values()) == 1
    assert sum(proposal.counts["left"]["there"].values()) == 1


def test_a_pair_that_is_met_now_counts_what_it_needs_there_once(
    connection: Connection, ada: User
) -> None:
    contact = make_contact(connection.workspace, phone="555-0100")
    make_customer(
        connection,
        given_name=contact.first_name,
        family_name=contact.last_name,
        email=contact.email,
        phone="",
    )
    proposal = counted(connection, wanted(connection), ada)
    assert proposal.counts["here"] == {"link": 1}
    assert proposal.counts["there"] == {"update": 1}
    [sent] = proposal.examples["there"]["update"]
    assert sent["changes"] == [["phone", "", "555-0100"]]


@pytest.mark.parametrize("given_name", ["", "Bo"])
def test_nobody_is_asked_in_the_preview_whom_the_run_links_for_certain(
    connection: Connection, ada: User, given_name: str
) -> None:
    contact = make_contact(connection.workspace)
    top = make_customer(connection, display_name="Bird & Sons", email=contact.email)
    make_customer(
        connection,
        display_name="Roof",
        given_name=given_name,
        family_name="",
        email=contact.email,
        parent_id=top.remote_id,
        level=1,
    )
    settings = wanted(connection)

    proposal = counted(connection, settings, ada)

    assert "review" not in {**proposal.counts["here"], **proposal.counts["there"]}
    confirmed(connection, settings, ada)
    assert Link.objects.get(record_id=contact.pk).remote_id == top.remote_id
    assert not Review.objects.exists()


def test_who_could_be_several_for_certain_is_asked_about_in_the_preview(
    connection: Connection, ada: User
) -> None:
    contact = make_contact(connection.workspace)
    for name in ("Roof", "Wall"):
        make_customer(connection, display_name=name, email=contact.email)
    proposal = counted(connection, wanted(connection), ada)
    assert proposal.counts["there"] == {"review": 1}


def test_what_is_left_alone_has_its_reason(connection: Connection, ada: User) -> None:
    make_customer(connection)
    make_contact(connection.workspace)
    proposal = counted(
        connection,
        wanted(connection, incoming=Taking.UPDATE, outgoing=Taking.UPDATE),
        ada,
    )
    assert proposal.counts["here"] == proposal.counts["there"] == {}
    assert proposal.counts["left"] == {
        "here": {"update_only": 1},
        "there": {"update_only": 1},
    }


def test_one_way_leaves_the_other_side_alone(connection: Connection, ada: User) -> None:
    make_customer(connection)
    make_contact(connection.workspace)
    proposal = counted(connection, wanted(connection, direction=Direction.IN), ada)
    assert proposal.counts["here"] == {"create": 1}
    assert proposal.counts["there"] == {}
    assert proposal.counts["left"]["there"] == {"one_way": 1}


def test_a_conflict_is_counted_once(connection: Connection, ada: User) -> None:
    contact = make_contact(connection.workspace, phone="555-0100")
    make_customer(
        connection,
        given_name=contact.first_name,
        family_name=contact.last_name,
        email=contact.email,
        phone="555-0999",
    )
    proposal = counted(connection, wanted(connection), ada)
    assert proposal.counts["conflicts"] == 1


def test_values_that_would_be_emptied_are_told_with_examples(
    connection: Connection, ada: User
) -> None:
    settings = turned_on(connection, "contacts", direction=Direction.IN)
    contact = make_contact(connection.workspace, phone="555-0100")
    held = make_customer(connection, email=contact.email, phone="555-0100", fax="")
    make_link(connection, contact, held, "contacts")
    proposal = counted(connection, remapped(settings), ada)
    assert proposal.counts["emptied"] == {"here": 1, "there": 0}
    [example] = proposal.examples["here"]["emptied"]
    assert ["phone", "555-0100", ""] in example["changes"]


def remapped(settings: Settings) -> Settings:
    """The phone is the fax by mistake, and an empty one empties."""
    rules = [
        replace(rule, remote="fax", may_empty=True)
        for rule in settings.rules
        if rule.remote == "phone"
    ]
    return replace(
        settings, rules=(*(r for r in settings.rules if r.local != "phone"), *rules)
    )


def test_a_great_many_need_a_yes(connection: Connection, ada: User) -> None:
    for _ in range(12):
        make_customer(connection)
    proposal = counted(connection, wanted(connection, direction=Direction.IN), ada)
    assert proposal.counts["here"] == {"create": 12}
    assert not proposal.needs_yes  # there are fewer than ten here to compare with
    for _ in range(10):
        make_contact(connection.workspace)
    proposal = counted(connection, wanted(connection, direction=Direction.IN), ada)
    assert proposal.needs_yes
    with pytest.raises(Invalid) as refused:
        proposing.confirm(proposal, yes=False, by=ada, now=NOW)
    assert list(refused.value.errors) == ["yes"]
    assert not choices.of(connection, "contacts").enabled
    run = proposing.confirm(proposal, yes=True, by=ada, now=NOW)
    assert run is not None
    assert choices.of(connection, "contacts").enabled


def test_counting_goes_on_where_it_was_interrupted(
    connection: Connection, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "PAGE", 2)
    monkeypatch.setattr(counting, "SPELL_SECONDS", 0.0)
    for _ in range(5):
        make_customer(connection)
        make_contact(connection.workspace)
    proposal = proposing.propose(
        connection, "contacts", wanted(connection), by=ada, now=NOW
    )
    rounds = 0
    while counting.run(NOW):
        rounds += 1
        proposal.refresh_from_db()
    assert rounds > 6
    assert proposal.state == ProposalState.READY
    assert proposal.counts["here"] == {"create": 5}
    assert proposal.counts["there"] == {"create": 5}
    assert len(proposal.examples["here"]["create"]) == 5


def test_a_page_costs_a_bounded_number_of_queries(
    connection: Connection, ada: User
) -> None:
    for _ in range(30):
        make_customer(connection)
        make_contact(connection.workspace)
    proposal = proposing.propose(
        connection, "contacts", wanted(connection), by=ada, now=NOW
    )
    with at_most(90):
        counting.count(proposal, now=NOW)


def test_settings_that_somebody_else_changed_are_counted_again(
    connection: Connection, ada: User
) -> None:
    make_customer(connection)
    proposal = counted(connection, wanted(connection), ada)
    turned_on(connection, "contacts", incoming=Taking.UPDATE)
    with pytest.raises(Stale):
        proposing.confirm(proposal, yes=True, by=ada, now=NOW)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.COUNTING
    assert proposal.counts == {}
    counting.count(proposal, now=NOW)
    assert proposing.confirm(proposal, yes=True, by=ada, now=NOW) is not None
    assert choices.of(connection, "contacts").incoming is Taking.CREATE_UPDATE


def test_a_proposal_is_confirmed_once(connection: Connection, ada: User) -> None:
    proposal = counted(connection, wanted(connection), ada)
    proposing.confirm(proposal, yes=False, by=ada, now=NOW)
    with pytest.raises(Invalid):
        proposing.confirm(proposal, yes=False, by=ada, now=NOW)


def test_what_is_still_being_counted_cannot_be_confirmed(
    connection: Connection, ada: User
) -> None:
    proposal = proposing.propose(
        connection, "contacts", wanted(connection), by=ada, now=NOW
    )
    with pytest.raises(Invalid, match="counted"):
        proposing.confirm(proposal, yes=True, by=ada, now=NOW)


def test_the_newest_wish_takes_the_place_of_the_last_one(
    connection: Connection, ada: User
) -> None:
    first = counted(connection, wanted(connection), ada)
    second = counted(connection, wanted(connection, direction=Direction.IN), ada)
    first.refresh_from_db()
    assert first.state == ProposalState.DISCARDED
    assert proposing.open_one(connection, "contacts") == second
    proposing.discard(second)
    assert proposing.open_one(connection, "contacts") is None


def test_turning_it_off_needs_no_count_and_no_run(
    connection: Connection, ada: User
) -> None:
    turned_on(connection, "contacts")
    settings = wanted(connection, enabled=False)
    proposal = proposing.propose(connection, "contacts", settings, by=ada, now=NOW)
    assert proposal.state == ProposalState.READY
    assert proposing.confirm(proposal, yes=False, by=ada, now=NOW) is None
    assert not choices.of(connection, "contacts").enabled
    assert not Run.objects.exists()


def test_documents_are_turned_off_at_once(connection: Connection, ada: User) -> None:
    settings = replace(choices.of(connection, "payments"), enabled=False)
    proposal = proposing.propose(connection, "payments", settings, by=ada, now=NOW)
    assert proposing.confirm(proposal, yes=False, by=ada, now=NOW) is None
    assert not choices.of(connection, "payments").enabled


def test_products_need_an_income_account_before_they_go_out(
    connection: Connection, ada: User
) -> None:
    make_product(connection.workspace)
    make_item(connection)
    with pytest.raises(Invalid) as refused:
        counted(connection, wanted(connection, "products"), ada)
    assert list(refused.value.errors) == ["income_account"]
    inward = wanted(connection, "products", direction=Direction.IN)
    assert counted(connection, inward, ada).counts["here"] == {"create": 1}


def test_a_worker_whose_proposal_was_taken_over_counts_nothing(
    connection: Connection, ada: User
) -> None:
    make_customer(connection)
    proposal = proposing.propose(
        connection, "contacts", wanted(connection), by=ada, now=NOW
    )
    mine, its = uuid.uuid4(), uuid.uuid4()
    Proposal.objects.filter(pk=proposal.pk).update(token=its)
    assert not counting._page(proposal.pk, mine, NOW)
    assert counting._page(proposal.pk, its, NOW)
    proposal.refresh_from_db()
    assert proposal.counts["here"] == {"create": 1}


def test_documents_that_are_taken_from_now_on_are_looked_for(
    connection: Connection, ada: User
) -> None:
    Connection.objects.filter(pk=connection.pk).update(imported_at=NOW)
    settings = choices.of(connection, "payments")
    choices.save(connection, replace(settings, enabled=False), by=ada, now=NOW)
    proposal = proposing.propose(connection, "payments", settings, by=ada, now=NOW)
    run = proposing.confirm(proposal, yes=False, by=ada, now=NOW)
    assert run is not None
    assert run.kind == RunKind.COMPARISON
    again = proposing.propose(connection, "payments", settings, by=ada, now=NOW)
    assert proposing.confirm(again, yes=False, by=ada, now=NOW) is None
