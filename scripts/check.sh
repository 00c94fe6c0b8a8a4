#!/bin/sh
# Every check of the house, one after another; the tests come last, so their summary closes the output.
# Usage: check.sh [pytest marker expression]
set -u
cd "$(dirname "$0")/.."
markers=${1:-not long}
bin=.venv/bin
failed=""
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export KUNTALUOTSI_PROFILE=test

check() {
    name=$1
    shift
    started=$(date +%s)
    if "$@" >"$work/output" 2>&1 </dev/null; then
        echo "ok      $name ($(($(date +%s) - started)) s)"
    else
        echo "FAILED  $name: $*"
        cat "$work/output"
        failed="$failed $name"
    fi
}

# dbt's manifest for the check that needs it, kept away from the data of a running house.
at_rest() { KUNTALUOTSI_DATA_ROOT="$work/data" "$@"; }

check ruff $bin/ruff check .
check format $bin/ruff format --check .
check mypy $bin/mypy
check imports $bin/lint-imports --no-cache
# Macros and generic tests are Jinja around fragments of SQL, which sqlfluff reads only where a model uses them.
check sqlfluff $bin/sqlfluff lint --processes 0 dbt/models
check generated $bin/kuntaluotsi generate --check
check manifest at_rest $bin/kuntaluotsi generate --manifest
check dagster at_rest $bin/dagster definitions validate -w workspace.yaml

if browser=$(scripts/chromium.sh); then
    export KUNTALUOTSI_CHROMIUM="$browser"
else
    echo "NOT RUN browser tests"
    if [ -n "${KUNTALUOTSI_REQUIRE_BROWSER:-}" ]; then failed="$failed browser"; fi
fi

# One worker a core; the long tests come first, so that the short ones fill what is left.
workers=${KUNTALUOTSI_TEST_WORKERS:-$(nproc)}
if [ "$workers" -gt 4 ]; then workers=4; fi
$bin/python -m pytest -p tests.suite_times -n "$workers" --dist worksteal -m "$markers" \
    tests/integration tests/browser tests/contract tests/golden tests/unit </dev/null || failed="$failed tests"

if [ -n "$failed" ]; then
    echo "Failed:$failed" >&2
    exit 1
fi
