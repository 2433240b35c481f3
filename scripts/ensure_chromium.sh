#!/bin/sh
# Makes sure that there is a Chromium for the tests that look at pages; does nothing where one is.
# Playwright comes from PyPI without a browser, so the browser is the system's own.
set -eu

for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium with apt-get, for the tests that look at pages (once; a minute or two)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
    exit 0
fi

echo "No Chromium was found: install your system's package, or set CHROMIUM=/path/to/chromium." >&2
if [ "${CI:-}" = true ]; then
    exit 1
fi
echo "Without it the tests that look at pages are skipped." >&2
