# Two commands: make demo, make test. Both set up their own environment in .venv first.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-cluster model docs lock audit clean

demo: .venv/ready
	$(BIN)/policytext demo

test: .venv/ready-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

# What speaks to a cluster, against a real OpenSearch (needs a JDK, 17 or newer, and Maven) and a real Dask scheduler on loopback.
test-cluster: .venv/ready-for-tests
	POLICYTEXT_TEST_CLUSTER=1 $(BIN)/pytest -k cluster

# Rebuild the shipped models from what lies in models/.
model: .venv/ready
	$(BIN)/python scripts/make_model.py

# Write docs/commands.md again from --help, and the excerpt of the demo in the READMEs.
docs: .venv/ready
	$(BIN)/python scripts/make_docs.py

# The locks in requirements/ again, after a change of dependencies; what is pinned stays, unless UPGRADE=--upgrade. Needs uv.
LOCK := UV_CUSTOM_COMPILE_COMMAND='make lock' uv pip compile --quiet --universal --generate-hashes --python-version 3.11 $(UPGRADE)
lock:
	$(LOCK) pyproject.toml --extra dev --extra docx --extra ocr --extra cluster --output-file requirements/test.txt
	$(LOCK) pyproject.toml --extra docx --constraint requirements/test.txt --output-file requirements/demo.txt
	$(LOCK) requirements/build.in --constraint requirements/test.txt --output-file requirements/build.txt
	$(LOCK) requirements/audit.in --output-file requirements/audit.txt

# Known holes in what is pinned.
audit: .venv/audit
	$(BIN)/python scripts/audit.py .venv/audit/bin/pip-audit

INSTALL := -m pip install --quiet --disable-pip-version-check
LOCKED := $(INSTALL) --require-hashes --requirement

# Text recognition is large and slow: only the tests need it.
.venv/ready-for-tests: .venv/ready requirements/test.txt
	$(BIN)/python $(LOCKED) requirements/test.txt --no-build-isolation
	touch .venv/ready-for-tests

# Builds take what is locked too, not what the registry has today: first what builds, then the rest, then this checkout, which has no hash.
.venv/ready: pyproject.toml requirements/build.txt requirements/demo.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "policytext needs Python 3.11 or newer / 需要 Python 3.11 或更新版本")'
	$(PYTHON) -m venv .venv
	$(BIN)/python $(LOCKED) requirements/build.txt
	$(BIN)/python $(LOCKED) requirements/demo.txt --no-build-isolation
	$(BIN)/python $(INSTALL) --no-deps --no-build-isolation --editable .
	touch .venv/ready

.venv/audit: .venv/ready requirements/audit.txt
	$(PYTHON) -m venv .venv/audit
	.venv/audit/bin/python $(LOCKED) requirements/audit.txt
	touch .venv/audit

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache
