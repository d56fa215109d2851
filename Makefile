# Everything a newcomer needs: `make run` and `make test`. Each target sets up what it needs.
# Wants Python 3.11 or later and the package index; nothing else.

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup run test test-sqlite test-postgres test-browser check bench prove demo pictures lock

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PORT ?= 8000
# Without its bytecode Python compiles everything anew in every process: each starts three times as slowly.
unexport PYTHONDONTWRITEBYTECODE

# One look at everything as if in production; the key is for this check only.
AS_IN_PRODUCTION = env DEBUG=off SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(50))") \
	ALLOWED_HOSTS=leads.example.com CSRF_TRUSTED_ORIGINS=https://leads.example.com EMAIL_URL=smtp://localhost:25

help:  ## What can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

setup: $(READY)  ## The virtual environment with the locked dependencies

# Made again only when the lock changes. uv comes from the package index like everything else; where it cannot reach the
# index (it does not read pip's configuration), pip installs the same lock.
$(READY): requirements-dev.txt requirements-uv.txt
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'LeadOps needs Python 3.11 or later; try: make setup PYTHON=python3.11')"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.txt \
		|| $(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: setup  ## LeadOps on this machine, at http://127.0.0.1:8000/ (PORT=8001 for another port)
	@$(BIN)/python -m leadops.run

test: setup test-sqlite test-postgres test-browser  ## The test suite, on SQLite, on PostgreSQL, and in a browser

# Two at a time, each with databases of its own.
test-sqlite: setup
	TEST_DATABASE=sqlite $(BIN)/python -m pytest -n 2 -m "not browser and not slow"

# What knows no database, who gets which page, and what hides from whom, once is enough.
ONCE = --asks-a-database --ignore=tests/routing/engine --ignore=tests/routing/simulate --ignore-glob='tests/routing/plan/test_document*' \
	--ignore=tests/access/test_every_route.py --ignore=tests/access/test_paired_databases.py --ignore-glob='tests/leadops/test_[!f]*' \
	--ignore=tests/routing/intake/test_normalise.py --ignore=tests/routing/intake/test_tabular.py
test-postgres: setup
	TEST_DATABASE=postgres $(BIN)/python -m pytest -n 2 -m "not browser and not slow" $(ONCE)

# A call of its own: the browser's event loop does not go with other tests.
test-browser: setup
	TEST_DATABASE=sqlite $(BIN)/python -m pytest -m "browser and not slow" || [ $$? -eq 5 ]

check: setup  ## Format, lint, types, import contracts, settings, migrations, the plan's schema
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py check --fail-level WARNING
	$(AS_IN_PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py plan_schema --check

bench: setup  ## How fast it routes, on PostgreSQL and on SQLite (minutes)
	$(BIN)/python -m tests.bench

prove: setup  ## The slow proofs: races, killed workers, load (many minutes; fails where data, Chromium or LibreOffice is missing)
	TEST_DATABASE=sqlite PROVE=1 $(BIN)/python -m pytest -m slow -p no:cacheprovider
	TEST_DATABASE=postgres PROVE=1 $(BIN)/python -m pytest -m slow -p no:cacheprovider

demo: setup  ## A fresh demo database (stop `make run` first)
	$(BIN)/python -m leadops.fresh_demo

pictures: setup  ## The pictures of the README, from a demo of their own (needs Chromium)
	$(BIN)/python -m tests.pictures

lock:  ## The lock files, anew (needs the package index; changes versions only where asked with UPGRADE=--upgrade)
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	echo uv | $(LOCK) -c requirements-dev.txt - -o requirements-uv.txt
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links $(UPGRADE)
