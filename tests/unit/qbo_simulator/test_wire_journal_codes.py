"""Journal codes: known to every company, kept by those in France."""

from __future__ import annotations

from datetime import datetime

import pytest

from qbo_simulator.company import Company
from qbo_simulator.faults import Fault


def test_a_company_outside_of_france_has_none_and_makes_none(
    us: Company, now: datetime
) -> None:
    assert us.query("select * from JournalCode") == {}
    with pytest.raises(Fault, match="Feature Not Supported"):
        us.create("JournalCode", {"Name": "AC", "Type": "Expenses"}, now=now)
