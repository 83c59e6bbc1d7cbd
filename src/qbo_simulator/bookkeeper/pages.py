"""The routes of the bookkeeper's pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from qbo_simulator.bookkeeper import bundle_pages, report_pages, settings_pages
from qbo_simulator.bookkeeper.banking_pages import (
    DepositPages,
    JournalPages,
    TransferPages,
)
from qbo_simulator.bookkeeper.company_pages import CompanyPages
from qbo_simulator.bookkeeper.deep_links import lead
from qbo_simulator.bookkeeper.desk import Desk, View
from qbo_simulator.bookkeeper.expense_editor import ExpenseEditor
from qbo_simulator.bookkeeper.listing_pages import ListingPages
from qbo_simulator.bookkeeper.listings import LISTINGS
from qbo_simulator.bookkeeper.log_pages import LogPages
from qbo_simulator.bookkeeper.paper_pages import PaperPages, find
from qbo_simulator.bookkeeper.papers import PAPERS, Paper
from qbo_simulator.bookkeeper.payment_pages import SettlingPages
from qbo_simulator.bookkeeper.sales_editor import SalesEditor

if TYPE_CHECKING:
    from qbo_simulator.state import State

STATIC = Path(__file__).parent / "static"
Table = Iterator[tuple[str, str, View]]
Changer = SalesEditor | ExpenseEditor | SettlingPages | JournalPages | TransferPages
CHANGERS: dict[str, type[Changer]] = {
    "sales": SalesEditor,
    "expense": ExpenseEditor,
    "payment": SettlingPages,
    "bill-payment": SettlingPages,
    "journal": JournalPages,
    "transfer": TransferPages,
}


def _company_table(desk: Desk) -> Table:
    company = CompanyPages(desk)
    yield from (
        ("GET", "", company.overview),
        ("GET", "/ledger", company.ledger),
        ("GET", "/outbox", company.outbox),
        ("GET", "/outbox/{id:int}/pdf", company.enclosed),
        ("GET", "/files/{id:int}", company.file),
        ("GET", "/names", company.names),
        ("GET", "/export", company.export),
        ("GET", "/connections", company.connections),
        ("POST", "/connections/disconnect", company.disconnect),
        ("GET", "/settings", settings_pages.settings),
        ("POST", "/settings", settings_pages.save),
        ("GET", "/currencies/rates", settings_pages.rates),
        ("POST", "/currencies/rates", settings_pages.set_rate),
        ("GET", "/items/bundles/new", bundle_pages.new),
        ("POST", "/items/bundles/new", bundle_pages.create),
        ("GET", "/reports", report_pages.index),
        ("GET", "/reports/{report}", report_pages.show),
        ("GET", "/recurring", report_pages.recurring_list),
        ("POST", "/recurring", report_pages.make_due),
        ("GET", "/transactions/{id:int}", find),
    )


def _listing_table() -> Table:
    for listing in LISTINGS:
        pages, root = ListingPages(listing), f"/{listing.slug}"
        yield "GET", root, pages.index
        if listing.entries:
            yield "GET", f"{root}/new", pages.new
            yield "POST", f"{root}/new", pages.create
            yield "POST", f"{root}/{{id:int}}", pages.save
        yield "GET", f"{root}/{{id:int}}", pages.show
        if listing.can_hide:
            yield "POST", f"{root}/{{id:int}}/active", pages.activity
        if listing.can_merge:
            yield "POST", f"{root}/{{id:int}}/merge", pages.merge


def _editor_table(paper: Paper) -> Table:
    root = f"/{paper.slug}"
    if paper.editor == "deposit":
        slip = DepositPages(paper)
        yield "GET", f"{root}/new", slip.new
        yield "POST", f"{root}/new", slip.create
    if paper.editor not in CHANGERS:
        return
    editor = CHANGERS[paper.editor](paper)
    yield "GET", f"{root}/new", editor.new
    yield "POST", f"{root}/new", editor.create
    if paper.is_editable:
        yield "GET", f"{root}/{{id:int}}/edit", editor.edit
        yield "POST", f"{root}/{{id:int}}/edit", editor.save


def _paper_table() -> Table:
    for paper in PAPERS:
        pages, root = PaperPages(paper), f"/{paper.slug}"
        yield "GET", root, pages.index
        yield from _editor_table(paper)
        yield "GET", f"{root}/{{id:int}}", pages.show
        yield "GET", f"{root}/{{id:int}}/pdf", pages.printed
        if paper.entity == "Invoice":
            yield "POST", f"{root}/{{id:int}}/pay", pages.pay
        yield "POST", f"{root}/{{id:int}}/{{act}}", pages.act


def routes(state: State) -> list[BaseRoute]:
    """List the routes of the bookkeeper's pages."""
    desk = Desk(state)
    logs = LogPages(desk)
    tables = (*_company_table(desk), *_listing_table(), *_paper_table())
    return [
        Route("/", logs.home),
        Route("/companies", logs.found, methods=["POST"]),
        Route("/webhooks", logs.webhooks, methods=["GET"]),
        Route("/webhooks", logs.act_on_webhooks, methods=["POST"]),
        Route("/requests", logs.requests),
        Route("/app/{page}", lead),
        Mount("/_static", app=StaticFiles(directory=STATIC)),
        *(
            Route(f"/books/{{realm}}{path}", desk.view(view), methods=[method])
            for method, path, view in tables
        ),
    ]
