# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test check bench exports layouts clean browser virtuoso comunica

run: $(STAMP)
	$(BIN)/mlgraph build
	$(BIN)/mlgraph prereqs deep-learning

test: $(STAMP) browser virtuoso comunica
	$(BIN)/mlgraph build
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

check: $(STAMP)
	$(BIN)/mlgraph build
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -x tests/unit tests/property tests/architecture

bench: $(STAMP)
	$(BIN)/mlgraph build
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/viewer.py

exports: $(STAMP)
	$(BIN)/mlgraph build
	$(BIN)/mlgraph export ttl --output exports/mlgraph.ttl
	$(BIN)/mlgraph view --output exports/mlgraph.html

layouts: $(STAMP)
	@command -v dot >/dev/null || { echo "Graphviz is needed here: apt-get install graphviz"; exit 1; }
	$(BIN)/mlgraph build
	$(BIN)/python -m mlgraph.viewer.layout

browser:
	@command -v chromium >/dev/null 2>&1 || (command -v apt-get >/dev/null 2>&1 && \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium) || \
	  echo "no Chromium here: browser tests will be skipped"

# Only the program: the package around it would ask for a password and start a service.
virtuoso:
	@command -v virtuoso-t >/dev/null 2>&1 || (command -v apt-get >/dev/null 2>&1 && \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	  --no-install-recommends virtuoso-opensource-7-bin) || \
	  echo "no Virtuoso here: its tests will be skipped"

# One of the clients that the page on clients shows; version 5 needs a newer Node than many have.
comunica: $(STAMP)
	@command -v comunica-sparql >/dev/null 2>&1 || test -x $(BIN)/comunica-sparql || \
	  (command -v npm >/dev/null 2>&1 && timeout 240 npm install --global --prefix $(VENV) --no-fund --no-audit \
	  --fetch-retries=1 --fetch-timeout=30000 --loglevel=error @comunica/query-sparql@4.5.0 >/dev/null 2>&1) || \
	  echo "no Comunica here: its test will be skipped"

$(STAMP): pyproject.toml constraints.txt hatch_build.py
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev --editable .
	touch $(STAMP)

clean:
	rm -rf $(VENV) dist src/mlgraph/dataset
