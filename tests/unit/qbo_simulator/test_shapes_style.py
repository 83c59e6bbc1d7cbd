"""How answers are written: numbers, references, moments, the order of keys.

As recorded: money has a decimal point unless it is zero, other numbers are trimmed;
nothing is null; an entity's own fields come first, then what all entities have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from support.casting import Cast
from support.picks import Body
from support.samples import FULL, LEAST
from support.shapes import paths

from qbo_simulator.company import Company
from qbo_simulator.seeds.companies import PROFILES, add
from qbo_simulator.storage.store import Store

NOW = datetime.fromisoformat("2026-03-10T18:30:00+00:00")
HEAD = ["domain", "sparse", "Id", "SyncToken", "MetaData"]
MONEY = frozenset(
    {
        *("Amount", "TotalAmt", "Balance", "BalanceWithJobs", "UnappliedAmt"),
        *("TotalTax", "NetAmountTaxable", "HomeTotalAmt", "HomeBalance", "Deposit"),
        *("CurrentBalance", "CurrentBalanceWithSubAccounts", "RemainingCredit"),
        *("TaxInclusiveAmt", "TaxAmount", "DiscountAmt"),
    }
)
MONEY_STYLE = re.compile(r"0|-?(0|[1-9]\d*)\.\d\d?")
TRIMMED_STYLE = re.compile(r"-?(0|[1-9]\d*)(\.\d*[1-9])?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00")
UNNAMED = (
    ("Payment", "DepositToAccountRef"),
    ("Bill", "SalesTermRef"),
    ("Invoice", "TxnTaxDetail.TxnTaxCodeRef"),
    ("Invoice", "TxnTaxDetail.TaxLine[].TaxLineDetail.TaxRateRef"),
    ("Invoice", "Line[].SalesItemLineDetail.TaxCodeRef"),
    ("Customer", "ParentRef"),
)
NAMED = (
    ("Invoice", "CustomerRef"),
    ("Invoice", "CurrencyRef"),
    ("Invoice", "Line[].SalesItemLineDetail.ItemRef"),
    ("SalesReceipt", "DepositToAccountRef"),
    ("SalesReceipt", "PaymentMethodRef"),
    ("Bill", "VendorRef"),
    ("Bill", "Line[].AccountBasedExpenseLineDetail.AccountRef"),
    ("Purchase", "EntityRef"),
    ("Estimate", "Line[].DiscountLineDetail.DiscountAccountRef"),
)


class Literal(str):
    """A number as it is written."""

    __slots__ = ()


@pytest.fixture(scope="module", params=["us", "multi", "au"])
def rows(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[tuple[str, Body]]]:
    """All that a founded company and every request serve, numbers as written."""
    store = Store(tmp_path_factory.mktemp("style") / "s.sqlite3")
    assert request.param in PROFILES
    founded = add(store, request.param, now=NOW)
    company = add(store, request.param, now=NOW, empty=True)
    cast = Cast(company)
    cast.furnish(NOW)
    parent = {"value": str(cast.ids("Customer")[0])}
    cast.enter(
        "Customer", {"DisplayName": "Job", "Job": True, "ParentRef": parent}, NOW
    )
    for kind in LEAST:
        cast.enter(kind, FULL[kind], NOW)
    yield [
        (kind, body)
        for each in (founded, company)
        for kind in LEAST
        for body in written(each, kind)
    ]
    store.close()


def written(company: Company, kind: str) -> list[Body]:
    text = company.query_bytes(f"select * from {kind} maxresults 100")  # noqa: S608
    found = json.loads(text, parse_float=Literal, parse_int=Literal)
    return list(found.get(kind, []))


def last(path: str) -> str:
    return path.rpartition(".")[2]


def test_money_has_a_point_unless_it_is_zero_and_other_numbers_are_trimmed(
    rows: list[tuple[str, Body]],
) -> None:
    odd = [
        (kind, path, value)
        for kind, body in rows
        for path, _, value in paths(body)
        if isinstance(value, Literal)
        if not (MONEY_STYLE if last(path) in MONEY else TRIMMED_STYLE).fullmatch(value)
    ]
    assert odd == []


def test_nothing_is_null_and_ids_are_strings(rows: list[tuple[str, Body]]) -> None:
    for kind, body in rows:
        for path, type_, value in paths(body):
            assert type_ != "null", (kind, path)
            if last(path) in {"Id", "SyncToken", "value", "TxnId", "DefinitionId"}:
                assert not isinstance(value, Literal), (kind, path)


def test_moments_are_pacific_to_the_second(rows: list[tuple[str, Body]]) -> None:
    for kind, body in rows:
        (inside,) = body.values() if kind == "RecurringTransaction" else (body,)
        for moment in inside["MetaData"].values():
            assert MOMENT.fullmatch(moment), (kind, moment)


def test_what_all_entities_have_stands_together_in_one_order(
    rows: list[tuple[str, Body]],
) -> None:
    for kind, body in rows:
        (inside,) = body.values() if kind == "RecurringTransaction" else (body,)
        names = list(inside)
        start = names.index("domain")
        assert names[start : start + len(HEAD)] == HEAD, kind


def references(rows: list[tuple[str, Body]], kind: str, path: str) -> list[Body]:
    return [
        value
        for each, body in rows
        if each == kind
        for found, _, value in paths(body)
        if found == path
    ]


@pytest.mark.parametrize(("kind", "path"), UNNAMED)
def test_some_references_are_never_named(
    rows: list[tuple[str, Body]], kind: str, path: str
) -> None:
    assert all(set(each) == {"value"} for each in references(rows, kind, path))


@pytest.mark.parametrize(("kind", "path"), NAMED)
def test_other_references_are_always_named(
    rows: list[tuple[str, Body]], kind: str, path: str
) -> None:
    found = references(rows, kind, path)
    assert found
    assert all({"value", "name"} <= set(each) for each in found)


def test_the_subtotal_stands_before_the_discount(rows: list[tuple[str, Body]]) -> None:
    counted = 0
    for _, body in rows:
        kinds = [line.get("DetailType") for line in body.get("Line", [])]
        if {"SubTotalLineDetail", "DiscountLineDetail"} <= set(kinds):
            counted += 1
            assert kinds.index("SubTotalLineDetail") < kinds.index("DiscountLineDetail")
    assert counted


def test_linked_transactions_are_listed_though_there_are_none(
    rows: list[tuple[str, Body]],
) -> None:
    listed: dict[str, list[Any]] = {}
    for kind, body in rows:
        if "LinkedTxn" in body:
            listed.setdefault(kind, []).append(body["LinkedTxn"])
    assert {"Invoice", "Estimate", "Payment", "PurchaseOrder"} <= set(listed)
    assert "JournalEntry" not in listed
    assert "Transfer" not in listed
    assert [] in listed["Invoice"]
