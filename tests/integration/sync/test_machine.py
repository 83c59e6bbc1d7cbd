"""Whatever happens on both sides and in between: they agree in the end, or somebody is asked.

``make soak`` runs many more; ``SYNC_MACHINE_SEED`` and ``SYNC_MACHINE_RUNS`` choose them.
A failure prints its seed.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from support.sync_accidents import DEEDS
from support.sync_deeds import answer_everything
from support.sync_machine import NEVER, Machine
from support.sync_oracle import problems, waiting
from support.sync_summary import summary

pytestmark = pytest.mark.django_db
FIRST = int(os.environ.get("SYNC_MACHINE_SEED", "0"))
RUNS = int(os.environ.get("SYNC_MACHINE_RUNS", "200"))
STEPS = int(os.environ.get("SYNC_MACHINE_STEPS", "50"))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RUNS))
def test_both_sides_agree_or_somebody_is_asked(
    seed: int, record_property: Callable[[str, object], None]
) -> None:
    """No loop, no lost edit, nothing emptied, nothing written after rest."""
    machine = Machine(seed)
    machine.run(STEPS, DEEDS)
    assert machine.settle() < NEVER, f"seed {seed} does not come to rest"
    assert not (found := problems(machine)), f"seed {seed}: {found}"
    assert not (found := machine.look_again()), f"seed {seed}: {found}"
    if answer_everything(machine):
        _answered(machine)
    assert not (found := waiting()), f"seed {seed}: {found}"
    record_property("machine", summary(machine))


def _answered(machine: Machine) -> None:
    """Nobody is asked the same again, and what was held back follows."""
    told = f"seed {machine.seed}, once answered"
    assert machine.settle() < NEVER, f"{told}: does not come to rest"
    assert not machine.conflicts(), f"{told}: a conflict is open again"
    assert not (found := problems(machine)), f"{told}: {found}"
