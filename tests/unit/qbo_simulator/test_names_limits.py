"""What a name may hold at most, and how what it holds is written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store


def refused(code: str) -> Any:
    return pytest.raises(Fault, match=rf"^{code} ")


def test_the_lines_of_an_address_hold_two_thousand_characters(
    us: Company, now: datetime
) -> None:
    lines = {f"Line{number}": "x" * 400 for number in range(1, 6)}
    made = us.create("Customer", {"DisplayName": "A", "BillAddr": lines}, now=now)
    assert len(made["BillAddr"]["Line5"]) == 400
    with refused("2050"):
        longer = {**lines, "Line5": "x" * 401}
        us.create("Customer", {"DisplayName": "B", "BillAddr": longer}, now=now)


def test_an_employees_name_on_cheques_has_a_hundred_characters(
    us: Company, now: datetime
) -> None:
    body = {"GivenName": "Ada", "PrintOnCheckName": "x" * 101}
    with refused("2050"):
        us.create("Employee", body, now=now)


def test_an_account_is_told_which_characters_its_name_may_not_have(
    us: Company, now: datetime
) -> None:
    with refused("2040") as fault:
        us.create("Account", {"Name": 'a"b', "AccountType": "Bank"}, now=now)
    assert fault.value.detail.endswith("must not contain a colon or a double quote")


@pytest.mark.parametrize("sent", ["15", 14])
def test_the_reason_of_an_exemption_is_written_as_a_word(
    us: Company, now: datetime, sent: Any
) -> None:
    body = {"DisplayName": "A", "Taxable": False, "TaxExemptionReasonId": sent}
    assert us.create("Customer", body, now=now)["TaxExemptionReasonId"] == str(sent)


def test_automated_sales_tax_passes_over_a_customers_tax_code(
    books_store: Store, now: datetime
) -> None:
    (company,) = seed(books_store, now=now, empty=True, profiles=("us-ast",))
    code = company.query("select * from TaxCode")["TaxCode"][0]["Id"]
    body = {"DisplayName": "A", "DefaultTaxCodeRef": {"value": code}}
    assert "DefaultTaxCodeRef" not in company.create("Customer", body, now=now)


@pytest.mark.parametrize(
    "name", ["PrimaryEmailAddr.Address", "Email", "PrimaryPhone", "WebAddr.URI"]
)
def test_only_the_e_mail_address_itself_may_be_asked_for(
    us: Company, name: str
) -> None:
    assert us.query("select * from Customer where PrimaryEmailAddr = 'a@b.co'") == {}
    with refused("4001"):
        us.query(f"select * from Customer where {name} = 'x'")  # noqa: S608
