"""Figures of deals and customers are what their documents come to, whatever happened."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from factories import (
    NOW,
    make_company,
    make_connection,
    make_contact,
    make_deal,
    make_invoice,
    make_payment,
    make_workspace,
)
from factories.records import make_record

from counterfoil.crm import associations, records
from counterfoil.crm.models import Contact, Invoice, InvoiceStage, PropertyChange
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.events import dispatch
from counterfoil.events.origin import Actor, Origin
from counterfoil.invoicing import rollups, sums
from counterfoil.invoicing.models import RollupDue

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=1)
OUTSIDE = {"pending", "rejected", "cancelled"}


@pytest.fixture
def workspace():
    return make_workspace()


def settle() -> None:
    while dispatch.run(SOON) or rollups.run(SOON):
        pass


def tie(workspace, left, right) -> None:
    associations.associate(
        workspace=workspace, left=Ref.of(left), right=Ref.of(right), now=NOW
    )


def change(record, *, archived: bool | None = None, **values: Any) -> None:
    records.write(
        workspace=record.workspace,
        changes=[Change(record.object_type, values, record.pk, archived=archived)],
        actor=Actor.connection(1, "Harbour Bakery Services"),
        origin=Origin.connection(1),
        now=NOW,
    )


def credit(workspace, noun: str, **values: Any):
    defaults = {"customer_name": "Dora Field", "currency": "USD"}
    return make_record(workspace, noun, **{**defaults, **values})


def figures(record) -> tuple[Any, ...]:
    record.refresh_from_db()
    return tuple(getattr(record, name) for name in sums.CUSTOMER_FIGURES)


def test_a_customer_shows_what_its_documents_come_to(workspace) -> None:
    contact = make_contact(workspace)
    made = [
        make_invoice(
            workspace,
            total=Decimal(100),
            balance=Decimal(40),
            due_on=date(2026, 2, 4),
            issued_on=date(2026, 1, 5),
        ),
        make_invoice(workspace, total=Decimal(50), issued_on=date(2026, 2, 5)),
        make_payment(
            workspace,
            amount=Decimal(70),
            unapplied=Decimal(10),
            paid_on=date(2026, 2, 1),
        ),
        credit(workspace, "credit_memo", total=Decimal(20), remaining=Decimal(5)),
        credit(
            workspace,
            "sales_receipt",
            total=Decimal(30),
            issued_on=date(2026, 2, 9),
        ),
        credit(workspace, "refund_receipt", total=Decimal(8)),
    ]
    for record in made:
        tie(workspace, contact, record)
    settle()
    assert figures(contact) == (
        Decimal(150),  # invoiced
        Decimal(75),  # 40 + 50 open, less 10 not applied and 5 of credit
        Decimal(40),
        Decimal(92),  # 70 + 30 received, 8 given back
        date(2026, 2, 5),
        date(2026, 2, 9),
    )
    assert contact.currency == "USD"


def test_a_payment_recorded_here_counts_once_as_the_receipt_made_of_it(
    workspace,
) -> None:
    contact = make_contact(workspace)
    tie(workspace, contact, make_payment(workspace, source="payment_link"))
    settle()
    assert figures(contact) == (None,) * 6
    receipt = credit(workspace, "sales_receipt", total=Decimal(100))
    tie(workspace, contact, receipt)
    settle()
    contact.refresh_from_db()
    assert contact.paid_total == Decimal(100)


def test_what_another_currency_or_nobody_books_counts_for_nobody(workspace) -> None:
    company = make_company(workspace)
    for values in (
        {"currency": "EUR"},
        {"posting_state": "pending"},
        {"posting_state": "attention"},
        {"deleted_remotely": True},
    ):
        tie(workspace, company, make_invoice(workspace, **values))
    archived = make_invoice(workspace)
    tie(workspace, company, archived)
    change(archived, archived=True)
    settle()
    assert figures(company) == (None,) * 6
    assert company.currency == ""


def test_a_customer_without_documents_any_more_shows_no_figures(workspace) -> None:
    contact, invoice = make_contact(workspace), make_invoice(workspace)
    tie(workspace, contact, invoice)
    settle()
    assert figures(contact)[0] == Decimal(100)
    associations.dissociate(
        workspace=workspace, left=Ref.of(contact), right=Ref.of(invoice), now=NOW
    )
    settle()
    assert figures(contact) == (None,) * 6


def test_a_tie_with_two_labels_counts_once(workspace) -> None:
    contact, invoice = make_contact(workspace), make_invoice(workspace)
    for label in ("", "payer"):
        associations.associate(
            workspace=workspace,
            left=Ref.of(contact),
            right=Ref.of(invoice),
            label=label,
            now=NOW,
        )
    settle()
    assert figures(contact)[0] == Decimal(100)


def test_many_documents_of_one_customer_are_one_sum(
    workspace, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    contact = make_contact(workspace)
    for _each in range(20):
        tie(workspace, contact, make_invoice(workspace))
    while dispatch.run(SOON):
        pass
    assert RollupDue.objects.count() == 1
    with django_assert_max_num_queries(30):
        assert rollups.run(SOON) == 1
    assert figures(contact)[0] == Decimal(2000)


def test_figures_that_are_right_are_not_written_again(workspace) -> None:
    contact, invoice = make_contact(workspace), make_invoice(workspace)
    tie(workspace, contact, invoice)
    settle()
    contact.refresh_from_db()
    version = contact.version
    rollups.mark(workspace, [Ref.of(contact)], origin=Origin.system())
    settle()
    contact.refresh_from_db()
    assert contact.version == version


def test_figures_of_the_past_are_no_news(workspace) -> None:
    contact, invoice = make_contact(workspace), make_invoice(workspace)
    tie(workspace, contact, invoice)
    while dispatch.run(SOON):
        pass
    RollupDue.objects.update(historical=True)
    rollups.run(SOON)
    assert figures(contact)[0] == Decimal(100)
    origin = Origin("system", historical=True)
    rollups.mark(workspace, [Ref.of(contact)], origin=origin)
    rollups.mark(workspace, [Ref.of(contact)], origin=Origin.system())
    assert not RollupDue.objects.get().historical


def test_another_workspace_is_never_looked_at(workspace) -> None:
    contact, invoice = make_contact(workspace), make_invoice(workspace)
    tie(workspace, contact, invoice)
    assert sums.differences(make_workspace("Cy"), "contact", [contact.pk]) == {}
    assert list(sums.differences(workspace, "contact", [contact.pk])) == [contact.pk]


def counted(document, home: str) -> bool:
    if document.deleted_remotely or document.archived_at or document.currency != home:
        return False
    if document.posting_state == "attention":
        return document.remote_updated_at is not None
    return document.posting_state not in OUTSIDE


def tied(workspace, record, noun: str) -> list[Any]:
    from counterfoil.crm.catalogue import object_types  # noqa: PLC0415

    refs = associations.refs_of(workspace, Ref.of(record), noun)
    ids = [ref.record_id for ref in refs]
    found = object_types[noun].model._default_manager.filter(pk__in=ids)
    return [each for each in found if counted(each, workspace.home_currency)]


def expected_of_customer(workspace, record) -> tuple[Any, ...]:
    """The figures once more, the long way round."""
    invoices = tied(workspace, record, "invoice")
    payments = tied(workspace, record, "payment")
    credits_ = tied(workspace, record, "credit_memo")
    if not (invoices or payments or credits_):
        return (None,) * 6
    overdue = [each.balance for each in invoices if each.stage == "overdue"]
    zero = Decimal(0)
    issued = [each.issued_on for each in invoices if not each.voided and each.issued_on]
    paid = [each.paid_on for each in payments if each.amount > 0 and each.paid_on]
    return (
        sum((each.total for each in invoices), zero),
        sum((each.balance for each in invoices), zero)
        - sum((each.unapplied for each in payments), zero)
        - sum((each.remaining for each in credits_), zero),
        sum(overdue, zero),
        sum((each.amount for each in payments), zero),
        max(issued, default=None),
        max(paid, default=None),
    )


def expected_of_deal(workspace, deal) -> tuple[Any, ...]:
    """The most recently updated invoice speaks for the deal."""
    invoices = tied(workspace, deal, "invoice")
    if not invoices:
        return (None, "", "", "", None)
    winner: Invoice = max(
        invoices,
        key=lambda each: (
            each.remote_updated_at.timestamp() if each.remote_updated_at else -1,
            each.pk,
        ),
    )
    return (
        winner.total if deal.currency == winner.currency else None,
        winner.recipient or winner.customer_name,
        winner.number,
        winner.stage,
        winner.due_on,
    )


class World:
    """Random business with a few records."""

    def __init__(self, workspace, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311  repeatable, not secret
        self.workspace = workspace
        self.connection = make_connection(workspace)
        self.contacts = [make_contact(workspace) for _each in range(2)]
        self.company = make_company(workspace)
        self.deals = [
            make_deal(workspace, currency=currency) for currency in ("USD", "EUR")
        ]
        self.documents: list[Any] = []

    def step(self) -> None:
        deeds = [self.issue, self.edit, self.tie, self.untie, self.put_away]
        self.chance.choice(deeds)()

    def amount(self) -> Decimal:
        return Decimal(self.chance.randrange(0, 50_000)) / 100

    def facts(self) -> dict[str, Any]:
        return {
            "currency": self.chance.choice(["USD", "USD", "USD", "EUR"]),
            "deleted_remotely": self.chance.random() < 0.1,
            "voided": self.chance.random() < 0.1,
            "posting_state": self.chance.choice(["", "", "confirmed", "attention"]),
            "remote_updated_at": self.chance.choice(
                [None, NOW + timedelta(minutes=self.chance.randrange(100))]
            ),
        }

    def values(self, noun: str) -> dict[str, Any]:
        day = date(2026, 1, 1) + timedelta(days=self.chance.randrange(60))
        if noun == "payment":
            amounts = {"amount": self.amount(), "unapplied": self.amount()}
            return {**self.facts(), **amounts, "paid_on": day}
        if noun == "credit_memo":
            return {**self.facts(), "remaining": self.amount(), "issued_on": day}
        total = self.amount()
        return {
            **self.facts(),
            "total": total,
            "balance": self.chance.choice([Decimal(0), total, total / 2]).quantize(
                Decimal("0.01")
            ),
            "due_on": day,
            "issued_on": day,
            "stage": self.chance.choice(InvoiceStage.values),
        }

    def issue(self) -> None:
        noun = self.chance.choice(["invoice", "invoice", "payment", "credit_memo"])
        values = {"connection": self.connection.pk, **self.values(noun)}
        number = str(len(self.documents) + 1)
        made = make_record(self.workspace, noun, number=number, **values)
        self.documents.append(made)
        self.tie(made)

    def edit(self) -> None:
        if self.documents:
            document = self.chance.choice(self.documents)
            change(document, **self.values(document.object_type))

    def tie(self, document: Any = None) -> None:
        if self.documents:
            document = document or self.chance.choice(self.documents)
            tie(self.workspace, document, self.chance.choice(self.people()))

    def untie(self) -> None:
        if self.documents:
            associations.dissociate(
                workspace=self.workspace,
                left=Ref.of(self.chance.choice(self.documents)),
                right=Ref.of(self.chance.choice(self.people())),
                now=NOW,
            )

    def put_away(self) -> None:
        if self.documents:
            gone = self.chance.random() < 0.5
            change(self.chance.choice(self.documents), archived=gone)

    def people(self) -> list[Any]:
        return [*self.contacts, self.company, *self.deals]


@pytest.mark.parametrize("seed", range(12))
def test_after_any_business_the_figures_are_those_of_the_documents(
    workspace, seed: int
) -> None:
    world = World(workspace, seed)
    for _part in range(4):
        for _step in range(8):
            world.step()
        settle()
        for person in (*world.contacts, world.company):
            assert figures(person) == expected_of_customer(workspace, person), seed
        for deal in world.deals:
            deal.refresh_from_db()
            shown = tuple(getattr(deal, name) for name in sums.DEAL_FIGURES)
            assert shown == expected_of_deal(workspace, deal), seed


def test_the_figures_are_told_in_the_history_of_the_customer(workspace) -> None:
    contact, invoice = make_contact(workspace), make_invoice(workspace)
    tie(workspace, contact, invoice)
    settle()
    told = PropertyChange.objects.filter(
        object_type=Contact.object_type, record_id=contact.pk, name="invoiced_total"
    )
    assert told.get().actor_kind == "system"
