"""A company's books as the mirror has them, for tests that need no simulator."""

from __future__ import annotations

from typing import Any

from factories import (
    NOW,
    make_company,
    make_connection,
    make_contact,
    make_deal,
    make_product,
)

from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm import associations, line_items
from counterfoil.crm.line_items import Line
from counterfoil.crm.models import Deal, Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.invoicing import drafts
from counterfoil.invoicing.models import Draft
from counterfoil.workspaces.access import Access
from counterfoil.workspaces.models import Workspace


def hold(
    connection: Connection, stream: str, remote_id: str, name: str, **content: Any
) -> RemoteObject:
    """Put an object into the mirror."""
    active = content.pop("active", True)
    email = str(content.get("email", "")).lower()
    sku = str(content.get("sku", ""))
    return RemoteObject.objects.create(
        connection=connection,
        stream=stream,
        remote_id=remote_id,
        name=name,
        lookup=f"{name} {email} {sku}".upper(),
        email=email,
        active=active,
        content={"name": name, "display_name": name, **content},
        seen_at=NOW,
    )


def american_books(workspace: Workspace, **facts: Any) -> Connection:
    """A US company: one customer, one vendor, two items and terms."""
    connection = make_connection(
        workspace,
        name="Harbour Bakery Services",
        facts={
            "multi_currency": True,
            "currencies": ["USD", "EUR"],
            "tax_mode": "us_automated",
            "custom_numbers": False,
            "closed_on": "",
            "default_terms": "3",
            **facts,
        },
    )
    hold(
        connection,
        "customers",
        "58",
        "Marbella Foods",
        email="accounts@marbella.example",
        currency="USD",
        taxable=True,
        terms_id="",
    )
    hold(connection, "vendors", "90", "Norton Lumber")
    hold(
        connection,
        "items",
        "11",
        "Oven service",
        sku="OVEN",
        taxable=False,
        unit_price="95",
        income_account_id="79",
    )
    hold(
        connection,
        "items",
        "12",
        "Rotor belt",
        sku="77-0412",
        taxable=True,
        unit_price="210",
        income_account_id="79",
    )
    hold(connection, "terms", "3", "Net 30", kind="standard", due_days=30)
    hold(connection, "accounts", "79", "Sales", type="Income", currency="USD")
    return connection


def british_books(workspace: Workspace) -> Connection:
    """A UK company, where every line needs a tax code."""
    connection = american_books(workspace, tax_mode="per_line", currencies=["GBP"])
    connection.home_currency = "GBP"
    connection.country = "GB"
    connection.name = "Pier Four Ltd"
    connection.save()
    RemoteObject.objects.filter(connection=connection, stream="customers").update(
        content={"display_name": "Marbella Foods", "currency": "GBP", "taxable": True}
    )
    hold(
        connection,
        "tax_codes",
        "20",
        "20.0% S",
        taxable=True,
        sales_rates=[{"rate_id": "7", "percent": "20", "order": 0}],
    )
    hold(connection, "tax_rates", "7", "VAT 20%", percent="20")
    return connection


def oven_deal(workspace: Workspace, **values: Any) -> Deal:
    """A deal with a contact, a company and two line items."""
    deal = make_deal(workspace, name="Oven service, Pier 4", **values)
    contact = make_contact(
        workspace, first_name="Jun-seo", last_name="Park", email="jun@marbella.example"
    )
    company = make_company(
        workspace, name="Marbella Foods", email="accounts@marbella.example"
    )
    for other in (contact, company):
        associations.associate(
            workspace=workspace, left=Ref.of(deal), right=Ref.of(other), now=NOW
        )
    oven = make_product(workspace, name="Oven service", sku="OVEN")
    belt = make_product(workspace, name="Rotor belt, 900", sku="77-0412")
    give_lines(
        deal,
        [
            {
                "name": "Oven service",
                "product": oven.pk,
                "quantity": 18,
                "unit_price": 95,
            },
            {
                "name": "Rotor belt, 900",
                "product": belt.pk,
                "quantity": 3,
                "sku": "77-0412",
                "unit_price": 210,
            },
        ],
    )
    return deal


def give_lines(record: Record, lines: list[dict[str, Any]]) -> None:
    """Make these the line items of a deal or quote."""
    line_items.replace(
        workspace=record.workspace,
        parent=Ref.of(record),
        lines=[Line({"quantity": 1, "unit_price": 0, **line}) for line in lines],
        actor=Actor.system(),
        origin=Origin.system(),
        now=NOW,
    )


def ready_draft(
    access: Access, connection: Connection, started: Record, *, source: str = "lines"
) -> Draft:
    """A draft that can be issued as it stands."""
    from counterfoil.invoicing import company as companies  # noqa: PLC0415

    draft = drafts.start(access=access, started=Ref.of(started), now=NOW)
    content = drafts.choose_source(draft, connection=connection, key=source, now=NOW)
    company = companies.read(connection, access.workspace, content, now=NOW)
    content = drafts.with_terms(content, company, connection, now=NOW)
    return drafts.save(draft, content, step="review", now=NOW)
