"""Random banking: whatever is deposited, changed or deleted, the books stay right."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
)

from qbo_simulator.faults import Fault
from qbo_simulator.seeds.companies import seed
from qbo_simulator.storage.store import Store

NOW = datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
FUNDS, CHECKING, SALES = 4, 35, 79
AMOUNTS = st.integers(1, 50_000).map(lambda cents: Decimal(cents) / 100)
Held = tuple[str, str]


class Banking(RuleBasedStateMachine):
    """Payments and sales receipts come in; deposits take some of them to the bank."""

    held = Bundle("held")
    deposits = Bundle("deposits")

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self._folder.name) / "simulator.sqlite3")
        self.us = seed(self.store, now=NOW, empty=True)[0]
        self.us.create("Customer", {"DisplayName": "Ada"}, now=NOW)
        self.amounts: dict[Held, Decimal] = {}
        self.inside: dict[str, set[Held]] = {}
        self.direct: dict[str, Decimal] = {}

    def teardown(self) -> None:
        self.store.close()
        self._folder.cleanup()

    @rule(target=held, amount=AMOUNTS)
    def receive(self, amount: Decimal) -> Held:
        body = {"CustomerRef": {"value": "1"}, "TotalAmt": amount}
        return self._taken("Payment", body, amount)

    @rule(target=held, amount=AMOUNTS)
    def sell(self, amount: Decimal) -> Held:
        line = {
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {},
        }
        return self._taken("SalesReceipt", {"Line": [line]}, amount)

    def _taken(self, kind: str, body: dict[str, Any], amount: Decimal) -> Held:
        one = (kind, str(self.us.create(kind, body, now=NOW)["Id"]))
        self.amounts[one] = amount
        return one

    @rule(target=deposits, some=st.sets(held, min_size=1, max_size=4), more=AMOUNTS)
    def deposit(self, some: set[Held], more: Decimal) -> Any:
        body = {"DepositToAccountRef": {"value": str(CHECKING)}}
        if some & self._deposited() or not some <= self.amounts.keys():
            self._is_refused(lambda: self._enter(body, some, more))
            return multiple()
        made = self._enter(body, some, more)
        self.inside[made["Id"]] = some
        self.direct[made["Id"]] = more
        return made["Id"]

    @rule(one=deposits, some=st.sets(held, min_size=1, max_size=4), more=AMOUNTS)
    def change(self, one: str, some: set[Held], more: Decimal) -> None:
        if one not in self.inside:
            return
        body = {**self.us.read("Deposit", one)}
        taken = self._deposited() - self.inside[one]
        if some & taken or not some <= self.amounts.keys():
            self._is_refused(lambda: self._enter(body, some, more))
            return
        self._enter(body, some, more)
        self.inside[one] = some
        self.direct[one] = more

    @rule(one=consumes(deposits))
    def delete(self, one: str) -> None:
        self.us.delete("Deposit", self.us.read("Deposit", one), now=NOW)
        del self.inside[one], self.direct[one]

    @rule(one=held)
    def take_back(self, one: Held) -> None:
        if one not in self.amounts:
            return
        kind, number = one
        body = self.us.read(kind, number)
        if one in self._deposited():
            self._is_refused(lambda: self.us.delete(kind, body, now=NOW))
            return
        self.us.delete(kind, body, now=NOW)
        del self.amounts[one]

    def _enter(self, body: dict[str, Any], some: set[Held], more: Decimal) -> Any:
        lines: list[dict[str, Any]] = [
            {
                "Amount": self.amounts.get((kind, number), more),
                "LinkedTxn": [{"TxnType": kind, "TxnId": number, "TxnLineId": "0"}],
            }
            for kind, number in sorted(some)
        ]
        detail = {"AccountRef": {"value": str(SALES)}}
        lines.append(
            {
                "Amount": more,
                "DetailType": "DepositLineDetail",
                "DepositLineDetail": detail,
            }
        )
        body["Line"] = lines
        verb = self.us.update if "Id" in body else self.us.create
        return verb("Deposit", body, now=NOW)

    def _is_refused(self, wish: Any) -> None:
        try:
            wish()
        except Fault:
            return
        raise AssertionError("it was not refused")

    def _deposited(self) -> set[Held]:
        return set().union(*self.inside.values())

    @invariant()
    def undeposited_funds_hold_what_is_not_deposited(self) -> None:
        waiting = self.amounts.keys() - self._deposited()
        balance = self.us.trial_balance()
        assert balance.get(FUNDS, 0) == sum(self.amounts[each] for each in waiting)
        brought = sum(self.amounts[each] for each in self._deposited())
        assert balance.get(CHECKING, 0) == brought + sum(self.direct.values())

    @invariant()
    def the_trial_balance_is_zero(self) -> None:
        assert sum(self.us.trial_balance().values()) == 0

    @invariant()
    def whatever_is_deposited_shows_where(self) -> None:
        for one in self.amounts:
            body = self.us.read(*one)
            shown = {each["TxnId"] for each in body.get("LinkedTxn", [])}
            assert shown == {each for each, some in self.inside.items() if one in some}


Banking.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=15,
    suppress_health_check=list(HealthCheck),
)
TestBanking = Banking.TestCase
