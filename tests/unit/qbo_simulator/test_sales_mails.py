"""Sending forms: what changes on them, and what then lies in the outbox."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pypdf
import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.printing import mailing

Body = dict[str, Any]
LINE = {"Amount": 100, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
ADA = {"Address": "ada@lovelace.example"}
MORE: dict[str, Body] = {
    "Invoice": {"Line": [LINE]},
    "Estimate": {"Line": [LINE]},
    "SalesReceipt": {"Line": [LINE]},
    "CreditMemo": {"Line": [LINE]},
    "RefundReceipt": {"Line": [LINE], "DepositToAccountRef": {"value": "35"}},
    "Payment": {"TotalAmt": 25},
}


def make(company: Company, now: datetime, kind: str, **more: Any) -> Body:
    if not company.query("select Id from Customer"):
        company.create("Customer", {"DisplayName": "Ada"}, now=now)
    body = {"CustomerRef": {"value": "1"}, **MORE[kind], **more}
    return company.create(kind, body, now=now)


def outbox(company: Company) -> list[Body]:
    with company.store.read() as db:
        return mailing.outbox(db, company.realm)


def printed(company: Company, number: int) -> str:
    with company.store.read() as db:
        held = mailing.attachment(db, company.realm, number)
    assert held is not None
    return pypdf.PdfReader(io.BytesIO(held)).pages[0].extract_text()


@pytest.mark.parametrize("kind", MORE)
def test_every_form_is_sent_without_raising_its_token(
    us: Company, now: datetime, kind: str
) -> None:
    form = make(us, now, kind)
    later = now + timedelta(minutes=3)
    sent = us.send(kind, form["Id"], to="ada@lovelace.example", now=later)
    assert sent["SyncToken"] == "0"
    assert sent["BillEmail"] == ADA
    assert sent["DeliveryInfo"]["DeliveryType"] == "Email"
    assert sent["MetaData"]["LastUpdatedTime"] == sent["DeliveryInfo"]["DeliveryTime"]
    assert sent.get("EmailStatus") == (None if kind == "RefundReceipt" else "EmailSent")
    assert us.read(kind, form["Id"]) == sent
    (mail,) = outbox(us)
    assert (mail["entity"], mail["id"]) == (kind, form["Id"])
    assert mail["recipient"] == "ada@lovelace.example"


def test_the_address_on_the_form_is_used_where_none_is_given(
    us: Company, now: datetime
) -> None:
    invoice = make(us, now, "Invoice", BillEmail=ADA)
    us.send("Invoice", invoice["Id"], now=now)
    assert outbox(us)[0]["recipient"] == ADA["Address"]
    bare = make(us, now, "Invoice")
    with pytest.raises(Fault, match=r"^6420 "):
        us.send("Invoice", bare["Id"], now=now)
    with pytest.raises(Fault, match=r"^2210 "):
        us.send("Invoice", bare["Id"], to="nobody", now=now)


def test_an_e_mail_is_worded_as_the_company_prefers(us: Company, now: datetime) -> None:
    held = us.read("Preferences", "1")
    message = {"Subject": "Our bill", "Message": "Please pay within a month."}
    wish = {
        "Id": "1",
        "SyncToken": held["SyncToken"],
        "sparse": True,
        "EmailMessagesPrefs": {"InvoiceMessage": message},
        "SalesFormsPrefs": {"EmailCopyToCompany": True},
    }
    us.update("Preferences", wish, now=now)
    invoice = make(us, now, "Invoice", BillEmailCc={"Address": "cc@lovelace.example"})
    us.send("Invoice", invoice["Id"], to="ada@lovelace.example", now=now)
    mail = outbox(us)[0]
    own = us.read("CompanyInfo", "1")["Email"]["Address"]
    assert (mail["subject"], mail["body"]) == ("Our bill", "Please pay within a month.")
    assert (mail["sender"], mail["cc"], mail["bcc"]) == (
        own,
        "cc@lovelace.example",
        own,
    )
    payment = make(us, now, "Payment", PaymentRefNum="77")
    us.send("Payment", payment["Id"], to="ada@lovelace.example", now=now)
    name = us.read("CompanyInfo", "1")["CompanyName"]
    assert outbox(us)[0]["subject"] == f"Payment receipt 77 from {name}"


def test_the_outbox_keeps_the_form_as_it_was_when_it_was_sent(
    us: Company, now: datetime
) -> None:
    invoice = make(us, now, "Invoice")
    sent = us.send("Invoice", invoice["Id"], to="ada@lovelace.example", now=now)
    changed = [{**LINE, "Amount": 777}]
    wish = {"Id": sent["Id"], "SyncToken": "0", "sparse": True, "Line": changed}
    us.update("Invoice", wish, now=now)
    us.send("Invoice", invoice["Id"], to="ada@lovelace.example", now=now)
    newest, first = outbox(us)
    assert "$100.00" in printed(us, first["number"])
    assert "$777.00" in printed(us, newest["number"])
    with us.store.read() as db:
        assert mailing.attachment(db, us.realm, 99) is None


def test_a_british_form_is_printed_in_pounds(uk: Company, now: datetime) -> None:
    line = {**LINE, "SalesItemLineDetail": {"TaxCodeRef": {"value": "2"}}}
    invoice = make(uk, now, "Invoice", Line=[line])
    uk.send("Invoice", invoice["Id"], to="ada@lovelace.example", now=now)
    text = printed(uk, outbox(uk)[0]["number"])
    assert "£120.00" in text
    assert "10 Mar 2026" in text
    assert "VAT 20% of 100.00" in text
