"""A workspace with the data that breaks pages: long names, big sums, zeros, many rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from factories.people import make_connection, make_user, make_workspace

from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.crm import associations, line_items, quotes, timeline
from counterfoil.crm.line_items import Line
from counterfoil.crm.models import (
    Company,
    Contact,
    Deal,
    Invoice,
    InvoiceLine,
    Payment,
    PaymentAllocation,
    Product,
    Quote,
)
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.access import Access
from counterfoil.workspaces.models import Role
from support.showcase_records import (
    LONG,
    make_companies,
    make_contacts,
    make_deals,
    make_products,
    make_stages,
    written,
)


@dataclass
class Showcase:
    """What was made, by what it is for."""

    access: Access
    deal: Deal
    contact: Contact
    company: Company
    quote: Quote
    product: Product
    invoice: Invoice
    refused: Invoice
    payment: Payment
    connection: Connection


def make_showcase(now: datetime) -> Showcase:
    workspace = make_workspace("Harbour Bakery Services", now=now)
    ada = make_user("Ada Okafor", workspace=workspace, email="ada@harbour.example")
    make_user("Bo", workspace=workspace, role=Role.SALES, email="bo@harbour.example")
    access = Access(workspace, ada, Role.OWNER)
    companies = make_companies(access, now)
    contacts = make_contacts(access, now)
    products = make_products(access, now)
    stages = make_stages(access)
    deals = make_deals(access, stages, now)
    connection = _connections(access, now)
    invoices = _invoices(access, connection, now)
    deal = deals[0]
    quote = _quote(access, products, now)
    payment = _payment(access, connection, invoices, now)
    for other in (*contacts[:2], companies[0], quote, *invoices[:4]):
        associations.associate(
            workspace=workspace, left=Ref.of(deal), right=Ref.of(other), now=now
        )
    for other in (companies[0], quote, *invoices[:4], payment):
        associations.associate(
            workspace=workspace, left=Ref.of(contacts[0]), right=Ref.of(other), now=now
        )
    _stories(access, deal, invoices[0], payment, now)
    line_items.replace(
        workspace=workspace,
        parent=Ref.of(deal),
        lines=[
            Line({"name": LONG, "quantity": "18", "unit_price": "95.1234567"}),
            Line({"name": "Rotor belt, 900", "quantity": "3", "unit_price": "210"}),
        ],
        actor=Actor.user(ada.pk, ada.name),
        origin=Origin.user(ada.pk),
        now=now,
    )
    return Showcase(
        access,
        deal,
        contacts[0],
        companies[0],
        quote,
        products[0],
        invoices[0],
        invoices[6],
        payment,
        connection,
    )


def _connections(access: Access, now: datetime) -> Connection:
    connection = make_connection(
        access.workspace,
        name="Harbour Bakery Services",
        connected_at=now,
        last_poll_at=now - timedelta(minutes=2),
        last_hint_at=now - timedelta(seconds=40),
        refresh_expires_at=now + timedelta(days=98),
        hard_expires_at=now + timedelta(days=1800),
        imported_at=now,
    )
    make_connection(
        access.workspace,
        name="Pier Four Ltd",
        country="GB",
        home_currency="GBP",
        state=ConnectionState.RECONNECT,
        state_reason="QuickBooks no longer accepts the key of this connection.",
        connected_at=now,
    )
    return connection


def _invoices(access: Access, connection: Connection, now: datetime) -> list:
    shown = (
        ("1043", "3420", "1710", "partially_paid", "USD", "Marbella Foods"),
        ("1029", "640", "0", "paid", "USD", "Marbella Foods"),
        ("1017", "1200", "1200", "overdue", "EUR", "Café Ångström & Söhne GmbH"),
        ("1044", "98765432.10", "98765432.10", "awaiting_send", "USD", LONG),
        ("1045", "0", "0", "voided", "USD", "한빛 베이커리"),
        ("1046", "150.25", "150.25", "sent", "USD", "Marbella Foods"),
        ("", "150.25", "150.25", "awaiting_send", "USD", "Refused Ltd"),
    )
    today = access.workspace.today(now)
    changes = [
        Change(
            "invoice",
            {
                "number": number,
                "total": total,
                "subtotal": total,
                "balance": balance,
                "stage": stage,
                "currency": currency,
                "customer_name": customer,
                "issued_on": today - timedelta(days=40),
                "due_on": today - timedelta(days=10 if stage == "overdue" else -20),
                "connection": connection.pk,
                "posting_state": "confirmed" if number else "rejected",
                "posting_message": ""
                if number
                else "The name is already used by a vendor. Choose another name or"
                " link to the vendor.",
                "terms": "Net 30",
            },
        )
        for number, total, balance, stage, currency, customer in shown
    ]
    changes += [
        Change(
            "invoice",
            {
                "number": str(2000 + number),
                "total": str(10 + number),
                "balance": str(10 + number),
                "stage": "overdue" if number % 5 == 0 else "sent",
                "currency": "USD",
                "customer_name": f"Customer {number}",
                "due_on": today - timedelta(days=number - 100),
                "connection": connection.pk,
            },
        )
        for number in range(190)
    ]
    invoices = written(access, now, *changes)
    for position, (name, amount) in enumerate(
        (("Oven service", "3000"), (LONG, "420"))
    ):
        InvoiceLine.objects.create(
            invoice=invoices[0],
            position=position,
            name=name,
            description="On site, per hour",
            quantity=Decimal(2),
            unit_price=Decimal(amount) / 2,
            amount=Decimal(amount),
        )
    return invoices


def _payment(access: Access, connection: Connection, invoices: list, now: datetime):
    [payment] = written(
        access,
        now,
        Change(
            "payment",
            {
                "amount": "2350",
                "unapplied": "0",
                "currency": "USD",
                "customer_name": "Marbella Foods",
                "paid_on": access.workspace.today(now),
                "method": "Check",
                "reference": "6552",
                "connection": connection.pk,
            },
        ),
    )
    for invoice, amount in ((invoices[0], "1710"), (invoices[1], "640")):
        PaymentAllocation.objects.create(
            payment=payment,
            connection=connection,
            document_remote_id=str(invoice.pk),
            invoice=invoice,
            amount=Decimal(amount),
        )
    return payment


def _quote(access: Access, products: list, now: datetime):
    [quote] = written(
        access,
        now,
        Change(
            "quote",
            {
                "number": "Q-0218",
                "name": "Oven service, Pier 4",
                "expires_on": access.workspace.today(now) + timedelta(days=20),
            },
        ),
    )
    actor = Actor.user(access.user.pk, access.user.name)
    line_items.replace(
        workspace=access.workspace,
        parent=Ref.of(quote),
        lines=[
            Line({"name": "Oven service", "quantity": "18", "unit_price": "95"}),
            Line(
                {
                    "name": LONG,
                    "description": "Part 77-0412",
                    "quantity": "3",
                    "unit_price": "210",
                    "discount_percent": "12.5",
                }
            ),
        ],
        actor=actor,
        origin=Origin.user(access.user.pk),
        now=now,
    )
    return quotes.publish(
        workspace=access.workspace, quote_id=quote.pk, actor=actor, now=now
    )


def _stories(
    access: Access, deal: Deal, invoice: Invoice, payment: Payment, now: datetime
) -> None:
    written(access, now, Change("deal", {"source": "Referral by Marbella"}, deal.pk))
    books = Actor.connection(1, "Harbour Bakery Services")
    for days, kind, about in (
        (0, "payment_received", payment),
        (1, "invoice_sent", invoice),
        (30, "invoice_created", invoice),
    ):
        timeline.tell(
            workspace=access.workspace,
            on=[Ref.of(deal)],
            kind=kind,
            content={
                "text": f"{kind} {about}",
                "number": "1043",
                "amount": "1710.00",
                "currency": "USD",
                "method": "Check",
                "recipient": "accounts@marbella.example",
                "invoices": [{"number": "1043", "amount": "1710.00"}],
            },
            about=Ref.of(about),
            actor=books,
            at=now - timedelta(days=days, hours=1),
        )
    write(
        workspace=access.workspace,
        changes=[
            Change("deal", {"closes_on": "2026-12-24", "amount": "4861"}, deal.pk)
        ],
        actor=Actor.user(access.user.pk, access.user.name),
        origin=Origin.user(access.user.pk),
        now=now,
    )
