# Two commands: `make run` builds and serves the region, `make test` passes the whole suite.

PYTHON ?= python3.11
BIN := .venv/bin
REGION ?= emscher-lippe
REVIER_HOME ?= var
export REVIER_HOME

.PHONY: run test lint bench screenshots clean

run: .venv/installed
	@$(BIN)/revier build --if-changed regions/$(REGION)
	@$(BIN)/revier serve

test: .venv/tested lint
	@$(BIN)/pytest

lint: .venv/tested
	@$(BIN)/ruff check
	@$(BIN)/mypy

bench: .venv/tested
	@$(BIN)/python -m bench.ingest
	@$(BIN)/python -m bench.http
	@$(BIN)/python -m bench.match_speed
	@$(BIN)/python -m bench.match_http
	@$(BIN)/python -m bench.chaos
	@$(BIN)/python -m bench.pages

screenshots: .venv/tested
	@$(BIN)/python -m bench.screenshots

clean:
	rm -rf .venv var build *.egg-info

.venv/installed: setup.cfg constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or later is needed: make PYTHON=python3.12 run"; exit 1; }
	@echo "Installing Revier and what it needs into .venv; the first time this takes about a minute."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

.venv/tested: .venv/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .[test]
	@touch $@
