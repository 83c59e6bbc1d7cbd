"""The routes of the bookkeeper's pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from qbo_simulator.bookkeeper.company_pages import CompanyPages
from qbo_simulator.bookkeeper.desk import Desk, View
from qbo_simulator.bookkeeper.invoice_pages import InvoicePages
from qbo_simulator.bookkeeper.log_pages import LogPages
from qbo_simulator.bookkeeper.name_pages import CustomerPages, ItemPages
from qbo_simulator.bookkeeper.payment_pages import PaymentPages

if TYPE_CHECKING:
    from qbo_simulator.server import State

STATIC = Path(__file__).parent / "static"


def _company_table(desk: Desk) -> list[tuple[str, str, View]]:
    company, customers, items = CompanyPages(desk), CustomerPages(desk), ItemPages(desk)
    return [
        ("GET", "", company.overview),
        ("GET", "/ledger", company.ledger),
        ("GET", "/outbox", company.outbox),
        ("GET", "/connections", company.connections),
        ("POST", "/connections/disconnect", company.disconnect),
        ("GET", "/settings", company.settings),
        ("POST", "/settings", company.save_settings),
        ("GET", "/customers", customers.index),
        ("GET", "/customers/new", customers.new),
        ("POST", "/customers/new", customers.create),
        ("GET", "/customers/{id:int}", customers.show),
        ("POST", "/customers/{id:int}", customers.save),
        ("POST", "/customers/{id:int}/active", customers.activity),
        ("POST", "/customers/{id:int}/merge", customers.merge),
        ("GET", "/items", items.index),
        ("POST", "/items", items.create),
        ("POST", "/items/{id:int}/active", items.activity),
    ]


def _money_table(desk: Desk) -> list[tuple[str, str, View]]:
    invoices, payments = InvoicePages(desk), PaymentPages(desk)
    return [
        ("GET", "/invoices", invoices.index),
        ("GET", "/invoices/new", invoices.new),
        ("POST", "/invoices/new", invoices.create),
        ("GET", "/invoices/{id:int}", invoices.show),
        ("GET", "/invoices/{id:int}/edit", invoices.edit),
        ("POST", "/invoices/{id:int}/edit", invoices.save),
        ("GET", "/invoices/{id:int}/pdf", invoices.printed),
        ("POST", "/invoices/{id:int}/pay", invoices.pay),
        ("POST", "/invoices/{id:int}/{act}", invoices.act),
        ("GET", "/payments", payments.index),
        ("GET", "/payments/new", payments.new),
        ("POST", "/payments/new", payments.create),
        ("GET", "/payments/{id:int}", payments.show),
        ("GET", "/payments/{id:int}/pdf", payments.printed),
        ("POST", "/payments/{id:int}/{act}", payments.act),
    ]


def routes(state: State) -> list[BaseRoute]:
    """List the routes of the bookkeeper's pages."""
    desk = Desk(state)
    logs = LogPages(desk)
    return [
        Route("/", logs.home),
        Route("/webhooks", logs.webhooks, methods=["GET"]),
        Route("/webhooks", logs.act_on_webhooks, methods=["POST"]),
        Route("/requests", logs.requests),
        Mount("/_static", app=StaticFiles(directory=STATIC)),
        *(
            Route(f"/books/{{realm}}{path}", desk.view(view), methods=[method])
            for method, path, view in (*_company_table(desk), *_money_table(desk))
        ),
    ]
