"""What the one door refuses, in which words, and that nothing is half done."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection
from factories import (
    make_company,
    make_connection,
    make_contact,
    make_deal,
    make_invoice,
    make_pipeline,
    make_user,
    make_workspace,
)

from counterfoil.core.errors import Invalid, Stale
from counterfoil.crm.models import Company, Contact, Deal, PropertyDefinition
from counterfoil.crm.records import Change, Written, write
from counterfoil.events.models import Event
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Workspace

pytestmark = pytest.mark.django_db


def as_user(workspace: Workspace, *changes: Change, now: datetime) -> list[Written]:
    return write(
        workspace=workspace,
        changes=changes,
        actor=Actor.user(1, "Ada"),
        origin=Origin.user(1),
        now=now,
    )


def refusal(
    workspace: Workspace, *changes: Change, now: datetime
) -> dict[str, list[str]]:
    before = Event.objects.count()
    with pytest.raises(Invalid) as caught:
        as_user(workspace, *changes, now=now)
    assert Event.objects.count() == before
    return caught.value.errors


@pytest.mark.parametrize(
    ("object_type", "values", "errors"),
    [
        (
            "contact",
            {},
            {"first_name": ["Give the contact a name or an e-mail address."]},
        ),
        (
            "contact",
            {"email": "dora at example", "phone": "call me"},
            {
                "email": ["“dora at example” is not an e-mail address."],
                "phone": ["“call me” is not a phone number."],
            },
        ),
        (
            "contact",
            {"website": "javascript://x"},
            {"website": ["“javascript://x” is not a web address."]},
        ),
        ("company", {"name": " "}, {"name": ["Name cannot be empty."]}),
        ("company", {}, {"name": ["Name cannot be empty."]}),
        ("company", {"colour": "red"}, {"colour": ["There is no property “colour”."]}),
        (
            "deal",
            {"name": "d", "amount": "10.001"},
            {"amount": ["The smallest unit of USD is 0.01."]},
        ),
        (
            "deal",
            {"name": "d", "amount": "10.5", "currency": "JPY"},
            {"amount": ["The smallest unit of JPY is 1."]},
        ),
        (
            "deal",
            {"name": "d", "currency": "XXQ"},
            {"currency": ["“XXQ” is not one of the options."]},
        ),
        (
            "deal",
            {"name": "d", "invoice_number": "7"},
            {"invoice_number": ["Invoice number is filled in by Counterfoil."]},
        ),
        ("invoice", {"total": "7"}, {"total": ["Total is filled in by Counterfoil."]}),
        (
            "product",
            {"name": "p", "unit_price": "1e30"},
            {"unit_price": ["This number is too large."]},
        ),
        (
            "product",
            {"name": "p", "kind": "gold"},
            {"kind": ["“gold” is not one of the options."]},
        ),
    ],
)
def test_a_value_that_cannot_be_accepted_gets_a_sentence(
    object_type: str,
    values: dict[str, object],
    errors: dict[str, list[str]],
    now: datetime,
) -> None:
    workspace = make_workspace()
    make_pipeline(workspace)
    assert refusal(workspace, Change(object_type, values), now=now) == errors


def test_one_bad_change_of_many_undoes_all_and_is_named_by_its_place(
    now: datetime,
) -> None:
    workspace = make_workspace()
    company = make_company(workspace, name="Kept")
    errors = refusal(
        workspace,
        Change("company", {"name": "Changed"}, company.pk),
        Change("contact", {"email": "nobody"}),
        Change("company", {"name": "Made"}),
        Change("company", {"name": "Nobody"}, 999_999),
        now=now,
    )
    assert errors == {
        "1.email": ["“nobody” is not an e-mail address."],
        "3.record_id": ["Company 999999 does not exist."],
    }
    assert list(Company.objects.values_list("title", flat=True)) == ["Kept"]


def test_the_record_of_another_workspace_does_not_exist(now: datetime) -> None:
    contact = make_contact(make_workspace(), first_name="Dora")
    cys = make_workspace("Cy's shop")
    errors = refusal(
        cys, Change("contact", {"first_name": "Mine"}, contact.pk), now=now
    )
    assert list(errors) == ["record_id"]
    assert Contact.objects.get().first_name == "Dora"


def test_a_record_that_has_moved_on_is_stale(now: datetime) -> None:
    workspace = make_workspace()
    company = make_company(workspace)
    change = Change("company", {"name": "First"}, company.pk, expected_version=1)
    as_user(workspace, change, now=now)
    with pytest.raises(Stale):
        as_user(
            workspace,
            Change("company", {"name": "Second"}, company.pk, expected_version=1),
            now=now,
        )
    company.refresh_from_db()
    assert (company.name, company.version) == ("First", 2)


def test_references_lead_to_rows_of_the_same_workspace_only(now: datetime) -> None:
    workspace, cys = make_workspace(), make_workspace("Cy's shop")
    cy = make_user("Cy", workspace=cys)
    foreign = make_pipeline(cys)
    make_pipeline(workspace)
    errors = refusal(
        workspace,
        Change(
            "deal",
            {"name": "d", "owner": cy.pk, "stage": foreign.stages.all()[0]},
        ),
        now=now,
    )
    assert errors == {
        "owner": ["Choose one from the list."],
        "stage": ["Choose one from the list."],
    }


def test_a_stage_of_another_pipeline_is_refused(now: datetime) -> None:
    workspace = make_workspace()
    deal = make_deal(workspace)
    other = make_pipeline(workspace, "Renewals")
    stage = other.stages.order_by("position")[1]
    errors = refusal(workspace, Change("deal", {"stage": stage.pk}, deal.pk), now=now)
    assert errors == {"stage": ["This stage belongs to another pipeline."]}
    as_user(
        workspace,
        Change("deal", {"stage": stage.pk, "pipeline": str(other.pk)}, deal.pk),
        now=now,
    )
    assert Deal.objects.get().stage == stage


def test_a_deal_needs_a_pipeline(now: datetime) -> None:
    errors = refusal(make_workspace(), Change("deal", {"name": "d"}), now=now)
    assert errors == {"stage": ["Make a pipeline with a stage first."]}


def test_a_connection_writes_what_people_may_only_read(now: datetime) -> None:
    workspace = make_workspace()
    books = make_connection(workspace)
    invoice = make_invoice(workspace, connection=books, number="")
    [written] = write(
        workspace=workspace,
        changes=[
            Change(
                "invoice",
                {"number": "1043", "balance": Decimal("3.3333"), "voided": True},
                invoice.pk,
            )
        ],
        actor=Actor.connection(books.pk, books.name),
        origin=Origin.connection(books.pk),
        now=now,
    )
    assert set(written.changed) == {"number", "balance", "voided"}
    invoice.refresh_from_db()
    assert (invoice.title, invoice.connection) == ("1043", books)


def test_custom_properties_are_checked_by_their_definitions(now: datetime) -> None:
    workspace = make_workspace()
    for name, type_key, options, rules in [
        ("tier", "choice", [["gold", "Gold"]], {"required": True}),
        ("tax_number", "text", [], {"unique": True}),
    ]:
        PropertyDefinition.objects.create(
            workspace=workspace,
            object_type="company",
            name=name,
            label=name.replace("_", " ").capitalize(),
            type_key=type_key,
            options=options,
            created_at=now,
            **rules,
        )
    errors = refusal(
        workspace, Change("company", {"name": "A", "tier": "tin"}), now=now
    )
    assert errors == {"tier": ["“tin” is not one of the options."]}
    errors = refusal(workspace, Change("company", {"name": "A"}), now=now)
    assert errors == {"tier": ["Tier cannot be empty."]}
    values = {"name": "A", "tier": "gold", "tax_number": "7"}
    [first] = as_user(workspace, Change("company", values), now=now)
    errors = refusal(
        workspace,
        Change("company", {**values, "name": "B"}),
        Change("company", {**values, "name": "C", "tax_number": "8"}),
        Change("company", {**values, "name": "D", "tax_number": "8"}),
        now=now,
    )
    assert errors == {
        "0.tax_number": ["“7” is the Tax number of A."],
        "2.tax_number": ["“8” is the Tax number of C."],
    }
    # Its own value is no clash, and what is archived is in nobody's way.
    as_user(
        workspace, Change("company", {**values, "name": "A2"}, first.record.pk), now=now
    )
    as_user(workspace, Change("company", {}, first.record.pk, archived=True), now=now)
    as_user(workspace, Change("company", {**values, "name": "B"}), now=now)


def test_archiving_and_restoring_are_told_once_each(now: datetime) -> None:
    workspace = make_workspace()
    company = make_company(workspace)
    for archived in (True, True, False):
        as_user(
            workspace, Change("company", {}, company.pk, archived=archived), now=now
        )
    kinds = Event.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["record_created", "record_archived", "record_restored"]
    company.refresh_from_db()
    assert (company.archived_at, company.version) == (None, 3)


def test_two_changes_to_one_record_are_both_made(now: datetime) -> None:
    workspace = make_workspace()
    company = make_company(workspace, name="A")
    first, second = as_user(
        workspace,
        Change("company", {"name": "B"}, company.pk),
        Change("company", {"name": "C", "domain": "c.example"}, company.pk),
        now=now,
    )
    assert (first.changed, second.changed) == (("name",), ("name", "domain"))
    company.refresh_from_db()
    assert (company.title, company.domain, company.version) == ("C", "c.example", 2)


def test_a_currency_is_refused_when_the_amount_has_finer_steps_than_it(
    now: datetime,
) -> None:
    deal = make_deal(make_workspace(), amount="10.50", currency="USD")
    change = Change("deal", {"currency": "JPY"}, deal.pk)
    assert refusal(deal.workspace, change, now=now) == {
        "amount": ["The smallest unit of JPY is 1."]
    }
    both = Change("deal", {"currency": "JPY", "amount": "1050"}, deal.pk)
    [written] = as_user(deal.workspace, both, now=now)
    assert written.changed == ("currency", "amount")


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_decided_upon_the_same_version_the_second_is_told(
    now: datetime,
) -> None:
    workspace = make_workspace()
    company = make_company(workspace)
    outcomes: list[str] = []

    def rename(name: str) -> None:
        change = Change("company", {"name": name}, company.pk, expected_version=1)
        try:
            as_user(workspace, change, now=now)
            outcomes.append(name)
        except Stale:
            outcomes.append("stale")
        finally:
            connection.close()

    both = [Thread(target=rename, args=[name]) for name in ("Bo's", "Ada's")]
    for person in both:
        person.start()
    for person in both:
        person.join(timeout=30)
    company.refresh_from_db()
    assert sorted(outcomes) == sorted([company.name, "stale"])


@pytest.mark.django_db(transaction=True)
def test_a_unique_value_written_by_two_at_once_is_taken_by_one(now: datetime) -> None:
    workspace = make_workspace()
    PropertyDefinition.objects.create(
        workspace=workspace,
        object_type="company",
        name="tax_number",
        label="Tax number",
        type_key="text",
        unique=True,
        created_at=now,
    )
    refused: list[Invalid] = []

    def create(name: str) -> None:
        change = Change("company", {"name": name, "tax_number": "7"})
        try:
            as_user(workspace, change, now=now)
        except Invalid as error:
            refused.append(error)
        finally:
            connection.close()

    both = [Thread(target=create, args=[name]) for name in ("A", "B")]
    for person in both:
        person.start()
    for person in both:
        person.join(timeout=30)
    assert Company.objects.count() == len(refused) == 1
