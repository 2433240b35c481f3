#!/bin/sh
# Makes sure that there is a Superset for the tests that ask it for charts; does nothing where one
# is up to date. It lies in .superset, an environment of its own, as tests/bi/superset.lock has it,
# with an empty memory (superset.db) that the tests copy. SUPERSET_PYTHON names the interpreter.
set -eu
cd "$(dirname "$0")/.."

lock=tests/bi/superset.lock
if cmp -s "$lock" .superset/installed.lock; then
    exit 0
fi

python=
for name in "${SUPERSET_PYTHON:-}" .venv/bin/python python3.12 python3.11; do
    if [ -n "$name" ] && "$name" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null; then
        python=$(command -v "$name")
        break
    fi
done
if [ -z "$python" ]; then
    echo "Superset needs Python 3.11 or 3.12, and neither was found: set SUPERSET_PYTHON=/path/to/python." >&2
    if [ "${CI:-}" = true ]; then
        exit 1
    fi
    echo "Without it the tests of BI tools are skipped." >&2
    exit 0
fi

echo "Setting up Superset in .superset, for the tests of BI tools (once; less than a minute)"
rm -rf .superset
"$python" -m venv --without-pip .superset
"${UV:-.venv/bin/uv}" pip sync --quiet --python .superset/bin/python --compile-bytecode --require-hashes "$lock"

log=.superset/setup.log
SUPERSET_HOME=$PWD/.superset
SUPERSET_CONFIG_PATH=$PWD/tests/bi/superset_config.py
# Nothing is kept under this key: the tests have one of their own.
SUPERSET_SECRET_KEY=$(.superset/bin/python -c 'import secrets; print(secrets.token_hex(32))')
FLASK_APP=superset
export SUPERSET_HOME SUPERSET_CONFIG_PATH SUPERSET_SECRET_KEY FLASK_APP
{ .superset/bin/superset db upgrade && .superset/bin/superset init; } >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    exit 1
}
cp "$lock" .superset/installed.lock
