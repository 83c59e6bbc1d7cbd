# Needs make, Python 3.11 or newer and a package registry. See `make help`.
VENV := .venv/bin
export PORT ?= 8000
export SIMULATOR_PORT ?= 8090
export COUNTERFOIL_HOME ?= $(CURDIR)/var
TEST_HOME := $(COUNTERFOIL_HOME)/test
PYTEST_ARGS ?= -n 2 --dist loadfile
LANGUAGES := ko pt_BR pl

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset test check fix bench chaos soak translations requirements clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@sed -n 's/^#: /  /p' Makefile

.venv/ready-demo: requirements/demo.txt pyproject.toml tools/setup.sh
	@tools/setup.sh demo

.venv/ready-dev: requirements/dev.txt pyproject.toml tools/setup.sh
	@tools/setup.sh dev

setup: .venv/ready-demo ## Make .venv with the commands counterfoil and qbo-simulator
	@echo "Ready: .venv/bin/counterfoil and .venv/bin/qbo-simulator."

demo: .venv/ready-demo ## Start the product with demo data and a simulated QuickBooks; Ctrl-C stops
	@exec $(VENV)/counterfoil demo

demo-reset: .venv/ready-demo ## Delete the demo's data and start it afresh
	@exec $(VENV)/counterfoil demo --reset

test: .venv/ready-dev ## Run all tests (PYTEST_ARGS="tests/unit -x" for some)
	@tools/browser.sh
	COUNTERFOIL_HOME="$(TEST_HOME)" PYTHONHASHSEED=0 $(VENV)/pytest $(PYTEST_ARGS)

check: .venv/ready-dev ## Check format, lint, types, imports, migrations, translations, rules
	@PATH="$(CURDIR)/$(VENV):$$PATH" tools/check.sh

fix: .venv/ready-dev ## Format the code and mend what can be mended
	$(VENV)/ruff check --fix --quiet .
	$(VENV)/ruff format --quiet .

bench: .venv/ready-dev ## Measure; prints one JSON line per figure
	@COUNTERFOIL_HOME="$(TEST_HOME)" $(VENV)/python -m benchmarks

chaos: .venv/ready-dev ## Kill workers while documents are made; prints one JSON line
	@COUNTERFOIL_HOME="$(TEST_HOME)" $(VENV)/python -m benchmarks.chaos

soak: .venv/ready-dev ## Try properties and sync at random, for long; kill a large import
	@COUNTERFOIL_HOME="$(TEST_HOME)" tools/soak.sh

translations: .venv/ready-dev ## Collect the texts and bring the catalogues up to date
	$(VENV)/python tools/translations.py update

requirements: ## Compile requirements/*.txt anew from pyproject.toml (needs uv)
	@tools/requirements.sh

clean: ## Delete the environment, caches and build output; keeps var
	rm -rf .venv build dist test-output .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/*.egg-info

#:
#: PORT=8000 SIMULATOR_PORT=8090                 ports of make demo
#: COUNTERFOIL_HOME=./var                        where state is kept
#: PYTHON=python3                                interpreter for the environment
#: COUNTERFOIL_INSTALLER=pip                     do without uv where there is one
#: BENCH_CUSTOMERS=20000 BENCH_SECONDS=30        size of make bench; all: python -m benchmarks --help
#: SOAK_ROUNDS=20 SOAK_RUNS=2000 SOAK_STEPS=100  size of make soak
#: CHAOS_SIZE=500 CHAOS_MATRIX=whole             size of make chaos; all: python -m benchmarks.chaos --help
