# Everything is made in .venv; the second run needs no network.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOWEST := .venv-lowest
# The tests start the program hundreds of times: its byte code has to be kept.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install

.PHONY: demo test lowest soak check format exports docs messages bench clean

demo: $(VENV)/installed
	@$(BIN)/coder demo demo-project

# Half as many processes again as cores, as tests often wait for terminals, servers and files.
WORKERS ?= $(shell echo $$(( ($$(nproc 2>/dev/null || echo 2) * 3 + 1) / 2 )))

# Every process would rewrite every assertion; those that fail are run again with all that they compared.
test: $(VENV)/test-installed
	@echo "[3/3] tests"
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --assert=plain || \
		{ $(BIN)/python -m pytest --last-failed --last-failed-no-failures none; exit 1; }

# The tests with the lowest versions that pyproject.toml allows, in an environment of their own.
lowest: $(LOWEST)/installed
	@$(LOWEST)/bin/python -m pytest -n $(WORKERS) --dist worksteal --assert=plain

# Many at once, for long: minutes, not seconds.
soak: $(VENV)/test-installed
	@$(BIN)/python -m pytest tests/soak -q -s --timeout 7200

check: $(VENV)/test-installed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/test-installed
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# The committed sample exports and reference pages, made anew; the tests compare them byte for byte.
exports: $(VENV)/test-installed
	@$(BIN)/python -m tests.support.make_exports

docs: $(VENV)/test-installed
	@$(BIN)/python -m tests.support.make_docs

# The catalogues of sentences, compiled from what translators edit.
messages: $(VENV)/test-installed
	@$(BIN)/python -m tests.support.make_messages

bench: $(VENV)/test-installed
	@$(BIN)/python benchmarks/text.py
	@$(BIN)/python benchmarks/store.py

clean:
	rm -rf $(VENV) $(LOWEST) demo-project dist build

$(BIN)/python:
	@echo "[1/3] virtual environment"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: Python 3.11 or newer is needed"; echo "hint: make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "hint: on Debian, apt-get install python3-venv"; rm -rf $(VENV); exit 2; }
	@$(PIP) --upgrade pip || true  # the one of Python 3.11 takes more than twice as long

$(VENV)/installed: pyproject.toml | $(BIN)/python
	@echo "[2/3] packages (a minute or so)"
	@$(PIP) --editable .
	@touch $@

$(VENV)/test-installed: pyproject.toml | $(BIN)/python
	@echo "[2/3] packages, those for the tests too (a minute or so)"
	@$(PIP) --no-compile --editable '.[test]'
	@touch $@ $(VENV)/installed

$(LOWEST)/installed: pyproject.toml tests/support/lowest.py
	@rm -rf $(LOWEST)
	@$(PYTHON) -m venv $(LOWEST)
	@$(PYTHON) -m tests.support.lowest > $(LOWEST)/constraints.txt
	@$(LOWEST)/bin/python -m pip --quiet --disable-pip-version-check install --editable '.[test]' \
		--constraint $(LOWEST)/constraints.txt
	@touch $@
