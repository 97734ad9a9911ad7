# Everything this project does, by one word each: `make help` lists them. Each word builds the virtual
# environment it needs in .venv; a second call finds it there. Needs Python 3.11 to 3.13 and nothing else.
SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
SERVE ?= 1
T ?=
ARGS ?=
# -e installs this folder itself, so that a change is seen at once; empty installs a copy (the Dockerfile).
EDITABLE ?= -e
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input

# How all the tests are run: one process for each core, each of which holds about 1.5 GB.
WHOLE := --numprocesses logical --maxprocesses 4 --dist worksteal --cov --cov-report=term

SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
ifeq ($(origin PYTHON), undefined)
PYTHON := $(shell for candidate in python3.13 python3.12 python3.11 python3; do \
	"$$candidate" -c '$(SUPPORTED)' >/dev/null 2>&1 && { echo "$$candidate"; break; }; done)
endif

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench bench-import bench-sight core dev clean

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.core ## draw a register, index it, search three photos, then serve the page (SERVE=0: do not serve)
	$(BIN)/artrieve demo $(if $(filter 0,$(SERVE)),--no-serve) $(ARGS)

test: $(VENV)/.dev ## run the tests and report coverage (T=tests/data: only those; ARGS='-x': options of pytest)
	$(BIN)/python -m pytest $(T) $(if $(T),,$(WHOLE)) $(ARGS)

check: $(VENV)/.dev ## lint, formatting, types, and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev ## put the code into the one format and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## measure indexing and searching beside the sum of their bare steps, into docs/benchmarks/
	$(BIN)/python -m scripts.bench $(ARGS)

bench-import: $(VENV)/.dev ## measure importing, importing again and undoing 20,000 rows, likewise
	$(BIN)/python -m scripts.bench_import $(ARGS)

bench-sight: $(VENV)/.dev ## measure what is found and what is falsely alarmed about, beside other methods, likewise
	$(BIN)/python -m scripts.bench_sight $(ARGS)

core: $(VENV)/.core ## only install what the service needs (VENV=folder: elsewhere)

dev: $(VENV)/.dev ## only install what the tests and checks need as well

clean: ## remove the virtual environment, the demo and everything else that was generated
	rm -rf $(VENV) .demo .artrieve .bench-sight build dist htmlcov .coverage .coverage.* *.egg-info \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find service indexer models data scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.core: pyproject.toml | $(BIN)/python
	$(PIP) $(EDITABLE) .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(PIP) $(EDITABLE) '.[dev]'
	@touch $(VENV)/.core $@

$(BIN)/python:
	@"$(PYTHON)" -c '$(SUPPORTED)' >/dev/null 2>&1 || { \
		echo "make: no usable Python$(if $(PYTHON), in '$(PYTHON)'). Artrieve needs Python 3.11, 3.12 or 3.13:" \
		"install one, or name one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo "make: '$(PYTHON)' could not make a virtual environment. On Debian and Ubuntu:" \
		"apt-get install python3-venv" >&2; exit 1; }
