# Two commands are enough on a fresh machine: `make run` and `make test`.
# The others are for those who change the code.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export UV_LINK_MODE ?= copy
export MOKSORI_DEMO ?= yes
# Without compiled files every one of the many processes takes three seconds more to start.
unexport PYTHONDONTWRITEBYTECODE

# Tests that never ask a database need not run on the second one.
NO_DATABASE := --ignore=moksori/analysis --ignore=tests/published --ignore=tests/test_shape.py --ignore=tests/parity

.PHONY: run test check fix bench lock

run: $(VENV)/run.stamp
	@$(BIN)/moksori serve --demo --port $(PORT)

# The whole suite on SQLite, with the browser, then on PostgreSQL.
test: export MOKSORI_DEMO = no
test: $(VENV)/dev.stamp
	@sh tools/system_packages.sh
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup
	$(BIN)/python tools/with_postgres.py $(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not browser" $(NO_DATABASE)

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/python tools/translations.py --check

fix: $(VENV)/dev.stamp
	$(BIN)/ruff check -q --fix .
	$(BIN)/ruff format -q .
	$(BIN)/python tools/translations.py

bench: $(VENV)/dev.stamp
	$(BIN)/python -m bench

# Lock files hold names and hashes, no address: any index with these files will do.
lock: $(VENV)/uv.stamp
	$(BIN)/uv pip compile pyproject.toml --generate-hashes --no-header -q -o locks/run.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --no-header -q -o locks/dev.lock
	$(BIN)/uv pip compile locks/uv.in --generate-hashes --no-header -q -o locks/uv.lock

$(VENV)/uv.stamp: locks/uv.lock
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Moksori needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r locks/uv.lock
	@touch $@

# dev contains run, so that `make test` after `make run` adds and `make run` after
# `make test` changes nothing.
$(VENV)/run.stamp: locks/run.lock pyproject.toml | $(VENV)/uv.stamp
	@test -e $(VENV)/dev.stamp || { echo "Installing Moksori (once) …"; $(BIN)/uv pip sync -q --require-hashes locks/run.lock; }
	@$(BIN)/uv pip install -q --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: locks/dev.lock pyproject.toml | $(VENV)/uv.stamp
	@$(BIN)/uv pip sync -q --require-hashes locks/dev.lock
	@$(BIN)/uv pip install -q --no-deps -e .
	@touch $@ $(VENV)/run.stamp
