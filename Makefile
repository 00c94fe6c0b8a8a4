# The verbs of the house. `make up` and `make test` are all that a fresh clone needs.
PYTHON := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help up env dev docs test test-long bench bench-kpi lint figures-check clean screenshots lock

help:  ## list these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: env  ## install, first refresh, dashboards and Dagster; Ctrl-C stops everything
	@.venv/bin/kuntaluotsi up

env:  ## make or renew the locked environment in .venv
	@scripts/bootstrap.sh run

dev: env  ## a shell with dbt on a copy of the warehouse: `kpi <id>`, `dbt build --select ...`, `sql`
	@.venv/bin/kuntaluotsi dev

docs: env  ## dbt's own pages, from source to page of the dashboards, built and served
	@.venv/bin/kuntaluotsi docs

test:  ## every check: lint, types, imports, SQL, unit, contract, integration and browser tests
	@scripts/bootstrap.sh test
	@scripts/check.sh "not long"

test-long:  ## the same with full counts (many kills, whole country); takes long
	@scripts/bootstrap.sh test
	@scripts/check.sh ""

bench: env  ## measure speed and size beside a named floor
	@$(PYTHON) -m benchmarks

bench-kpi: env  ## measure the KPI layer beside DuckDB alone, and 10 times the areas and years
	@$(PYTHON) -m benchmarks kpi

lint:  ## mend what can be mended: order of imports, layout, SQL style
	@scripts/bootstrap.sh test
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format . && .venv/bin/sqlfluff fix --quiet dbt/models

screenshots:  ## make the pictures of README again from the bundled figures
	@scripts/bootstrap.sh test
	@$(PYTHON) -m tests.browser.screenshots

figures-check:  ## hold the published KPIs to the publishers' own figures, read a second time
	@.venv/bin/kuntaluotsi figures-check

clean:  ## remove the environment and everything made on this machine, except own data and backups
	@rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis dbt/target dbt/logs tests/.artifacts
	@rm -rf data/tmp data/dbt data/logs

lock:  ## compile requirements/*.lock again for every supported Python (needs uv)
	@for version in 3.11 3.12 3.13; do \
		uv pip compile --quiet --universal --python-version $$version --generate-hashes --no-emit-index-url \
			--no-header --no-annotate pyproject.toml -o requirements/run-$$version.lock && \
		uv pip compile --quiet --universal --python-version $$version --generate-hashes --no-emit-index-url \
			--no-header --no-annotate --extra test pyproject.toml -o requirements/test-$$version.lock || exit 1; \
	done
