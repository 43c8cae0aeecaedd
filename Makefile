# make setup | demo | test | check | proof | bench | up.  Needs Python 3.11+, make and git; brings its own uv.
PYTHON ?= python3
UV := .tools/bin/uv
RUN := .venv/bin

# A machine that keeps no byte code compiles a thousand files again for each of a hundred processes.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test stories check proof bench up

help: ## Show what can be made
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit("daybreak needs Python 3.11 or newer; run: make PYTHON=/path/to/python3.11") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check uv==0.13.9

.venv/.synced: $(UV) pyproject.toml uv.lock
	@# A second try with the machine's own certificates, for networks with a proxy that reads along.
	@$(UV) sync --quiet --locked --python $(PYTHON) 2>/dev/null || $(UV) sync --quiet --locked --python $(PYTHON) --system-certs
	@touch $@

setup: .venv/.synced ## Build .venv with everything daybreak needs

demo: setup ## Watch one night happen over the sandbox
	@$(RUN)/daybreak demo

check: setup ## Format, lint, types, architecture
	@$(RUN)/ruff format --check .
	@$(RUN)/ruff check .
	@$(RUN)/mypy
	@$(RUN)/lint-imports

# Side by side: mypy keeps one core busy for a minute, the stories wait for vendors and databases.
test: setup ## Everything that must hold, in less than ten minutes
	@$(MAKE) --no-print-directory -j 2 check stories

stories: setup
	@$(RUN)/pytest -n 3 --dist loadgroup

SEEDS ?= 200
PROOFS ?= tests/contracts tests/monitoring
proof: setup ## Sources against hazards into docs/proof.md, and all faults; PROOFS=tests for every slow proof
	@$(RUN)/pytest $(PROOFS) -m proof -n 2 --seeds $(SEEDS) --write-proof docs/proof.md

bench: setup ## Speed and memory, side by side with the alternatives
	@$(UV) sync --quiet --locked --inexact --group bench
	@$(RUN)/python -m benchmarks

up: setup ## Prefect server, worker and schedules on this machine
	@$(RUN)/daybreak up
