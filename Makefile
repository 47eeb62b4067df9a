# Everything one does with the portal. `make help` lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8000
ifdef SOURCES
export SOURCES := $(abspath $(SOURCES))
endif
export PORT

.PHONY: help run setup assets test test-postgres test-elasticsearch prove check bench lock format clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

run: $(VENV)/.base ## Set up what is missing, and serve the site (PORT, SOURCES, DATABASE_URL)
	@$(PY) manage.py set_up
	@DJANGO_SETTINGS_MODULE=$${DJANGO_SETTINGS_MODULE:-portal.settings.dev} exec $(VENV)/bin/gunicorn --config portal/gunicorn.py portal.wsgi

setup: $(VENV)/.base ## Set up everything without serving
	@$(PY) manage.py set_up

test: $(VENV)/.dev assets ## Run all tests: with the browser, on SQLite, PostgreSQL and a real Elasticsearch
	@$(PY) -m tests.support.browser_at_hand
	@$(MAKE) --no-print-directory test-postgres
	@$(MAKE) --no-print-directory test-elasticsearch
	@$(PY) -m pytest -n 2 --dist loadfile -m browser tests/browser
	@$(PY) -m pytest -n 2 --dist loadfile -m "not browser and not prove and not elasticsearch and not postgres"

test-postgres: $(VENV)/.dev assets ## Run the tests that use a database on a throw-away PostgreSQL
	@$(PY) -m tests.support.throwaway_postgres $(PY) -m pytest -n 2 --dist loadfile -m "not browser and not elasticsearch" tests/guidance tests/decision_trees tests/search tests/learning tests/portal --ignore=tests/decision_trees/engine --ignore=tests/guidance/importing

test-elasticsearch: $(VENV)/.dev assets ## Run the tests of the search on a throw-away Elasticsearch (fetched once, needs Java and Maven)
	@$(PY) -m tests.support.throwaway_elasticsearch $(PY) -m pytest -n 2 --dist loadfile -m elasticsearch tests/search

prove: $(VENV)/.dev assets ## Set the prover of trees beside a judge that lists up to a million combinations of answers
	@$(PY) -m pytest -m prove tests/decision_trees/engine

check: $(VENV)/.dev assets ## Static checks: style, types, import contracts, templates, migrations, system checks
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/lint-imports --no-cache
	@$(VENV)/bin/mypy
	@$(VENV)/bin/djlint templates --check --lint --quiet
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(PY) manage.py makemigrations --check --dry-run
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(PY) manage.py check --fail-level WARNING

bench: $(VENV)/.dev assets ## Print the figures: search quality, and CPU time beside stock Wagtail, searches at growing sizes (half an hour)
	@$(PY) -m bench

assets: $(VENV)/.base
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(PY) manage.py prepare_assets --verbosity 0

format: $(VENV)/.dev ## Rewrite code and templates in the house style
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/djlint templates --reformat --quiet

lock: .boot/bin/uv ## Resolve requirements/*.in anew into the hashed files
	@cd requirements && for name in base dev; do \
	  ../.boot/bin/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-annotate $$name.in -o $$name.txt; done

clean: ## Remove the environments and everything in var/
	@rm -rf $(VENV) .boot var

.boot/bin/uv:
	@echo "Making the tool that installs (once)…"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: PYTHON=python3.11 make run"; exit 1; }
	@$(PYTHON) -m venv .boot
	@.boot/bin/pip install --quiet --disable-pip-version-check 'uv==0.13.9'

$(VENV)/.base: .boot/bin/uv requirements/base.txt
	@echo "Installing the portal's packages…"
	@test -x $(PY) || .boot/bin/uv venv --quiet --python "$$(.boot/bin/python -c 'import sys; print(sys._base_executable)')" $(VENV)
	@.boot/bin/uv pip install --quiet --compile-bytecode --python $(PY) --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.txt
	@echo "Installing the packages for tests and checks…"
	@.boot/bin/uv pip install --quiet --compile-bytecode --python $(PY) --require-hashes -r requirements/dev.txt
	@touch $@
