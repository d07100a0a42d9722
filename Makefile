# `make demo` and `make test` set up everything they need. See CONTRIBUTING.md.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Apertium and the pairs the desk uses, and a browser for the tests of the site
ENGINE_PACKAGES := $(shell cat packages-engine.txt 2>/dev/null)
# Public data sets that some measurements need; see CONTRIBUTING.md
DATA ?= $(or $(BABELWIRE_SHARED),../shared)/data
TEST_PACKAGES := $(shell cat packages-test.txt 2>/dev/null)

.PHONY: docs wheel-test lighthouse site-tools help demo test check bench crash-test newsworld fuzz run install packages test-packages clean \
  check-site bench-extract bench-feeds bench-checks bench-segment bench-mt bench-terms bench-ct2 bench-group bench-publish

help: ## what there is
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: $(STAMP) packages ## a small world of news sites, the desk run on it, and the site served
	$(BIN)/babelwire demo

test: $(STAMP) packages test-packages ## all tests
	$(BIN)/pytest

check: $(STAMP) packages test-packages ## ruff, mypy --strict, the floors, vulnerabilities of dependencies, all tests
	$(BIN)/ruff check src tests tools
	$(BIN)/ruff format --check src tests tools
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.audit
	$(BIN)/pytest

site-tools: ## Node.js, Java, Chromium and the Node packages (tools/node) that check-site and lighthouse use
	@tools/site_tools.sh

check-site: $(STAMP) site-tools ## links, JSON-LD, weights, the W3C checker and axe over a published tree (TREE=..., else a sample site)
	$(BIN)/python -m tools.check_site $(TREE)

lighthouse: $(STAMP) site-tools ## Lighthouse over front pages and articles (TREE=..., else a sample site)
	$(BIN)/python -m tools.lighthouse $(TREE) --json out/lighthouse.json

run: $(STAMP) packages ## the desk on ./babelwire.toml
	$(BIN)/babelwire run

bench: $(STAMP) packages ## the three ratios: end to end, unchanged polls, served pages
	$(BIN)/python -m tools.bench --json out/bench.json

bench-extract: $(STAMP) ## article extraction beside the libraries
	$(BIN)/python -m tools.bench_extract --json out/bench-extract.json

bench-feeds: $(STAMP) ## feed reading against other projects' expectations
	$(BIN)/python -m tools.bench_feeds $(DATA) --json out/bench-feeds.json

bench-checks: $(STAMP) ## what the checks find, and what they find wrongly
	$(BIN)/python -m tools.bench_checks --json out/bench-checks.json

bench-segment: $(STAMP) ## sentence splitting beside the libraries
	$(BIN)/python -m tools.bench_segment --json out/bench-segment.json

bench-mt: $(STAMP) packages ## engines and pairs, chrF and BLEU, beside stored outputs of others
	$(BIN)/python -m tools.bench_mt $(DATA) --lines 200 --json out/bench-mt.json

bench-terms: $(STAMP) packages ## terms with and without the glossary, names
	$(BIN)/python -m tools.bench_terms $(DATA) --json out/bench-terms.json

bench-ct2: $(STAMP) ## our CTranslate2 layer beside the bare library, batched and one by one
	$(BIN)/python -m tools.bench_ct2 --json out/bench-ct2.json

bench-publish: $(STAMP) ## publishing one more story with 500 and with 50,000 in the store
	$(BIN)/python -m tools.bench_publish --json out/bench-publish.json

bench-group: $(STAMP) ## stories across languages, precision and recall
	$(BIN)/python -m tools.bench_group $(DATA) --json out/bench-group.json

crash-test: $(STAMP) ## fifty times kill -9 at random moments: nothing lost, nothing twice
	$(BIN)/python -m tools.crash_test

newsworld: $(STAMP) ## the desk on a small hostile world, where that lies beside the repository
	$(BIN)/python -m tools.newsworld

fuzz: $(STAMP) ## feeds, pages and configurations nobody would write, for a fixed time
	$(BIN)/python -m tools.fuzz

docs: ## the documentation as a site, in out/docs; a warning is an error
	@test -x build/docs-venv/bin/mkdocs && test build/docs-venv -nt requirements-docs.lock || { \
	  rm -rf build/docs-venv && $(PYTHON) -m venv build/docs-venv && \
	  build/docs-venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.lock; }
	NO_MKDOCS_2_WARNING=1 build/docs-venv/bin/mkdocs build --strict --quiet
	@echo "out/docs/index.html"

wheel-test: $(STAMP) packages ## wheel and sdist, built, installed into an empty environment, and the demo run there
	PYTHON=$(PYTHON) tools/wheel_test.sh

install: $(STAMP) packages ## virtual environment and Debian packages

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Babelwire needs Python 3.11 to 3.13; $(PYTHON) is $$($(PYTHON) -V). Name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || tools/packages.sh python3-venv
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

packages: ## Debian packages of the translation engine
	@tools/packages.sh $(ENGINE_PACKAGES)

test-packages:
	@tools/packages.sh --optional $(TEST_PACKAGES)

clean: ## remove what was built
	rm -rf $(VENV) build dist out tools/node/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
