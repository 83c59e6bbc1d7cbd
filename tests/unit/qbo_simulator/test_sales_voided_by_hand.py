"""Credit memos and refunds voided by a bookkeeper: clients of the API cannot."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

LINE = {
    "Amount": 40,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
}


def sell(company: Company, entity: str, now: datetime, **more: Any) -> dict[str, Any]:
    customers = company.query("select * from Customer").get("Customer")
    if not customers:
        customers = [company.create("Customer", {"DisplayName": "Ada"}, now=now)]
    body = {"CustomerRef": {"value": customers[0]["Id"]}, "Line": [LINE], **more}
    return company.create(entity, body, now=now)


@pytest.mark.parametrize(
    ("entity", "more"),
    [("CreditMemo", {}), ("RefundReceipt", {"DepositToAccountRef": {"value": "35"}})],
)
def test_what_was_given_back_is_voided_by_hand_only(
    us: Company, now: datetime, entity: str, more: dict[str, Any]
) -> None:
    made = sell(us, entity, now, **more)
    with pytest.raises(Fault) as refused:
        us.void(entity, made, now=now)
    assert refused.value.code == "500"
    voided = us.void(entity, made, now=now, by_hand=True)
    assert (voided["TotalAmt"], voided["Balance"], voided["SyncToken"]) == (0, 0, "1")
    assert voided["PrivateNote"] == "Voided"
    assert voided["DocNumber"] == made["DocNumber"]
    assert set(us.trial_balance().values()) == {0}
    last = us.store.connection.execute(
        "SELECT entity, operation FROM change ORDER BY seq DESC"
    ).fetchone()
    assert tuple(last) == (entity, "Void")


def test_voiding_a_credit_memo_leaves_the_invoice_it_was_used_for_open(
    us: Company, now: datetime
) -> None:
    invoice = sell(us, "Invoice", now)
    memo = sell(us, "CreditMemo", now)
    links = [
        {"Amount": 40, "LinkedTxn": [{"TxnId": each["Id"], "TxnType": kind}]}
        for kind, each in (("Invoice", invoice), ("CreditMemo", memo))
    ]
    payment = us.create(
        "Payment",
        {"CustomerRef": invoice["CustomerRef"], "TotalAmt": 0, "Line": links},
        now=now,
    )
    assert us.read("Invoice", invoice["Id"])["Balance"] == 0
    used = us.read("CreditMemo", memo["Id"])
    voided = us.void("CreditMemo", used, now=now, by_hand=True)
    assert "LinkedTxn" not in voided
    assert voided["RemainingCredit"] == 0
    assert us.read("Invoice", invoice["Id"])["Balance"] == 40
    assert us.read("Payment", payment["Id"])["Line"] == []
    assert us.read("Customer", invoice["CustomerRef"]["value"])["Balance"] == 40
    assert sum(us.trial_balance().values()) == 0
