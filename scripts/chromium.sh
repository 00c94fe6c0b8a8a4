#!/bin/sh
# Print the path of a Chromium for the browser tests, installing Debian's when this is allowed; fail when there is none.
set -eu

find_browser() {
    for name in "${KUNTALUOTSI_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
        if [ -n "$name" ] && path=$(command -v "$name") && "$path" --version >/dev/null 2>&1; then
            echo "$path"
            return 0
        fi
    done
    return 1
}

if find_browser; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium fonts-liberation; } >/dev/null 2>&1 || true
    if find_browser; then exit 0; fi
fi
echo "no Chromium found (on Debian: sudo apt-get install chromium, or set KUNTALUOTSI_CHROMIUM)" >&2
exit 1
