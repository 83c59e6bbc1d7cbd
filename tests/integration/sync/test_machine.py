"""Whatever happens on both sides and in between: they agree in the end, or somebody is asked.

``make soak`` runs many more; ``SYNC_MACHINE_SEED`` and ``SYNC_MACHINE_RUNS`` choose them.
A failure prints its seed.
"""

from __future__ import annotations

import os

import pytest
from support.sync_machine import Machine
from support.sync_oracle import problems

pytestmark = pytest.mark.django_db
FIRST = int(os.environ.get("SYNC_MACHINE_SEED", "0"))
RUNS = int(os.environ.get("SYNC_MACHINE_RUNS", "200"))
STEPS = int(os.environ.get("SYNC_MACHINE_STEPS", "50"))
AT_ONCE = 5


@pytest.mark.parametrize("first", range(FIRST, FIRST + RUNS, AT_ONCE))
def test_both_sides_agree_or_somebody_is_asked(first: int) -> None:
    """No loop, no lost edit, nothing emptied, nothing written after rest."""
    for seed in range(first, min(first + AT_ONCE, FIRST + RUNS)):
        machine = Machine(seed)
        machine.run(STEPS)
        rounds = machine.settle()
        assert rounds < 99, f"seed {seed} does not come to rest"
        assert not (found := problems(machine)), f"seed {seed}: {found}"
