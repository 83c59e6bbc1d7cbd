"""Edits on either side of a pair, and what is kept of those that lose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.pairs import NOW, again, customer, item, link_of, read, rows, turn_on

from counterfoil.connections.models import Connection
from counterfoil.crm import definitions
from counterfoil.crm.definitions import Wish
from counterfoil.crm.models import Contact, Product, PropertyChange, TimelineEntry
from counterfoil.crm.records import Change, write
from counterfoil.events.models import Event
from counterfoil.events.origin import Actor, Origin
from counterfoil.sync import reference
from counterfoil.sync.engine.fields import Direction, Rule, Wins
from counterfoil.sync.engine.settings import Taking
from counterfoil.sync.engine.verdict import Act, Reason
from counterfoil.sync.models import (
    Conflict,
    FieldWrite,
    Issue,
    Outgoing,
    Quarantine,
    Run,
    RunChange,
)
from counterfoil.sync.pairs import judging
from counterfoil.sync.ports import Observed, pairings
from counterfoil.sync.settings import choices

pytestmark = pytest.mark.django_db
KATE: dict[str, Any] = {
    "given_name": "Kate",
    "family_name": "Whelan",
    "email": "kate@example.com",
    "phone": "(650) 555-3311",
    "bill_address": {"street": "45 First St.", "city": "Menlo Park"},
}


@pytest.fixture
def there(connection: Connection) -> Observed:
    """Kate as a customer and, in step with it, as a contact."""
    turn_on(connection, "contacts")
    kate = customer("1", **KATE)
    read(connection, kate)
    return kate


def edit(record: Contact | Product, **values: object) -> None:
    write(
        workspace=record.workspace,
        changes=[Change(record.object_type, values, record.pk)],
        actor=Actor.user(1, "Ada"),
        origin=Origin.system(),
        now=NOW,
    )


def with_rule(connection: Connection, local: str, **values: Any) -> None:
    """The mappings, but for what is said of one."""
    settings = choices.of(connection, "contacts")
    rules = tuple(
        replace(rule, **values) if rule.local == local else rule
        for rule in settings.rules
    )
    turn_on(connection, "contacts", rules=rules)


def test_a_renamed_customer_renames_its_contact(
    connection: Connection, there: Observed
) -> None:
    tally = read(connection, again(there, given_name="Katherine"))

    kate = Contact.objects.get()
    assert kate.title == "Katherine Whelan"
    assert (tally.updated, tally.conflicts) == (1, 0)
    change = PropertyChange.objects.get(name="first_name", old="Kate")
    assert (change.actor_kind, change.origin_kind) == ("connection", "connection")
    assert link_of(kate).base_remote["given_name"] == "Katherine"
    assert not Conflict.objects.exists()


def test_an_edit_here_is_marked_to_be_written_there_and_survives_the_next_read(
    connection: Connection, there: Observed
) -> None:
    kate = Contact.objects.get()
    edit(kate, phone="(650) 555-9999")

    read(connection, again(there, given_name="Katherine"))

    kate.refresh_from_db()
    assert (kate.first_name, kate.phone) == ("Katherine", "(650) 555-9999")
    assert Outgoing.objects.get().record_id == kate.pk
    assert link_of(kate).base_local["phone"] == "(650) 555-3311"


def test_edits_of_one_field_on_both_sides_are_a_conflict_with_both_values(
    connection: Connection, there: Observed
) -> None:
    edit(Contact.objects.get(), first_name="Cathy")

    tally = read(connection, again(there, given_name="Katherine"))

    assert tally.conflicts == 1
    [conflict] = Conflict.objects.all()
    assert (conflict.local_field, conflict.remote_field) == ("first_name", "given_name")
    assert (conflict.local_value, conflict.remote_value) == ("Cathy", "Katherine")
    assert (conflict.base_local, conflict.base_remote) == ("Kate", "Kate")
    assert conflict.resolved_at is None
    assert Contact.objects.get().first_name == "Cathy"


def test_an_open_conflict_shows_the_newest_values_and_ends_when_they_agree(
    connection: Connection, there: Observed
) -> None:
    edit(Contact.objects.get(), first_name="Cathy")
    katherine = again(there, given_name="Katherine")
    read(connection, katherine)

    cate = again(katherine, given_name="Cate")
    read(connection, cate)
    assert Conflict.objects.get().remote_value == "Cate"

    read(connection, again(cate, given_name="Cathy"))
    assert Conflict.objects.get().resolution == "agreed"
    assert Conflict.objects.get().resolved_at == NOW


def test_where_quickbooks_wins_the_edit_here_is_kept_beside_it(
    connection: Connection, there: Observed
) -> None:
    edit(Contact.objects.get(), city="Palo Alto")

    read(connection, again(there, bill_address={"city": "Bayshore"}))

    assert Contact.objects.get().city == "Bayshore"
    [kept] = Conflict.objects.all()
    assert (kept.local_value, kept.remote_value) == ("Palo Alto", "Bayshore")
    assert (kept.resolution, kept.resolved_at) == ("rule_remote", NOW)


def test_an_empty_value_empties_nothing_unless_the_mapping_says_so(
    connection: Connection, there: Observed
) -> None:
    emptied = again(there, phone="")
    read(connection, emptied)
    assert Contact.objects.get().phone == "(650) 555-3311"

    with_rule(connection, "phone", may_empty=True)
    read(connection, again(emptied, phone="555-000-1111"))
    read(connection, again(emptied, phone=""))
    assert Contact.objects.get().phone == ""


def test_a_field_that_only_comes_in_is_restored_from_there(
    connection: Connection, there: Observed
) -> None:
    with_rule(connection, "phone", direction=Direction.IN)
    edit(Contact.objects.get(), phone="1234567")

    read(connection, again(there, given_name="Katherine"))

    assert Contact.objects.get().phone == "(650) 555-3311"
    assert Conflict.objects.get().local_value == "1234567"


def test_a_field_that_only_goes_out_is_not_overwritten(
    connection: Connection, there: Observed
) -> None:
    with_rule(connection, "phone", direction=Direction.OUT)

    read(connection, again(there, phone="1234567"))

    assert Contact.objects.get().phone == "(650) 555-3311"
    assert Outgoing.objects.exists()


def test_changes_are_left_where_nothing_is_taken(
    connection: Connection, there: Observed
) -> None:
    turn_on(connection, "contacts", incoming=Taking.NOTHING)

    tally = read(connection, again(there, given_name="Katherine"))

    assert Contact.objects.get().first_name == "Kate"
    assert tally.left == {Reason.NOT_TAKEN: 1}

    turn_on(connection, "contacts", incoming=Taking.CREATE_UPDATE)
    read(connection, again(there, given_name="Katherine", phone="(650) 555-0000"))
    assert Contact.objects.get().first_name == "Katherine"


def test_a_change_of_spelling_only_is_no_change(
    connection: Connection, there: Observed
) -> None:
    before = Contact.objects.get().version

    read(connection, again(there, phone="650.555.3311", email="KATE@EXAMPLE.COM"))

    assert Contact.objects.get().version == before


def test_a_value_that_cannot_be_kept_leaves_the_rest_and_is_told(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    bad = customer("1", given_name="Kate", email="kate@nowhere", phone="none")

    tally = read(connection, bad)

    kate = Contact.objects.get()
    assert (kate.first_name, kate.email, kate.phone) == ("Kate", "", "")
    assert tally.created == 1
    issue = Issue.objects.get()
    assert (issue.subject, issue.category) == ("in:contacts:1", "unfit_value")
    assert "“kate@nowhere” is not an e-mail address." in issue.sentence

    read(connection, again(bad, email="kate@nowhere.example", phone=""))
    assert Contact.objects.get().email == "kate@nowhere.example"
    assert not Issue.objects.exists()


def test_an_import_of_the_past_starts_nothing_and_keeps_no_lost_edits(
    connection: Connection,
) -> None:
    turn_on(connection, "contacts")
    with_rule(connection, "first_name", wins=Wins.REMOTE)
    Contact.objects.create(
        workspace=connection.workspace,
        first_name="Cathy",
        title="Cathy",
        email="kate@example.com",
        created_at=NOW,
        updated_at=NOW,
    )
    Event.objects.all().delete()
    run = Run.objects.create(connection=connection, kind="import", began_at=NOW)

    read(connection, customer("1", **KATE), historical=True, run=run)

    kate = Contact.objects.get()
    assert kate.first_name == "Kate"
    assert not Conflict.objects.exists()
    assert not FieldWrite.objects.exists()
    assert not Event.objects.filter(historical=False, kind="record_changed").exists()
    change = RunChange.objects.get()
    assert change.before["first_name"] == "Cathy"
    assert change.after["first_name"] == "Kate"
    assert link_of(kate).run_id == run.pk


def test_what_a_run_made_is_found_by_its_links(connection: Connection) -> None:
    turn_on(connection, "contacts")
    run = Run.objects.create(connection=connection, kind="import", began_at=NOW)

    read(connection, customer("1", **KATE), historical=True, run=run)

    assert link_of(Contact.objects.get()).run_id == run.pk
    assert not RunChange.objects.exists()


def test_a_field_that_flips_to_and_fro_is_not_written_again(
    connection: Connection, there: Observed
) -> None:
    kate = there
    for turn in range(6):
        kate = again(kate, phone=f"555-000-000{turn % 2}")
        read(connection, kate)

    held = Quarantine.objects.get()
    assert (held.field, held.why) == ("phone", "alternates")
    assert held.history[-1][1].startswith("555-000-000")
    phone = Contact.objects.get().phone

    tally = read(connection, again(kate, phone="555-999-9999", given_name="Katherine"))

    assert Contact.objects.get().phone == phone
    assert Contact.objects.get().first_name == "Katherine"
    assert tally.updated == 1


def test_a_property_that_is_mapped_to_a_custom_one_is_followed(
    connection: Connection,
) -> None:

    definitions.define(
        workspace=connection.workspace,
        object_type="contact",
        wish=Wish("Exempt", "boolean"),
        now=NOW,
    )
    settings = choices.of(connection, "contacts")
    field = next(
        f for f in pairings["quickbooks.contacts"].fields if f.name == "taxable"
    )
    rule = Rule("exempt", "taxable", field.kind)
    turn_on(connection, "contacts", rules=(*settings.rules, rule))

    read(connection, customer("1", given_name="Kate", taxable=False))

    assert Contact.objects.get().custom == {"exempt": False}


def test_a_product_follows_its_item(connection: Connection) -> None:
    turn_on(connection, "products")
    cake = item("1", name="Cake", unit_price="45.5", taxable=True)
    read(connection, cake)

    read(connection, again(cake, unit_price="50", description="With cream"))

    product = Product.objects.get()
    assert (product.unit_price, product.description) == (50, "With cream")


def test_a_preview_says_what_a_run_would_do_and_writes_nothing(
    connection: Connection, there: Observed
) -> None:

    changed = again(there, given_name="Katherine")
    new = customer("2", given_name="Bo")
    reference.keep(connection, "customers", [changed, new], now=NOW)

    verdicts = judging.judge_in(
        connection,
        pairings["quickbooks.contacts"],
        choices.of(connection, "contacts"),
        rows(connection),
        now=NOW,
    )

    assert [each.here for each in verdicts] == [Act.UPDATE, Act.CREATE]
    assert verdicts[0].decision is not None
    assert verdicts[0].decision.to_local == {"first_name": "Katherine"}
    assert Contact.objects.get().first_name == "Kate"


def test_the_timeline_tells_what_quickbooks_changed(
    connection: Connection, there: Observed
) -> None:
    read(connection, again(there, given_name="Katherine"))

    entry = TimelineEntry.objects.filter(kind="changed").get()
    assert entry.actor_label == connection.name
