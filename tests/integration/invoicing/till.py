"""A company whose customer has invoices open, and hands that book what is paid of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest
from factories import (
    NOW,
    make_access,
    make_invoice,
    make_payment,
    make_record,
    make_workspace,
)
from integration.invoicing.books import american_books, give_lines, hold, oven_deal

from counterfoil.connections import links
from counterfoil.connections.models import Connection, Link
from counterfoil.crm import associations
from counterfoil.crm.models import CreditMemo, Invoice, Payment
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import paying
from counterfoil.invoicing.order import NotReady
from counterfoil.invoicing.paying import Settings
from counterfoil.posting.models import Intent

ADA = Actor("user", "1", "Ada")


def books() -> Connection:
    """A US company with an account for money received and a payment method."""
    made = american_books(make_access(make_workspace()).workspace)
    hold(made, "accounts", "4", "Undeposited", type="Other Current Asset")
    hold(made, "payment_methods", "2", "Check")
    return made


def booked(connection: Connection, remote_id: str, **values: Any) -> Invoice:
    """An invoice of customer 58 that the books have."""
    invoice = make_invoice(
        connection.workspace,
        **{
            "connection": connection.pk,
            "currency": "USD",
            "customer_remote_id": "58",
            "customer_name": "Marbella Foods",
            "posting_state": "confirmed",
            "number": f"10{remote_id}",
            **values,
        },
    )
    Link.objects.create(
        connection=connection,
        stream="invoices",
        remote_id=remote_id,
        object_type="invoice",
        record_id=invoice.pk,
        created_at=NOW,
    )
    assert links.remote_for(connection, "invoices", Ref.of(invoice)) == remote_id
    return invoice


def credited(connection: Connection, remote_id: str, **values: Any) -> CreditMemo:
    """A credit memo of 30 of customer 58, none of it used."""
    memo = make_record(
        connection.workspace,
        "credit_memo",
        **{
            "connection": connection.pk,
            "currency": "USD",
            "customer_remote_id": "58",
            "number": f"C{remote_id}",
            "total": Decimal(30),
            "remaining": Decimal(30),
            **values,
        },
    )
    links.link(
        connection,
        stream="credit_memos",
        remote_id=remote_id,
        ref=Ref.of(memo),
        now=NOW,
    )
    return cast("CreditMemo", memo)


def recorded(connection: Connection, **values: Any) -> Payment:
    """80 that were recorded by hand, and that no books know of."""
    return make_payment(
        connection.workspace,
        **{
            "amount": Decimal(80),
            "currency": "USD",
            "paid_on": date(2026, 3, 1),
            "source": "manual",
            **values,
        },
    )


def paid(connection: Connection, **values: Any) -> Payment:
    """A payment of 95 for an oven service, which is not taxed, by Jun-seo Park."""
    workspace = connection.workspace
    hold(connection, "customers", "60", "Jun-seo Park", currency="USD")
    deal = oven_deal(workspace)
    payment = make_payment(
        workspace,
        **{
            "amount": Decimal(95),
            "currency": "USD",
            "paid_on": date(2026, 3, 3),
            "source": "payment_link",
            **values,
        },
    )
    for other in associations.of(workspace, Ref.of(deal), "contact"):
        associations.associate(
            workspace=workspace, left=Ref.of(payment), right=Ref.of(other), now=NOW
        )
    give_lines(payment, [{"name": "Oven service", "sku": "OVEN", "unit_price": 95}])
    return payment


def pay(
    connection: Connection,
    applied: Mapping[Invoice, str],
    *key: str,
    **settings: Any,
) -> Payment:
    return paying.pay(
        connection=connection,
        settings=Settings(
            applied={each.pk: Decimal(part) for each, part in applied.items()},
            **settings,
        ),
        key=("paid", *key),
        actor=ADA,
        now=NOW,
    )


def refusal(
    connection: Connection,
    applied: Mapping[Invoice, str],
    *key: str,
    **settings: Any,
) -> str:
    """What is said; and that nothing was recorded or asked for."""
    before = Intent.objects.count(), Payment.objects.count()
    with pytest.raises(NotReady) as caught:
        pay(connection, applied, *key, **settings)
    assert (Intent.objects.count(), Payment.objects.count()) == before
    return str(caught.value)
