"""The addresses under which QuickBooks Online opens an object, led to the pages here.

An address names the kind, the object and, as `deeplinkcompanyid`, the company to switch to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from qbo_simulator.bookkeeper.desk import not_found

if TYPE_CHECKING:
    from starlette.requests import Request

# By the parameter that names the object; any transaction is found by its id.
PAGES = {"txnId": "transactions", "itemId": "items"}
NAMES = {"customerdetail": "customers", "vendordetail": "vendors"}


async def lead(request: Request) -> Response:
    """Lead to the page of the object that an address names."""
    asked = request.query_params
    pages = {**PAGES, "nameId": NAMES.get(request.path_params["page"], "")}
    realm = asked.get("deeplinkcompanyid", "")
    for name, page in pages.items():
        number = asked.get(name, "")
        if page and _is_id(number) and _is_id(realm):
            return RedirectResponse(f"/books/{realm}/{page}/{number}", 303)
    return not_found("No page of QuickBooks has that address.")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal()
