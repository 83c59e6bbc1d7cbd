#!/bin/sh
# The long forms of the tests: every property with other examples than last time, many
# random businesses on both sides of sync, and a large import whose workers are killed.
# A failure prints how to repeat it: a property its blob, a business its seed, where
# SYNC_MACHINE_SEED starts.
set -eu
cd "$(dirname "$0")/.."
for _ in $(seq "${SOAK_ROUNDS:-20}"); do
    .venv/bin/pytest -n 2 -m hypothesis --hypothesis-profile=explore
done
SYNC_MACHINE_RUNS="${SOAK_RUNS:-2000}" SYNC_MACHINE_STEPS="${SOAK_STEPS:-100}" \
    .venv/bin/pytest -n 2 tests/integration/sync/test_machine.py
SYNC_KILLS=full .venv/bin/pytest tests/journeys/test_killed_import.py
