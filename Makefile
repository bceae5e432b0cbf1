# make demo: a synthetic county for every standard, from workbooks to finished reports.
# make test: everything a change must pass. Both need only Python 3.11 or later, git and make.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

PYTHON ?= python3
HOME_DIR ?= demo
BIN := .venv/bin
READY := .venv/.ready

# Great Expectations and DVC would call home; Python must not depend on the locale for its encoding.
export GX_ANALYTICS_ENABLED := false
export DVC_NO_ANALYTICS := true
export DO_NOT_TRACK := 1
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The cache often lies on another disk, where uv would warn that it cannot link.
export UV_LINK_MODE ?= copy

.PHONY: help setup demo test thorough faults guide lint format bench docs repro lock clean browser fuzz year wheelhouse wheelhouse-test

help:
	@echo "make demo    install into .venv, run a synthetic county for every standard to a finished report"
	@echo "make test    ruff, mypy and the tests"
	@echo "make faults  killed, full disk, two operators, clocks: every fault of docs/faults.md (make test tries a few);"
	@echo "             and the same bytes under other threads, zones, locales, hash seeds and paths"
	@echo "make thorough  what make test tries over one standard, over every one; the whole demo; dvc repro"
	@echo "make guide   the commands of the auditor's guide, docs/audit.md, held against what it shows"
	@echo "make lint    ruff and mypy alone;  make format: rewrite with ruff"
	@echo "make bench   the benchmarks of intake, measure, notebooks and releases, written to docs/benchmarks.md"
	@echo "make fuzz    the second opinion, and random damages, over more random counties (COUNTIES=24);"
	@echo "             random values (PROPERTY_EXAMPLES=100) and damaged files (FUZZ_MINUTES=5)"
	@echo "make year    a simulated year of a county, month by month, written to docs/year.md (SCHOOLS=300)"
	@echo "make docs    write docs/findings.md, the runbook's codes and docs/handbook from contracts, standards, examples"
	@echo "make repro   dvc repro over what the checkout's own data folder has received"
	@echo "make lock    resolve requirements.in again into requirements.lock"
	@echo "make wheelhouse  an offline bundle in wheelhouse/: program and wheels for this machine and for Windows"
	@echo "make wheelhouse-test  install from it without a network and run a small demo (as root)"
	@echo "make clean   remove the demo and the caches;  .venv stays"

setup: $(READY)

# pip only brings uv, itself pinned with hashes in the lock; uv brings the rest. The lock also constrains what
# source distributions are built with.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; name one with: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv \
		|| { echo "Python's venv module is incomplete; on Debian and Ubuntu install the package python3-venv."; exit 1; }
	@sed -n '/^uv==/,/# via/p' requirements.lock > .venv/installer.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r .venv/installer.lock
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --build-constraints requirements.lock \
		--compile-bytecode requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --no-index -e .
	@touch $@

demo: $(READY)
	$(BIN)/school-safety demo --home $(HOME_DIR)

test: $(READY) browser lint
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not faults and not guide and not thorough"

# What make test tries over one standard, over every standard; the whole demo; dvc repro in a clean checkout.
thorough: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m thorough

# As root it also tries full and read-only disks, on small file systems of its own.
faults: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/faults tests/threats/test_names.py tests/determinism \
		tests/integration/test_reproduce_county.py

# What docs/audit.md shows, held against what its commands print over a county of the demo.
guide: $(READY)
	$(BIN)/python -m pytest -q tests/guide

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)
	$(BIN)/python -m tests.benchmarks.measure
	$(BIN)/python -m tests.benchmarks.intake
	$(BIN)/python -m tests.benchmarks.notebooks
	$(BIN)/python -m tests.benchmarks.releases

# Random counties through the pipeline and the second opinion, a difference names provision, school and both values;
# and random damages, which must never flip a status. Then random cells and tables, and files damaged byte by byte;
# FUZZ_SEED repeats a round that failed.
COUNTIES ?= 24
PROPERTY_EXAMPLES ?= 100
FUZZ_MINUTES ?= 5
fuzz: $(READY)
	OPINION_COUNTIES=$(COUNTIES) DAMAGE_SEEDS=$(COUNTIES) DAMAGE_SCHOOLS=400 \
		$(BIN)/python -m pytest -n 2 -q tests/second_opinion tests/metamorphic
	PROPERTY_EXAMPLES=$(PROPERTY_EXAMPLES) $(BIN)/python -m pytest -n 2 -q tests/property
	FUZZ_MINUTES=$(FUZZ_MINUTES) $(BIN)/python -m pytest -q tests/fuzz

# Twelve months through the real commands, in a copy of the checkout, held against the second opinion every month.
SCHOOLS ?= 300
YEAR_HOME ?= year
year: $(READY)
	rm -rf $(YEAR_HOME)
	$(BIN)/python -m tests.year --schools $(SCHOOLS) --home $(YEAR_HOME) --page docs/year.md

docs: $(READY)
	$(BIN)/python -m pipelines.findings_page
	$(BIN)/python -m pipelines.runbook_page
	$(BIN)/python -m pipelines.click_words
	$(BIN)/python -m tests.handbook.page

repro: $(READY)
	PATH="$(CURDIR)/$(BIN):$$PATH" dvc repro

lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 -o requirements.lock requirements.in

# See docs/offline.md.
wheelhouse: $(READY)
	$(BIN)/python -m pipelines.wheelhouse wheelhouse

wheelhouse-test:
	@test -f wheelhouse/SHA256SUMS || { echo "There is no bundle yet: make wheelhouse"; exit 1; }
	rm -rf build/offline && mkdir -p build/offline
	cd wheelhouse && sha256sum --check --quiet SHA256SUMS
	unshare --net bash -euc 'cd build/offline; export HOME=$$PWD/nobody; $(PYTHON) -m zipfile -e ../../wheelhouse/school-safety.zip .; \
		wheels=../../wheelhouse/$$($(PYTHON) -c "import platform, sys; print(sys.platform, platform.machine(), sep=chr(95))"); \
		$(PYTHON) -m venv school-safety/.venv; \
		school-safety/.venv/bin/python -m pip install -qq --no-index -f $$wheels --require-hashes -r $$wheels/requirements.txt; \
		cd school-safety; .venv/bin/python -m pip install -qq --no-index --no-deps --no-build-isolation -e .; \
		.venv/bin/school-safety demo --standard jinghong-2019 --schools 3 --months 1 --home demo'

# The browser tests open the report as a person does. Without a browser they say so and are left out.
browser:
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk; } >/dev/null 2>&1 \
		|| echo "Chromium could not be installed, so the browser tests will be skipped: install the packages chromium and fonts-noto-cjk."; \
	else \
		echo "No Chromium here, so the browser tests will be skipped: install the packages chromium and fonts-noto-cjk."; \
	fi

clean:
	rm -rf demo year .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info
	find pipelines tests -name __pycache__ -type d -prune -exec rm -rf {} +
