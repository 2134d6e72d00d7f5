# Everything a developer or a curious person types. A machine needs Python 3.11 and make, nothing else.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help install demo tour test check format lint types imports catalogues lock migration bench torture clean

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22

install: $(READY) ## Install everything into .venv

$(READY): requirements.lock pyproject.toml
	@echo "Installing Scharnier and its tools into .venv (once, about a minute) ..."
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python "$(PYTHON)" .venv && \
	  uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	  $(PYTHON) -m venv .venv && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $(READY)

demo: $(READY) ## Try it in a local Slack with a sample company, no Slack account needed: make demo args="--language de"
	@$(BIN)/scharnier demo $(args)

tour: $(READY) ## The five steps of the main job, played and printed
	@$(BIN)/python -m sample.tour

test: $(READY) ## Run every test, on SQLite and on PostgreSQL
	@echo "Running the tests on SQLite and on a real PostgreSQL (installed with the tools) ..."
	@$(BIN)/python -m coverage erase
	@$(BIN)/python -m coverage run -m pytest -q --ignore=tests/torture
	@$(BIN)/python -m coverage combine -q
	@$(BIN)/python -m coverage report --fail-under=95 --skip-covered
	@$(BIN)/python -m coverage report --fail-under=99 --include='bot/domain/*,bot/services/*' --skip-covered
	@echo "Killing, racing, cutting and forging for four minutes ..."
	@$(BIN)/python -m pytest -q tests/torture

check: $(READY) format lint types imports catalogues test ## Everything that must be green before it lands

format:
	@echo "Format ..." && $(BIN)/ruff format --check --quiet .

lint:
	@echo "Lint ..." && $(BIN)/ruff check --quiet .

types:
	@echo "Types ..." && $(BIN)/mypy

imports:
	@echo "Imports ..." && $(BIN)/lint-imports --no-cache

catalogues:
	@echo "Catalogues ..." && $(BIN)/python -m bot.i18n.catalogues --check

bench: $(READY) ## Measure what docs/benchmarks.md claims
	@$(BIN)/python -m tests.benchmarks

torture: $(READY) ## Kill, race, cut and forge for hours, and print the table: make torture args="kills --kills 50"
	@$(BIN)/python -m tests.torture $(args)

lock: ## Pin the newest allowed versions with their hashes
	@uv pip compile --quiet --upgrade --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --no-emit-find-links --all-extras --group tests --group dev --universal --python-version 3.11 \
	  --output-file requirements.lock pyproject.toml

migration: $(READY) ## Write the migration for changed tables: make migration m="What changed"
	@$(BIN)/python -m storage.schema "$(m)"

clean: ## Remove what was built
	@rm -rf .venv build dist .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis
