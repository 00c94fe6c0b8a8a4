#!/bin/sh
# Make or renew the locked environment in .venv: `bootstrap.sh run` for the house, `bootstrap.sh test` with its checks.
# Quick when nothing has changed. Says one line when no suitable Python is found.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}

suitable() {
    # A Python that can make a whole environment: right version, and venv with pip (Debian packs these apart).
    "$1" -I -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
        >/dev/null 2>&1
}

newest_python() {
    for name in python3.13 python3.12 python3.11 python3 python; do
        IFS=:
        for folder in $PATH; do
            if [ -x "$folder/$name" ] && suitable "$folder/$name"; then
                echo "$folder/$name"
                return
            fi
        done
        unset IFS
    done
}

if ! { [ -x .venv/bin/python ] && .venv/bin/python -I -c 'import pip' 2>/dev/null && suitable .venv/bin/python; }; then
    python=$(newest_python)
    if [ -z "$python" ]; then
        echo "Python 3.11, 3.12 or 3.13 with venv is needed; on Debian or Ubuntu: sudo apt-get install python3 python3-venv" >&2
        exit 1
    fi
    echo "Making .venv with $("$python" --version) ($python)"
    rm -rf .venv
    "$python" -m venv .venv
fi

version=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
lock=requirements/$purpose-$version.lock
wanted=$(cat "requirements/run-$version.lock" "$lock" pyproject.toml | sha256sum | cut -d' ' -f1)
stamp=.venv/.installed-$purpose
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    exit 0
fi

echo "Installing the pinned packages of $lock (a few minutes the first time; details in .venv/install.log)"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_NO_WARN_SCRIPT_LOCATION=1 PIP_ROOT_USER_ACTION=ignore
quietly() {
    # A machine's own pip settings may warn about themselves on every call: shown only when something fails.
    if ! "$@" >>.venv/install.log 2>&1; then
        tail -n 20 .venv/install.log >&2
        echo "Installing failed; all of it is in .venv/install.log" >&2
        exit 1
    fi
}
: >.venv/install.log
quietly .venv/bin/python -m pip install --no-compile --require-hashes --no-deps -r "$lock"
quietly .venv/bin/python -m pip install --no-deps --no-build-isolation -e .
# Compiled here with all cores, which pip does with one: whoever runs the house may not be able to write here.
.venv/bin/python -m compileall -qq -j 0 .venv/lib >/dev/null 2>&1 || true
echo "$wanted" > "$stamp"
if [ "$purpose" = test ]; then
    # The test lock holds every pin of the run lock, so `make up` after `make test` has nothing to install.
    pins() { sed -n 's/^\([A-Za-z0-9._-]*==[^ ]*\).*/\1/p' "$1"; }
    if pins "requirements/run-$version.lock" | while read -r pin; do grep -qF -- "$pin " "$lock" || exit 1; done; then
        cat "requirements/run-$version.lock" "requirements/run-$version.lock" pyproject.toml | sha256sum |
            cut -d' ' -f1 > .venv/.installed-run
    fi
fi
