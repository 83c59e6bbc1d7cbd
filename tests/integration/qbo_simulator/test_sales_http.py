"""Sales forms over HTTP: what only the address or a parameter asks for."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from support.wire import INVOICE, LINE, Wire

FORMS: dict[str, dict[str, Any]] = {
    "estimate": {"CustomerRef": {"value": "1"}, "Line": [LINE]},
    "salesreceipt": {"Line": [LINE]},
    "creditmemo": {"CustomerRef": {"value": "1"}, "Line": [LINE]},
    "refundreceipt": {"Line": [LINE], "DepositToAccountRef": {"value": "35"}},
    "payment": {"CustomerRef": {"value": "1"}, "TotalAmt": 10},
    "invoice": INVOICE,
}


@pytest.mark.parametrize("path", FORMS)
def test_every_form_is_made_read_printed_sent_and_deleted(
    wire: Wire, path: str
) -> None:
    made = wire.post(path, FORMS[path])
    assert made.status_code == 200, made.text
    (entity,) = set(made.json()) - {"time"}
    id = made.json()[entity]["Id"]  # noqa: A001
    assert wire.http.get(f"{path}/{id}").json()[entity] == made.json()[entity]
    found = wire.http.get("query", params={"query": f"select * from {entity}"})  # noqa: S608
    assert found.json()["QueryResponse"][entity][0]["Id"] == id
    page = wire.http.get(f"{path}/{id}/pdf")
    assert page.content.startswith(b"%PDF")
    sent = wire.post(f"{path}/{id}/send", None, sendTo="ada@lovelace.example")
    assert sent.json()[entity]["SyncToken"] == "0"
    gone = wire.post(path, {"Id": id, "SyncToken": "0"}, operation="delete")
    assert gone.json()[entity] == {"domain": "QBO", "status": "Deleted", "Id": id}


@pytest.mark.parametrize("path", ["payment", "salesreceipt"])
def test_receipts_and_payments_are_voided_by_an_update_that_includes_it(
    wire: Wire, path: str
) -> None:
    made = wire.post(path, FORMS[path]).json()
    (entity,) = set(made) - {"time"}
    wish = {"Id": made[entity]["Id"], "SyncToken": "0", "sparse": True}
    voided = wire.post(path, wish, operation="update", include="void").json()[entity]
    assert (voided["TotalAmt"], voided["PrivateNote"]) == (0, "Voided")
    assert voided["SyncToken"] == "1"


def test_an_invoice_link_is_shown_to_those_who_ask_for_it(wire: Wire) -> None:
    offered = {
        **INVOICE,
        "AllowOnlineCreditCardPayment": True,
        "BillEmail": {"Address": "ada@lovelace.example"},
    }
    id = wire.post("invoice", offered).json()["Invoice"]["Id"]  # noqa: A001
    plain = wire.http.get(f"invoice/{id}").json()["Invoice"]
    asked = wire.http.get(
        f"invoice/{id}", params={"include": "invoiceLink", "minorversion": "36"}
    ).json()["Invoice"]
    assert "InvoiceLink" not in plain
    assert asked.pop("InvoiceLink").startswith("https://")
    assert asked == plain
    bare = wire.post("invoice", INVOICE, include="invoiceLink").json()["Invoice"]
    assert "InvoiceLink" not in bare


def test_the_outbox_can_be_read(wire: Wire) -> None:
    id = wire.post("invoice", INVOICE).json()["Invoice"]["Id"]  # noqa: A001
    wire.post(f"invoice/{id}/send", None, sendTo="ada@lovelace.example")
    told = httpx.get(f"{wire.base_url}/_sim/outbox", params={"realm": wire.realm})
    (mail,) = told.json()["mails"]
    assert (mail["entity"], mail["id"]) == ("Invoice", id)
    page = httpx.get(f"{wire.base_url}/_sim/outbox/{mail['number']}/pdf")
    assert page.headers["content-type"] == "application/pdf"
    assert page.content.startswith(b"%PDF")
    assert httpx.get(f"{wire.base_url}/_sim/outbox/999/pdf").status_code == 404


def test_two_receipts_may_have_one_number_only_if_that_is_wished(wire: Wire) -> None:
    held = wire.http.get("preferences").json()["Preferences"]
    wish = {"Id": "1", "SyncToken": held["SyncToken"], "sparse": True}
    wire.post("preferences", {**wish, "SalesFormsPrefs": {"CustomTxnNumbers": True}})
    body = {**FORMS["salesreceipt"], "DocNumber": "R181807170"}
    first = wire.post("salesreceipt", body).json()["SalesReceipt"]
    refused = wire.fault(wire.post("salesreceipt", body))
    assert refused["code"] == "6140"
    assert refused["Detail"].endswith(f"with TxnId={first['Id']}")
    allowed = wire.post("salesreceipt", body, include="allowduplicatedocnum")
    assert allowed.json()["SalesReceipt"]["DocNumber"] == "R181807170"
    without = wire.post("salesreceipt", FORMS["salesreceipt"]).json()["SalesReceipt"]
    assert "DocNumber" not in without
