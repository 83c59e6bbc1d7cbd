"""Credit cards paid from the bank."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault

Body = dict[str, Any]
KIND = "CreditCardPaymentTxn"
CHECKING, SAVINGS = "35", "36"


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


@pytest.fixture
def visa(us: Company, now: datetime) -> str:
    body = {"Name": "Company card", "AccountType": "Credit Card"}
    return str(us.create("Account", body, now=now)["Id"])


def pay(us: Company, now: datetime, card: str, **more: Any) -> Body:
    body = {
        "BankAccountRef": {"value": CHECKING},
        "CreditCardAccountRef": {"value": card},
        "Amount": 100,
        **more,
    }
    return us.create("creditcardpayment", body, now=now)


def balances(us: Company, card: str) -> list[Any]:
    return [us.read("Account", each)["CurrentBalance"] for each in (CHECKING, card)]


def test_a_card_is_paid_from_the_bank(us: Company, now: datetime, visa: str) -> None:
    body = pay(us, now, visa)
    assert body["CreditCardAccountRef"] == {"value": visa, "name": "Company card"}
    assert body["BankAccountRef"] == {"value": CHECKING, "name": "Checking"}
    assert (body["Amount"], body["TxnDate"]) == (100, "2026-03-10")
    assert balances(us, visa) == [-100, -100]
    changed = {"Id": body["Id"], "SyncToken": "0", "sparse": True, "Amount": 15}
    body = us.update(KIND, changed, now=now)
    assert (body["SyncToken"], balances(us, visa)) == ("1", [-15, -15])
    told = us.delete(KIND, body, now=now)
    assert told == {"domain": "QBO", "status": "Deleted", "Id": body["Id"]}
    assert balances(us, visa) == [0, 0]


def test_it_is_asked_for_by_the_name_of_its_address_and_answers_by_another(
    us: Company, now: datetime, visa: str
) -> None:
    ids = [pay(us, now, visa)["Id"] for _ in range(2)]
    for name in ("creditcardpayment", "CreditCardPayment", "CreditCardPaymentTxn"):
        found = us.query(f"select * from {name}")  # noqa: S608
        assert {each["Id"] for each in found[KIND]} == set(ids)
        assert found["totalCount"] == 2


def test_only_a_bank_pays_and_only_a_card_is_paid(
    us: Company, now: datetime, visa: str
) -> None:
    with refused("6430"):
        pay(us, now, SAVINGS)
    with refused("6430"):
        pay(us, now, visa, BankAccountRef={"value": visa})
    with refused("2290"):
        pay(us, now, visa, Amount=-1)
    for missing in ("BankAccountRef", "CreditCardAccountRef", "Amount"):
        with refused("2020"):
            pay(us, now, visa, **{missing: None})
    with refused("500"):
        us.void(KIND, pay(us, now, visa), now=now)


def test_no_card_of_another_currency_is_paid(us: Company, now: datetime) -> None:
    with us.store.write():
        work = Work(us.store, KINDS, us.realm, now)
        held = work.fetch("Preferences", 1) or {}
        held["CurrencyPrefs"]["MultiCurrencyEnabled"] = True
        work.rewrite("Preferences", held)
    us.create("CompanyCurrency", {"Code": "EUR"}, now=now)
    body = {"Name": "Carte", "AccountType": "Credit Card"}
    card = us.create("Account", {**body, "CurrencyRef": {"value": "EUR"}}, now=now)
    with refused("6000"):
        pay(us, now, card["Id"])


def test_memo_and_private_note_are_one(us: Company, now: datetime, visa: str) -> None:
    body = pay(us, now, visa, Memo="March")
    assert (body["PrivateNote"], body["Memo"]) == ("March", "March")
    for name, sent in (("PrivateNote", "April"), ("Memo", "May")):
        body = us.update(KIND, {**body, name: sent}, now=now)
        assert (body["PrivateNote"], body["Memo"]) == (sent, sent)

    def sparsely(**more: Any) -> Body:
        head = {"Id": body["Id"], "SyncToken": body["SyncToken"], "sparse": True}
        return us.update(KIND, {**head, **more}, now=now)

    body = sparsely(Memo="June")
    assert body["PrivateNote"] == "June"
    body = sparsely(PrivateNote="")
    assert "PrivateNote" not in body
    assert "Memo" not in body
    body = sparsely(PrivateNote="July")
    whole = {name: body[name] for name in body if name not in ("Memo", "PrivateNote")}
    assert "Memo" not in us.update(KIND, whole, now=now)


def test_it_is_no_transfer(us: Company, now: datetime, visa: str) -> None:
    body = pay(us, now, visa)
    with refused("610"):
        us.read("Transfer", body["Id"])
