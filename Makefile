# Everything sets itself up: git, make and Python 3.11+ are enough.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup chat run test lint format weights bench check clean

help:           ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

setup: $(READY) ## make .venv with the command orientasoin, and prepare the recogniser

$(READY): pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv sync --quiet --frozen --inexact
	@$(BIN)/orientasoin train
	@touch $@

chat: $(READY)  ## talk with the bot in the terminal
	@$(BIN)/orientasoin chat

run: $(READY)   ## start the Telegram bot
	@$(BIN)/orientasoin run

test: $(READY)  ## run the tests
	@$(BIN)/orientasoin train
	@$(BIN)/python -m pytest -n 2

lint: $(READY)  ## check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(READY) ## rewrite the code in the common style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

weights: $(READY) ## learn from the data, and keep the weights with them: a clone need not learn
	@$(BIN)/orientasoin train --livrer

bench: $(READY) ## long measurements: accuracy and speed beside simple methods
	@$(BIN)/python -m bench

check: $(READY) ## check the data
	@$(BIN)/orientasoin check

clean:          ## remove what setup made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
