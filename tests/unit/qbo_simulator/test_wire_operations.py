"""One list of what calls do: addresses, fault rules and metering agree on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qbo_simulator import operations
from qbo_simulator.api import calls, routes, writes
from qbo_simulator.api.metering import price_group
from qbo_simulator.injection import Rule
from qbo_simulator.switches import Switches


def test_every_operation_has_its_answer_and_its_address() -> None:
    assert set(calls.READS) == set(operations.READS)
    assert set(writes.WRITES) == {*operations.WRITES, operations.BATCH}
    of_addresses = {
        each for methods in routes.METHODS.values() for each in methods.values()
    }
    known = {*operations.READS, *operations.WRITES, operations.BATCH}
    assert of_addresses <= known


DOCUMENT = Path(__file__).parents[3] / "docs" / "simulator.md"


@pytest.mark.parametrize("switch", Switches().shown())
def test_every_switch_is_documented(switch: str) -> None:
    assert f"`{switch}`" in DOCUMENT.read_text()


@pytest.mark.parametrize("operation", operations.WRITES)
def test_a_fault_rule_for_writes_is_about_each_of_them(operation: str) -> None:
    rule = Rule("throttle", operation="write")
    assert rule.matches(realm="1", entity="x", operation=operation)
    assert price_group({"status": 200, "operation": operation}) == "core"
    assert Rule("throttle", operation=operation).operation == operation


@pytest.mark.parametrize("operation", [*operations.READS, operations.BATCH])
def test_a_fault_rule_for_writes_is_about_nothing_else(operation: str) -> None:
    rule = Rule("throttle", operation="write")
    assert not rule.matches(realm="1", entity="x", operation=operation)
