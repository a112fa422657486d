# make demo   the TUI on a running hub with a small plant     make test   everything that must hold
# make setup  only the environment (.venv)                    make help   the rest
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
# Companies put their own certificate authority into the system's store: trust what the system trusts.
UV := $(BIN)/python -m uv --system-certs

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check lint types contracts docs-check messages-check messages docs test-servers bench bench-rules bench-picture bench-watch bench-soak bench-devices lock screenshots clean

help:  ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## the virtual environment .venv with everything in it

$(STAMP): requirements.txt pyproject.toml
	@echo "==> Making the environment in $(VENV) ($$($(PY) --version 2>&1))"
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Watchroom needs Python 3.11 or newer; name one with: make PY=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PY) -m venv $(VENV) || { echo "python3 has no venv module; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "==> Installing the pinned packages (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(UV) pip install --quiet --python $(BIN)/python --requirement requirements.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $(STAMP)
	@echo "==> Ready: $(BIN)/hub --help"

demo: setup  ## a small plant with eight cameras, and the TUI on it
	@$(BIN)/hub demo start

test: setup test-servers check  ## everything that must hold: checks, then the tests
	$(BIN)/python -m pytest -n 4 --dist worksteal

check: setup lint types contracts docs-check messages-check  ## ruff, mypy, import contracts, docs, translations

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports

docs-check: setup
	$(BIN)/python -m tests.guards.docs --check

docs: setup  ## write the generated pages anew
	$(BIN)/python -m tests.guards.docs

messages-check: setup
	$(BIN)/python -m tests.guards.messages --check

messages: setup  ## collect the texts to translate and compile the catalogues
	$(BIN)/python -m tests.guards.messages

test-servers:  ## the real servers that the tests talk to (Debian packages)
	@sh tests/servers/install.sh

bench: setup  ## the figures in docs/design/performance.md, measured here and now
	$(BIN)/python -m bench

bench-rules: setup  ## the cost of rules, of few and of many, against Home Assistant's automations
	$(BIN)/python -m bench rules

# OpenCV is only for the generator that disturbs real clips, so it stands outside .venv and is not installed without it.
BENCH_OPENCV := .bench/opencv
TAMPER ?= ../shared/tamper
BENCH_NEEDS := $(if $(wildcard $(TAMPER)/gen.py),$(BENCH_OPENCV)/.ready)

$(BENCH_OPENCV)/.ready: pyproject.toml | $(STAMP)
	@echo "==> Installing OpenCV into $(BENCH_OPENCV) for the disturbed clips (once)"
	@$(UV) pip install --quiet --python $(BIN)/python --target $(BENCH_OPENCV) --no-deps --group bench-picture
	@touch $@

# Options: make bench-picture ARGS="--quick --only dirt,cobweb --camera vtest --why"; all of them: ARGS=--help
bench-picture: setup $(BENCH_NEEDS)  ## how well picture faults are found (docs/operate/accuracy.md); an hour, ARGS=--quick minutes
	PYTHONPATH=$(BENCH_OPENCV) $(BIN)/python -m bench.picture --tamper $(TAMPER) $(ARGS)

bench-watch: setup test-servers  ## the cost of watching live streams, against motion and a floor
	-@sh tests/servers/install.sh bench
	$(BIN)/python -m bench watch

bench-soak: setup test-servers  ## half an hour of streams that come and go: nothing may grow
	$(BIN)/python -m bench soak --minutes 30

bench-devices: setup  ## 300 devices asked and listened to, then with some that hang; four minutes
	$(BIN)/python -m bench devices --minutes 4

lock: setup  ## pin the newest packages that fit
	$(UV) pip compile --quiet --upgrade --universal --no-emit-index-url --no-header --no-annotate --extra dev pyproject.toml -o requirements.txt

screenshots: setup  ## the pictures in the README, from a running demo
	$(BIN)/python docs/screenshots.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
