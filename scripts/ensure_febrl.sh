#!/usr/bin/env bash
# Puts Febrl's made people into .febrl, for the tests of identity; does nothing where they are there.
set -euo pipefail
cd "$(dirname "$0")/.."
lock=tests/febrl/febrl.lock

if cmp -s "$lock" .febrl/installed.lock; then
    exit 0
fi

echo "Fetching Febrl's made people into .febrl, for the tests of identity (once; some seconds)"
rm -rf .febrl
"${UV:-uv}" pip install --quiet --no-deps --require-hashes --target .febrl -r "$lock"
cp "$lock" .febrl/installed.lock
