"""Invoices: what is filled in, what is refused, what voiding and deleting do."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


def line(amount: Any, **detail: Any) -> Body:
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, **detail},
    }


def invoice(company: Company, now: datetime, *lines: Body, **more: Any) -> Body:
    if not company.query("select Id from Customer"):
        company.create(
            "Customer", {"DisplayName": "Ada", "BillAddr": {"Line1": "1 Pier"}}, now=now
        )
    body = {"CustomerRef": {"value": "1"}, "Line": list(lines) or [line(100)], **more}
    return company.create("Invoice", body, now=now)


def sparse(body: Body, **more: Any) -> Body:
    return {"Id": body["Id"], "SyncToken": body["SyncToken"], "sparse": True, **more}


def test_a_minimal_invoice_is_completed_as_recorded(us: Company, now: datetime) -> None:
    body = invoice(us, now)
    assert body["Line"][0]["Id"] == "1"
    assert body["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}
    assert body["Line"][1] == {
        "Amount": 100,
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }
    assert body["TxnTaxDetail"] == {"TotalTax": 0}
    assert (body["TxnDate"], body["DueDate"]) == ("2026-03-10", "2026-04-09")
    assert (body["TotalAmt"], body["Balance"]) == (100, 100)
    assert (body["PrintStatus"], body["EmailStatus"]) == ("NeedToPrint", "NotSet")
    assert body["CustomerRef"] == {"value": "1", "name": "Ada"}
    assert body["BillAddr"]["Line1"] == "1 Pier"
    assert body["CustomField"] == [
        {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType"}
    ]
    assert "BillEmail" not in body


def test_totals_and_balances_sent_by_a_client_are_ignored(
    us: Company, now: datetime
) -> None:
    body = invoice(us, now, TotalAmt=1, Balance=0)
    assert (body["TotalAmt"], body["Balance"]) == (100, 100)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"CustomerRef": {"value": "99"}}, "2500"),
        ({"CustomerRef": None}, "2020"),
        ({"Line": []}, "2020"),
        ({"Line": [{"DetailType": "SubTotalLineDetail", "Amount": 5}]}, "2020"),
        ({"Line": [line(100, Qty=3, UnitPrice=33)]}, "6070"),
        ({"Line": [line(-5)]}, "6000"),
        ({"Line": [{**line(5), "DetailType": "Nonsense"}]}, "2170"),
        ({"Line": [{**line(5), "Colour": "red"}]}, "2010"),
        (
            {
                "Line": [
                    {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
                ]
            },
            "2020",
        ),
        ({"Line": [line(5, ItemRef={"value": "77"})]}, "2500"),
        ({"Line": [line(5, TaxCodeRef={"value": "2"})]}, "6100"),
        ({"Line": "none"}, "2120"),
        ({"DocNumber": "x" * 22}, "2050"),
        ({"TxnDate": "yesterday"}, "2060"),
        ({"TxnDate": "9999-12-31"}, "2070"),
        ({"Deposit": 5}, "5030"),
        ({"LinkedTxn": [{"TxnId": "75", "TxnType": "Estimate"}]}, "6000"),
        ({"CurrencyRef": {"value": "EUR"}}, "6000"),
        ({"CurrencyRef": {"value": "Euro"}}, "2220"),
        ({"EmailStatus": "NeedToSend"}, "6420"),
        ({"TxnTaxDetail": {"TxnTaxCodeRef": {"value": "9"}}}, "2500"),
        ({"Surprise": 1}, "2010"),
    ],
)
def test_a_bad_invoice_is_refused_and_leaves_nothing(
    us: Company, now: datetime, wish: Body, code: str
) -> None:
    us.create("Customer", {"DisplayName": "Ada"}, now=now)
    body = {"CustomerRef": {"value": "1"}, "Line": [line(100)], **wish}
    with refused(code):
        us.create("Invoice", body, now=now)
    assert us.query("select count(*) from Invoice") == {"totalCount": 0}
    assert us.trial_balance() == {}


def test_quantity_times_price_is_rounded_to_the_cent(
    us: Company, now: datetime
) -> None:
    body = invoice(us, now, line("3.17", Qty=3, UnitPrice="1.0566667"))
    assert body["TotalAmt"] == Decimal("3.17")


def test_an_inactive_customer_or_item_is_refused(us: Company, now: datetime) -> None:
    body = invoice(us, now)
    us.update(
        "Customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "x"}, now=now
    )
    item = us.read("Item", "1")
    us.update("Item", sparse(item, Active=False), now=now)
    with refused("610"):
        invoice(us, now)
    kept = us.update("Invoice", sparse(body, PrivateNote="still mine"), now=now)
    assert kept["PrivateNote"] == "still mine"


def test_discounts_come_after_the_subtotal_and_reduce_the_total(
    us: Company, now: datetime
) -> None:
    discount = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    }
    body = invoice(us, now, line("87.50"), discount)
    kinds = [each["DetailType"] for each in body["Line"]]
    assert kinds == ["SalesItemLineDetail", "SubTotalLineDetail", "DiscountLineDetail"]
    assert body["Line"][2]["Amount"] == Decimal("8.75")
    assert body["Line"][2]["DiscountLineDetail"]["DiscountAccountRef"]["value"] == "86"
    assert body["TotalAmt"] == Decimal("78.75")
    assert us.trial_balance()[86] == Decimal("8.75")


def test_us_manual_tax_is_rounded_once_and_only_with_a_code(
    us: Company, now: datetime
) -> None:
    taxed = line("291.00", TaxCodeRef={"value": "TAX"})
    without = invoice(us, now, taxed)
    assert without["TxnTaxDetail"] == {"TotalTax": 0}
    body = invoice(us, now, taxed, TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}})
    assert body["TxnTaxDetail"]["TotalTax"] == Decimal("23.28")
    assert body["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"] == {
        "TaxRateRef": {"value": "3"},
        "PercentBased": True,
        "TaxPercent": 8,
        "NetAmountTaxable": 291,
    }
    assert body["TotalAmt"] == Decimal("314.28")
    two_rates = invoice(us, now, taxed, TxnTaxDetail={"TxnTaxCodeRef": {"value": "3"}})
    assert [each["Amount"] for each in two_rates["TxnTaxDetail"]["TaxLine"]] == [
        Decimal("20.66"),
        Decimal("5.82"),
    ]


def test_automated_sales_tax_replaces_the_code_unless_a_total_overrides_it(
    us: Company, now: datetime
) -> None:
    held = us.read("Preferences", "1")
    us.update(
        "Preferences", sparse(held, TaxPrefs={"PartnerTaxEnabled": True}), now=now
    )
    taxed = line(100, TaxCodeRef={"value": "TAX"})
    body = invoice(us, now, taxed, TxnTaxDetail={"TxnTaxCodeRef": {"value": "3"}})
    assert body["TxnTaxDetail"]["TxnTaxCodeRef"] == {"value": "4"}
    assert body["TotalAmt"] == Decimal("109.38")
    detail = {"TxnTaxCodeRef": {"value": "3"}, "TotalTax": "9.99"}
    overridden = invoice(us, now, taxed, TxnTaxDetail=detail)
    assert overridden["TotalAmt"] == Decimal("109.99")


def test_outside_the_us_each_line_needs_a_code(uk: Company, now: datetime) -> None:
    with pytest.raises(Fault) as missing:
        invoice(uk, now)
    assert missing.value.code == "6000"
    assert "VAT rate" in missing.value.detail


def test_vat_is_rounded_per_rate_and_not_per_line(uk: Company, now: datetime) -> None:
    lines = [line("0.12", TaxCodeRef={"value": "2"}) for _ in range(3)]
    body = invoice(uk, now, *lines, line("10.00", TaxCodeRef={"value": "4"}))
    assert body["GlobalTaxCalculation"] == "TaxExcluded"
    assert body["TxnTaxDetail"]["TotalTax"] == Decimal("0.07")
    assert [each["Amount"] for each in body["TxnTaxDetail"]["TaxLine"]] == [
        Decimal("0.07"),
        0,
    ]
    assert body["TotalAmt"] == Decimal("10.43")


def test_inclusive_amounts_add_up_to_what_was_asked(uk: Company, now: datetime) -> None:
    lines = [
        line("9.99", TaxCodeRef={"value": "2"}, Qty=1, UnitPrice="9.99")
        for _ in range(3)
    ]
    body = invoice(uk, now, *lines, GlobalTaxCalculation="TaxInclusive")
    assert body["TotalAmt"] == Decimal("29.97")
    assert body["TxnTaxDetail"]["TotalTax"] == Decimal("4.98")
    first = body["Line"][0]
    assert first["SalesItemLineDetail"]["TaxInclusiveAmt"] == Decimal("9.99")
    again = uk.update("Invoice", {**body, "PrivateNote": "echoed"}, now=now)
    assert (again["TotalAmt"], again["Line"]) == (body["TotalAmt"], body["Line"])


def test_a_term_sets_the_due_date_and_a_given_date_wins(
    us: Company, now: datetime
) -> None:
    net60 = invoice(
        us, now, SalesTermRef={"value": "4"}, TxnDate="2026-01-31 10:43:14 -0800"
    )
    assert (net60["TxnDate"], net60["DueDate"]) == ("2026-01-31", "2026-04-01")
    assert net60["SalesTermRef"] == {"value": "4", "name": "Net 60"}
    given = invoice(us, now, SalesTermRef={"value": "4"}, DueDate="2026-03-11")
    assert given["DueDate"] == "2026-03-11"
    moved = us.update("Invoice", sparse(net60, TxnDate="2026-02-01"), now=now)
    assert moved["DueDate"] == "2026-04-02"


def test_numbers_follow_the_last_one(us: Company, uk: Company, now: datetime) -> None:
    assert invoice(us, now)["DocNumber"] == "1001"
    assert invoice(us, now, DocNumber="A-0099")["DocNumber"] == "A-0099"
    assert invoice(us, now)["DocNumber"] == "A-0100"
    coded = line(1, TaxCodeRef={"value": "2"})
    assert invoice(uk, now, coded)["DocNumber"] == "INV-0201"


def test_custom_numbers_are_left_to_the_client_and_may_not_repeat(
    us: Company, now: datetime
) -> None:
    held = us.read("Preferences", "1")
    prefs = {"CustomTxnNumbers": True}
    us.update("Preferences", sparse(held, SalesFormsPrefs=prefs), now=now)
    assert "DocNumber" not in invoice(us, now)
    first = invoice(us, now, DocNumber="77")
    with pytest.raises(Fault) as taken:
        invoice(us, now, DocNumber="77")
    assert taken.value.code == "6140"
    assert f"TxnId={first['Id']}" in taken.value.detail
    body = {"CustomerRef": {"value": "1"}, "Line": [line(1)], "DocNumber": "77"}
    allowed = us.create(
        "Invoice", body, now=now, include=frozenset({"allowduplicatedocnum"})
    )
    assert allowed["DocNumber"] == "77"


def test_lines_are_replaced_whole_and_known_ids_are_kept(
    us: Company, now: datetime
) -> None:
    body = invoice(us, now, line(10), line(20))
    second = body["Line"][1]
    updated = us.update("Invoice", sparse(body, Line=[second, line(5)]), now=now)
    items = [each for each in updated["Line"] if "Id" in each]
    assert [(each["Id"], each["Amount"]) for each in items] == [("2", 20), ("3", 5)]
    assert (updated["TotalAmt"], updated["SyncToken"]) == (25, "1")


def test_a_full_update_resets_what_it_omits(us: Company, now: datetime) -> None:
    body = invoice(us, now, PrivateNote="mine", CustomerMemo={"value": "Thanks"})
    wish = {
        "Id": body["Id"],
        "SyncToken": "0",
        "CustomerRef": {"value": "1"},
        "Line": [line(7)],
    }
    updated = us.update("Invoice", wish, now=now)
    assert not {"PrivateNote", "CustomerMemo", "BillAddr"} & set(updated)
    assert (updated["DocNumber"], updated["TotalAmt"]) == (body["DocNumber"], 7)


def test_a_balance_change_moves_the_customer_without_a_bump(
    us: Company, now: datetime
) -> None:
    invoice(us, now)
    later = now + timedelta(minutes=5)
    invoice(us, later)
    held = us.read("Customer", "1")
    assert (held["Balance"], held["SyncToken"]) == (200, "0")
    assert held["MetaData"]["LastUpdatedTime"] == "2026-03-10T11:35:00-07:00"
    assert held["MetaData"]["CreateTime"] == "2026-03-10T11:30:00-07:00"


def test_voiding_empties_the_amounts_and_keeps_the_rest(
    us: Company, now: datetime
) -> None:
    body = invoice(us, now, PrivateNote="For June")
    voided = us.void("Invoice", body, now=now)
    assert voided["PrivateNote"] == "Voided - For June"
    assert [each["Amount"] for each in voided["Line"]] == [0, 0]
    assert (voided["TotalAmt"], voided["Balance"], voided["SyncToken"]) == (0, 0, "1")
    assert voided["DocNumber"] == body["DocNumber"]
    assert set(us.trial_balance().values()) == {0}
    assert us.void("Invoice", voided, now=now) == voided


def test_deleting_takes_the_invoice_out_of_everything_but_the_feed(
    us: Company, now: datetime
) -> None:
    body = invoice(us, now)
    answer = us.delete("Invoice", body, now=now)
    assert answer == {"domain": "QBO", "status": "Deleted", "Id": body["Id"]}
    with refused("610"):
        us.read("Invoice", body["Id"])
    assert us.query("select * from Invoice") == {}
    feed = us.changes(["Invoice"], now - timedelta(days=1))
    assert feed["QueryResponse"][0]["Invoice"][0]["status"] == "Deleted"
    assert invoice(us, now)["Id"] != body["Id"]


def test_sending_marks_the_invoice_without_a_bump(us: Company, now: datetime) -> None:
    body = invoice(us, now)
    with refused("6420"):
        us.send("Invoice", body["Id"], now=now)
    later = now + timedelta(hours=1)
    sent = us.send("Invoice", body["Id"], now=later, to="ada@pier.example")
    assert (sent["EmailStatus"], sent["SyncToken"]) == ("EmailSent", "0")
    assert sent["BillEmail"] == {"Address": "ada@pier.example"}
    assert sent["DeliveryInfo"]["DeliveryType"] == "Email"
    assert us.send("Invoice", body["Id"], now=later)["EmailStatus"] == "EmailSent"


def test_closed_books_refuse_every_change(us: Company, now: datetime) -> None:
    old = invoice(us, now, TxnDate="2025-12-31")
    held = us.read("Preferences", "1")
    closed = {"BookCloseDate": "2025-12-31"}
    us.update("Preferences", sparse(held, AccountingInfoPrefs=closed), now=now)
    for attempt in (
        lambda: invoice(us, now, TxnDate="2025-11-30"),
        lambda: us.update("Invoice", sparse(old, TxnDate="2026-01-02"), now=now),
        lambda: us.void("Invoice", old, now=now),
        lambda: us.delete("Invoice", old, now=now),
    ):
        with refused("6210"):
            attempt()
    assert invoice(us, now, TxnDate="2026-01-01")["TotalAmt"] == 100


def test_every_write_is_in_the_list_of_accepted_writes(
    us: Company, now: datetime
) -> None:
    body = invoice(us, now, PrivateNote="[#mark]")
    us.void("Invoice", body, now=now)
    with us.store.read() as db:
        rows = db.execute(
            "SELECT entity, operation, marker, amount FROM accepted ORDER BY seq"
        ).fetchall()
    assert [tuple(row) for row in rows] == [
        ("Customer", "create", "Ada", None),
        ("Invoice", "create", "[#mark]", "100.0"),
        ("Invoice", "void", "Voided - [#mark]", "0"),
    ]
