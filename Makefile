# Two commands: make demo, make test. Both set up their own environment in .venv first.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-cluster model corpus docs clean

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

# Rebuild the shipped model from the training matrix in models/.
model: .venv/ready
	$(BIN)/python scripts/make_model.py

# Write docs/commands.md again from --help, and the excerpt of the demo in the READMEs.
docs: .venv/ready
	$(BIN)/python scripts/make_docs.py

# Text recognition is large and slow: only the tests need it.
.venv/ready-for-tests: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,docx,ocr,cluster]'
	touch .venv/ready-for-tests

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "policytext needs Python 3.11 or newer / 需要 Python 3.11 或更新版本")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[docx]'
	touch .venv/ready

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache
