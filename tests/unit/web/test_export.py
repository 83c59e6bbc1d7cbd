from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from counterfoil.web.records.export import RISKY, safe


@pytest.mark.parametrize(
    "text", ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "\t=1", "\r=1", "|calc", "%0A"]
)
def test_text_that_a_spreadsheet_would_run_is_quoted(text):
    assert safe(text) == f"'{text}"


def test_numbers_stay_numbers():
    assert safe(Decimal("-12.50")) == "-12.5"
    assert safe("Marbella Foods") == "Marbella Foods"
    assert safe(None) == ""


@given(st.text())
def test_no_text_begins_like_a_formula(text):
    assert not safe(text).startswith(RISKY)
