"""Every fault that a write can meet has a cause, a sentence and something to do."""

from __future__ import annotations

import pytest

from counterfoil.connectors.quickbooks.causes import BY_CODE, CAUSES
from counterfoil.connectors.quickbooks.errors import SENTENCES, error_for
from counterfoil.connectors.quickbooks.faults import Fault
from counterfoil.core.errors import (
    Gone,
    Invalid,
    NeedsReconnect,
    Rejected,
    Retryable,
    Stale,
    Unclear,
)
from counterfoil.sync import categories
from counterfoil.sync.categories import CATEGORIES, Action

# Intuit's list of error codes, but for 0, which is success.
LISTED = """
    100 110 120 130 140 150 500 600 610 620 630 700 800 900 1000 1010 1020 1040 1050
    2000 2010 2020 2030 2040 2050 2060 2070 2080 2090 2100 2110 2120 2130 2140 2150
    2160 2170 2180 2190 2200 2210 2220 2230 2240 2250 2260 2270 2280 2290 2300 2500
    2600 3000 3001 3100 3200 3202 4000 4001 4002 5000 5010 5020 5030 6000 6010 6020
    6030 6040 6041 6050 6060 6070 6080 6090 6100 6110 6120 6130 6140 6150 6160 6170
    6180 6190 6200 6210 6220 6230 6240 6250 6270 6280 6290 6300 6310 6320 6330 6340
    6350 6360 6370 6380 6390 6400 6420 6430 6440 6450 6460 6470 6480 6490 6500 6510
    6520 6530 6540 10000 10100 10200
"""
CODES = LISTED.split()


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_intuits_list_has_a_cause(code: str) -> None:
    status = 401 if code in {"100", "110", "120", "3200"} else 400
    fault = Fault(status, code=code, message="A message", detail="A detail")
    known = categories.of_code(code, service="quickbooks")
    assert known is not None
    met = categories.of(error_for(fault, is_write=True), service="quickbooks")
    assert str(met.label)
    assert str(met.sentence)
    assert met.actions


def test_no_code_has_two_causes() -> None:
    assert sum(len(codes) for codes in CAUSES.values()) == len(BY_CODE)


def test_every_cause_is_one_that_pages_know() -> None:
    assert set(CAUSES) <= set(CATEGORIES)


def test_every_code_with_a_sentence_of_its_own_is_grouped() -> None:
    assert set(SENTENCES) <= set(BY_CODE)


@pytest.mark.parametrize("category", CATEGORIES.values(), ids=lambda each: each.key)
def test_every_cause_has_a_way_out(category: categories.Category) -> None:
    assert str(category.label)
    assert str(category.sentence).endswith(".")
    assert set(category.actions) & {Action.RETRY, Action.RECONNECT}


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (Rejected("x", field="name", code="6240"), "name_taken"),
        (Rejected("x", code="2500"), "reference"),
        (Rejected("x", code="never heard of"), "other"),
        (Rejected("x", field="email"), "email"),
        (Rejected("x", field="income_account"), "needs_choice"),
        (Rejected("x", field="phone"), "bad_value"),
        (Gone("x"), "gone"),
        (Stale("x"), "busy"),
        (Retryable("x"), "later"),
        (Unclear("x"), "uncertain"),
        (NeedsReconnect("x"), "reconnect"),
        (Invalid({"": ["x"]}), "refused_here"),
        (ZeroDivisionError(), "ours"),
    ],
)
def test_an_error_is_grouped_by_its_code_its_field_or_its_kind(
    error: Exception, key: str
) -> None:
    assert categories.of(error, service="quickbooks").key == key


def test_a_code_means_nothing_to_another_service() -> None:
    assert categories.of_code("6240", service="elsewhere") is None
    assert categories.by_key("never heard of").key == "other"
