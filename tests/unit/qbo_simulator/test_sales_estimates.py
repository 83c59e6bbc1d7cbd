"""Estimates: what they offer, and the invoices that close them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from support.selling import (
    Desk,
    line,
    linked,
    prefer,
    refused,
    sparse,
)

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault


def test_an_estimate_posts_nothing_and_waits(desk: Desk) -> None:
    estimate = desk.make("Estimate")
    assert estimate["TxnStatus"] == "Pending"
    assert estimate["TotalAmt"] == 100
    assert "Balance" not in estimate
    assert "LinkedTxn" not in estimate
    assert desk.company.ledger_of("Estimate", estimate["Id"]) == []
    assert desk.customer_balance() == 0


def test_an_estimate_is_accepted_by_somebody_on_a_day(desk: Desk) -> None:
    estimate = desk.make("Estimate", ExpirationDate="2026-04-01")
    wish = sparse(
        estimate, TxnStatus="Accepted", AcceptedBy="Shara", AcceptedDate="2026-03-11"
    )
    accepted = desk.company.update("Estimate", wish, now=desk.now)
    assert accepted["TxnStatus"] == "Accepted"
    assert accepted["AcceptedBy"] == "Shara"
    with refused("2170"):
        desk.company.update(
            "Estimate", sparse(accepted, TxnStatus="Maybe"), now=desk.now
        )


def test_an_invoice_closes_its_estimate_without_raising_its_token(desk: Desk) -> None:
    estimate = desk.make("Estimate")
    desk.now += timedelta(minutes=5)
    invoice = desk.make("Invoice", LinkedTxn=[linked("Estimate", estimate)])
    closed = desk.again("Estimate", estimate)
    assert invoice["LinkedTxn"] == [linked("Estimate", estimate)]
    assert closed["LinkedTxn"] == [linked("Invoice", invoice)]
    assert closed["TxnStatus"] == "Closed"
    assert closed["SyncToken"] == "0"
    assert closed["MetaData"]["LastUpdatedTime"] == invoice["MetaData"]["CreateTime"]


def test_a_line_that_names_an_estimate_links_the_whole_invoice(desk: Desk) -> None:
    estimate = desk.make("Estimate")
    mark = [linked("Estimate", estimate, TxnLineId="1")]
    invoice = desk.make("Invoice", line(LinkedTxn=mark))
    assert invoice["Line"][0]["LinkedTxn"] == mark
    assert invoice["LinkedTxn"] == [linked("Estimate", estimate)]
    assert desk.again("Estimate", estimate)["TxnStatus"] == "Closed"


@pytest.mark.parametrize("act", ["delete", "void"])
def test_without_its_invoice_an_estimate_is_open_again(desk: Desk, act: str) -> None:
    estimate = desk.make("Estimate", TxnStatus="Accepted", AcceptedDate="2026-03-01")
    invoice = desk.make("Invoice", LinkedTxn=[linked("Estimate", estimate)])
    getattr(desk.company, act)("Invoice", invoice, now=desk.now)
    reopened = desk.again("Estimate", estimate)
    assert reopened["TxnStatus"] == "Accepted"
    assert "LinkedTxn" not in reopened


def test_an_invoice_may_let_go_of_its_estimate(desk: Desk) -> None:
    estimate = desk.make("Estimate")
    invoice = desk.make("Invoice", LinkedTxn=[linked("Estimate", estimate)])
    kept = desk.company.update(
        "Invoice", sparse(invoice, PrivateNote="still"), now=desk.now
    )
    assert kept["LinkedTxn"] == invoice["LinkedTxn"]
    freed = desk.company.update("Invoice", sparse(kept, LinkedTxn=[]), now=desk.now)
    assert freed["LinkedTxn"] == []
    assert desk.again("Estimate", estimate)["TxnStatus"] == "Pending"


def test_an_estimate_that_is_not_there_cannot_be_linked(desk: Desk) -> None:
    with pytest.raises(Fault) as caught:
        desk.make("Invoice", LinkedTxn=[{"TxnId": "75", "TxnType": "Estimate"}])
    assert caught.value.code == "6000"
    assert caught.value.detail == (
        "Business Validation Error: The entity Estimate 75 that you are trying to link "
        "does not exist. Estimate 75"
    )


def test_an_estimate_is_invoiced_once_but_for_progress_invoicing(
    desk: Desk, us: Company, now: datetime
) -> None:
    estimate = desk.make("Estimate")
    link = [linked("Estimate", estimate)]
    desk.make("Invoice", LinkedTxn=link)
    with refused("620"):
        desk.make("Invoice", LinkedTxn=link)
    prefer(us, now, UsingProgressInvoicing=True)
    second = desk.make("Estimate")
    link = [linked("Estimate", second)]
    first_part = desk.make("Invoice", line(60), LinkedTxn=link)
    assert desk.again("Estimate", second)["TxnStatus"] == "Pending"
    desk.make("Invoice", line(40), LinkedTxn=link)
    assert desk.again("Estimate", second)["TxnStatus"] == "Closed"
    us.delete("Invoice", first_part, now=now)
    assert desk.again("Estimate", second)["TxnStatus"] == "Accepted"


def test_an_estimate_that_was_invoiced_cannot_be_deleted(desk: Desk) -> None:
    estimate = desk.make("Estimate")
    invoice = desk.make("Invoice", LinkedTxn=[linked("Estimate", estimate)])
    closed = desk.again("Estimate", estimate)
    with refused("6000"):
        desk.company.delete("Estimate", closed, now=desk.now)
    desk.company.delete("Invoice", invoice, now=desk.now)
    desk.company.delete("Estimate", closed, now=desk.now)
