#!/bin/sh
# The long forms of the tests of sync: many random businesses, and a large import whose
# workers are killed. A failure prints its seed; SYNC_MACHINE_SEED starts there.
set -eu
cd "$(dirname "$0")/.."
SYNC_MACHINE_RUNS="${SOAK_RUNS:-2000}" SYNC_MACHINE_STEPS="${SOAK_STEPS:-100}" \
    .venv/bin/pytest -n 2 tests/integration/sync/test_machine.py
SYNC_KILLS=full .venv/bin/pytest tests/journeys/test_killed_import.py
