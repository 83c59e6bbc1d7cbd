"""Tax on purchases and in journal entries: by purchase rates, recovered or owed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from qbo_simulator.books.kind import Draft
from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS
from qbo_simulator.company import Company
from qbo_simulator.faults import Fault
from qbo_simulator.taxes import (
    by_line as line_tax,
    codes as tax_codes,
    purchases as purchase_tax,
)

Body = dict[str, Any]


def expense(amount: Any, code: str | None = "2", **detail: Any) -> Body:
    inner: Body = {"AccountRef": {"value": "7"}, **detail}
    if code:
        inner["TaxCodeRef"] = {"value": code}
    return {"Amount": amount, "AccountBasedExpenseLineDetail": inner}


def working(company: Company, now: datetime) -> Work:
    return Work(company.store, KINDS, company.realm, now)


def test_purchases_bear_the_rates_of_purchases(uk: Company, now: datetime) -> None:
    work = working(uk, now)
    draft = Draft(1, {"GlobalTaxCalculation": "TaxInclusive"}, {})
    lines = [expense(120), expense(10, "4")]
    assert purchase_tax.assess(work, draft, lines) == 20
    assert [each["Amount"] for each in lines] == [100, 10]
    account = tax_codes.account_of_rate(work, 1)
    assert tax_codes.tax_postings(work, draft.new) == {account: Decimal(20)}
    with pytest.raises(Fault) as missing:
        purchase_tax.assess(work, Draft(1, {}, {}), [expense(1, None)])
    assert missing.value.code == "6000"


def test_a_reverse_charge_is_owed_and_recovered_at_once(
    uk: Company, now: datetime
) -> None:
    work = working(uk, now)
    named = uk.query("select * from TaxCode where Name = '20.0% RC SG'")["TaxCode"]
    draft = Draft(1, {}, {})
    assert purchase_tax.assess(work, draft, [expense(100, named[0]["Id"])]) == 0
    taken = [each["Amount"] for each in draft.new["TxnTaxDetail"]["TaxLine"]]
    assert taken == [20, -20]
    assert tax_codes.tax_postings(work, draft.new) == {}


def test_purchases_in_the_united_states_bear_no_tax(us: Company, now: datetime) -> None:
    draft = Draft(1, {"GlobalTaxCalculation": "TaxExcluded", "TxnTaxDetail": {}}, {})
    lines = [expense(120), expense(10, None), expense(5, "TAX")]
    assert purchase_tax.assess(working(us, now), draft, lines) == 0
    codes = [line_tax.detail_of(each) or {} for each in lines]
    assert [each["TaxCodeRef"]["value"] for each in codes] == ["NON", "NON", "TAX"]
    assert draft.new == {}


def journal_line(side: str, amount: Any, **detail: Any) -> Body:
    inner = {"PostingType": side, "AccountRef": {"value": "7"}, **detail}
    return {"Amount": amount, "JournalEntryLineDetail": inner}


def test_a_journal_entry_balances_with_the_tax_of_its_lines(
    uk: Company, now: datetime
) -> None:
    work = working(uk, now)
    coded_line = journal_line(
        "Debit", 100, TaxCodeRef={"value": "2"}, TaxApplicableOn="Purchase"
    )
    lines = [coded_line, journal_line("Credit", 120)]
    draft = Draft(1, {}, {})
    purchase_tax.assess_journal(work, draft, lines)
    assert coded_line["JournalEntryLineDetail"]["TaxAmount"] == 20
    assert draft.new["TxnTaxDetail"]["TotalTax"] == 20
    assert list(purchase_tax.journal_postings(work, lines).values()) == [20]
    del coded_line["JournalEntryLineDetail"]["TaxApplicableOn"]
    with pytest.raises(Fault) as missing:
        purchase_tax.assess_journal(work, draft, lines)
    assert missing.value.code == "2270"
