# Every target sets up what it needs; a second call skips what is done.
#   make nightly [COMPANY=companies/demo.yml] [AS_OF=YYYY-MM-DD]   one night, from files to publication
#   make page    [COMPANY=…]                                       the page of what was published
#   make demo    [DEMO_OPTIONS="--accounts 5000"]                  the files of the made company, anew
#   make dev     [COMPANY=…] [PORT=3000]                           Dagster's user interface, with the schedule
#   make query ARGS="--saved-query revenue_board"                  metrics of what was published
#   make test                                                      everything that CI runs
#   make check                                                     the quick part of it, some minutes
#   make bench   [BENCH_OPTIONS="--scale 0.1"]                     measurements at full size

COMPANY ?= companies/demo.yml
AS_OF ?=
PORT ?= 3000
ARGS ?= --saved-query pipeline_board
UV_VERSION := 0.13.9

# That variable makes every start compile every module again.
unexport PYTHONDONTWRITEBYTECODE
export PORT
# Company networks often have certificates of their own.
export UV_SYSTEM_CERTS := true
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
INSTALLED := .venv/.installed
MANIFEST := dbt_project/target/manifest.json
# What is parsed names the database of a company's warehouse file; parsing does not open it.
DBT := CULTIVAR_WAREHOUSE=warehouse.duckdb $(BIN)/dbt
DBT_DIRECTORIES := --project-dir dbt_project --profiles-dir dbt_project
DBT_SOURCES := $(shell find dbt_project seeds/reference -type f \( -name '*.sql' -o -name '*.yml' -o -name '*.csv' \) -not -path '*/target/*' 2>/dev/null)

# The demo's files are made by the first night; any other company brings its own.
DEMO_OPTIONS ?=
VENDORS := $(if $(filter companies/demo.yml,$(COMPANY)),salesforce,$(if $(filter companies/demo_hubspot.yml,$(COMPANY)),hubspot))
DEMO := $(BIN)/python -m cultivar_demo --vendors $(VENDORS) \
	--out data/extracts/$(basename $(notdir $(COMPANY))) --truth data/truth/$(basename $(notdir $(COMPANY)))

.PHONY: nightly page demo-files demo dev query validate test browser superset postgres febrl check bench lint types format suites catalogue lock clean
.DEFAULT_GOAL := nightly

nightly: $(MANIFEST) demo-files
	@$(BIN)/python -m dagster_project.cli nightly --company "$(COMPANY)" --as-of "$(AS_OF)"

# Needs neither a server nor a network: the last night wrote it.
page: $(INSTALLED)
	@$(BIN)/python -m dagster_project.cli page --company "$(COMPANY)"

dev: $(MANIFEST) demo-files
	@$(BIN)/python -m dagster_project.cli dev --company "$(COMPANY)" --as-of "$(AS_OF)"

# Asks MetricFlow; ARGS holds the options of `mf query`.
query: $(MANIFEST)
	@$(BIN)/python -m dagster_project.cli query --company "$(COMPANY)" $(ARGS)

demo-files: $(INSTALLED)
	@$(if $(VENDORS),$(DEMO),true)

# Writes them over, with other knobs if given.
demo: $(INSTALLED)
	@$(DEMO) --force $(DEMO_OPTIONS)

# Checks a company file and the files it maps, and loads nothing.
validate: $(INSTALLED) demo-files
	@$(BIN)/python -m dagster_project.cli check --company "$(COMPANY)"

test: lint types $(MANIFEST) browser superset postgres febrl
	$(BIN)/sqlfluff lint dbt_project/models --processes 2 --disable-progress-bar
	$(DBT) --quiet parse $(DBT_DIRECTORIES) --no-partial-parse --warn-error
	$(BIN)/python -m pytest -n 2 --dist loadgroup

# Tests look at pages in Chromium, which is a package of the system.
browser:
	@scripts/ensure_chromium.sh

# They ask what BI tools ask, in an environment of its own, and copy to a PostgreSQL.
superset: $(INSTALLED)
	@UV=$(BIN)/uv scripts/ensure_superset.sh

postgres:
	@scripts/ensure_postgres.sh

# People with known duplicates, to measure how well records are matched.
febrl: $(INSTALLED)
	@UV=$(BIN)/uv scripts/ensure_febrl.sh

check: lint types $(MANIFEST)
	$(BIN)/python -m pytest -n 2 -m "not slow and not real_data" tests/unit

# Fails where a measurement is over its limit; see docs/bench.md.
BENCH_OPTIONS ?=
bench: $(INSTALLED)
	@$(BIN)/python -m bench $(BENCH_OPTIONS)

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED)
	$(BIN)/mypy

format: $(INSTALLED)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Writes the Great Expectations suites anew from the rules.
suites: $(INSTALLED)
	$(BIN)/python -m dagster_project.hygiene.suites

# Writes docs/kpis.md, hygiene.md, marts.md and canonical.md anew from what the code reads, and the
# metrics' SQL for the page.
catalogue: $(MANIFEST)
	$(BIN)/python -m dagster_project.catalogue
	$(BIN)/python -m dagster_project.page.metric_sql

# Resolves the dependencies anew, without any index address in the lock file.
lock: $(INSTALLED)
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-emit-index-url --generate-hashes \
		--no-header --group dev pyproject.toml -o requirements.lock --quiet
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-emit-index-url --generate-hashes \
		--no-header tests/bi/superset.in -o tests/bi/superset.lock --quiet

$(INSTALLED): requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; none was found. Install one, or give PYTHON=/path/to/python."; exit 1; }
	@echo "Setting up .venv with $(PYTHON) (once; about a minute)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --compile-bytecode --require-hashes requirements.lock
	@touch $@

$(MANIFEST): $(INSTALLED) $(DBT_SOURCES)
	@$(DBT) --quiet parse $(DBT_DIRECTORIES)
	@touch $@

clean:
	rm -rf .venv .superset data dbt_project/target .pytest_cache .mypy_cache .ruff_cache .hypothesis
