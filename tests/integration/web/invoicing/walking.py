"""A person in the wizard, without JavaScript, and what there is to make documents of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.urls import reverse
from factories import NOW, make_payment
from integration.invoicing.books import american_books, give_lines, hold, oven_deal

from counterfoil.crm import associations
from counterfoil.crm.catalogue import type_of
from counterfoil.crm.models import Payment
from counterfoil.crm.refs import Ref
from counterfoil.invoicing.models import Draft


def full_books(workspace):
    """A US company with accounts, classes, dates of services and numbers by hand."""
    made = american_books(
        workspace, custom_numbers=True, allows_service_date=True, class_tracking="line"
    )
    hold(made, "accounts", "35", "Checking", type="Bank", currency="USD")
    hold(made, "accounts", "64", "Bank charges", type="Expense", currency="USD")
    hold(made, "classes", "7", "Kitchen")
    made.facts = {**made.facts, "default_deposit_account": "35"}
    made.save()
    return made


def paid(connection, **values) -> Payment:
    """95 for an oven service, which is not taxed, with a fee of 3.06."""
    workspace = connection.workspace
    payment = make_payment(
        workspace,
        **{
            "amount": Decimal(95),
            "currency": connection.home_currency,
            "paid_on": date(2026, 3, 3),
            "reference": "ch_3QXy",
            "source": "payment_link",
            "fee": Decimal("3.06"),
            **values,
        },
    )
    deal = oven_deal(workspace, currency=connection.home_currency)
    for noun in ("contact", "company"):
        for other in associations.of(workspace, Ref.of(deal), noun):
            associations.associate(
                workspace=workspace, left=Ref.of(payment), right=Ref.of(other), now=NOW
            )
    give_lines(payment, [{"name": "Oven service", "sku": "OVEN", "unit_price": 95}])
    return payment


class Walk:
    """A person in the wizard of a kind."""

    def __init__(self, client, kind, record):
        self.client, self.record = client, record
        new = reverse("document_new", args=[record.workspace_id, kind, *Ref.of(record)])
        self.begun = client.get(new)
        self.draft = Draft.objects.order_by("created_at").last()

    def address(self, step):
        return reverse(
            "invoice_step", args=[self.record.workspace_id, self.draft.pk, step]
        )

    def see(self, step):
        return self.client.get(self.address(step))

    def read(self, step):
        return text(self.see(step))

    def do(self, step, go="next", **entered):
        return self.client.post(self.address(step), {"go": go, **entered})

    def choose_source(self, source="lines"):
        connection = self.record.workspace.connections.get()
        return self.do("source", connection=connection.pk, source=source)

    def to_terms(self):
        self.choose_source()
        self.do("customer", customer_id="58")
        return self.do("lines")

    @property
    def content(self):
        self.draft.refresh_from_db()
        return self.draft.content


def text(response):
    return response.content.decode()


def page_of(client, record):
    slug = type_of(record).slug
    return text(
        client.get(reverse("record", args=[record.workspace_id, slug, record.pk]))
    )
