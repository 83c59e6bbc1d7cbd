#!/bin/sh
# Everything that can be checked without running the product. Runs all, then fails.
set -u
cd "$(dirname "$0")/.."
failed=""

check() {
    name=$1
    shift
    printf '%-14s' "$name"
    if output=$("$@" 2>&1); then
        echo "ok"
    else
        echo "FAILED: $*"
        echo "$output"
        failed="$failed $name"
    fi
}

check format ruff format --check .
check lint ruff check .
check types mypy
check imports lint-imports
check migrations python tools/migrations.py
check translations python tools/translations.py check
check house python tools/house.py

if [ -n "$failed" ]; then
    echo "Failed:$failed"
    exit 1
fi
