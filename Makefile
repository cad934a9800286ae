# plateseg: `make run` starts the app, `make test` runs everything. HOST=, PORT=, TORCH=cpu, PYTHON= as overrides.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 7860
TORCH ?=
MINUTES ?= 20
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: run setup setup-dev browser test lint bench bench-scale bench-quality bench-drawn bench-health bench-suspects bench-specks bench-board starter screenshots clean help

help:            ## this list
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

run: setup       ## start the app on http://$(HOST):$(PORT)
	HOST=$(HOST) PORT=$(PORT) $(BIN)/python app.py

setup: $(VENV)/.ready  ## create .venv and install what running needs

setup-dev: $(VENV)/.ready-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "plateseg needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make run PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.txt | $(VENV)/bin/python
ifeq ($(TORCH),cpu)
	$(BIN)/pip install -q torch torchvision --index-url https://download.pytorch.org/whl/cpu
endif
	$(BIN)/pip install -q -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready
	$(BIN)/pip install -q -r requirements-dev.txt
	@touch $@

browser: setup-dev
	@$(BIN)/python -m tests.e2e.browser

test: setup-dev browser lint  ## lint, types, JavaScript, unit, integration, process and browser tests
	@if command -v node >/dev/null; then node --test tests/js/*.test.mjs; \
	  else echo "Node.js 20 or newer is missing, so the JavaScript tests cannot run. Install it: https://nodejs.org"; exit 1; fi
	$(BIN)/python -m pytest --ignore=tests/e2e
	$(BIN)/python -m pytest tests/e2e

lint: setup-dev  ## ruff and mypy
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: setup-dev  ## the speed table
	$(BIN)/python -m bench.speed
	$(BIN)/python -m bench.scale
	$(BIN)/python -m bench.formats

bench-scale: setup-dev  ## ITEMS= rows, 100,000 unless said otherwise; PHOTOGRAPHS= small files imported and exported
	$(BIN)/python -m bench.scale

bench-quality: setup-dev  ## the quality figure of README: MINUTES= of training, 20 unless said otherwise
	MINUTES=$(MINUTES) $(BIN)/python -m bench.quality

bench-drawn: setup-dev  ## train on COUNT= drawings of SIDE= pixels alone for MINUTES=, judge on real photographs
	COUNT=$(or $(COUNT),2000) SIDE=$(or $(SIDE),384) MINUTES=$(MINUTES) $(BIN)/python -m bench.drawn_alone

bench-health: setup-dev  ## splits and label checks: the leak avoided, false alarms, 100,000 photographs
	$(BIN)/python -m bench.leaks

bench-suspects: setup-dev  ## label errors planted in 150 masks, and how many are found
	$(BIN)/python -m bench.suspects

bench-specks: setup-dev  ## rules against specks beside a plate, on photographs the starter never saw: MODEL=, IMAGE_SIZE=
	MODEL=$(MODEL) IMAGE_SIZE=$(IMAGE_SIZE) $(BIN)/python -m bench.specks

bench-board: setup-dev  ## every architecture for a short while, in one table
	$(BIN)/python -m bench.board

starter: setup-dev  ## train the model that is shipped: COUNT= drawings, MINUTES= of training
	COUNT=$(or $(COUNT),2400) MINUTES=$(MINUTES) $(BIN)/python -m bench.starter

screenshots: setup-dev browser  ## docs/screenshots on drawn plates
	$(BIN)/python -m bench.screenshots

clean:           ## remove .venv and caches; data stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
