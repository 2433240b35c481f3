#!/bin/sh
# Makes sure that there is a PostgreSQL for the tests of the copy in one; does nothing where one is.
# The tests start a server of their own; the system's, if it has one, is left alone.
set -eu

if command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    exit 0
fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing PostgreSQL with apt-get, for the tests of the copy in one (once; a minute)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null
    # The programs are wanted, and no server beside the tests' own.
    sed -i 's/^#\? *create_main_cluster *=.*/create_main_cluster = false/' \
        /etc/postgresql-common/createcluster.conf
    apt-get install -y -qq --no-install-recommends postgresql >/dev/null
    exit 0
fi

echo "No PostgreSQL was found: install your system's package." >&2
if [ "${CI:-}" = true ]; then
    exit 1
fi
echo "Without it the tests of the copy in PostgreSQL are skipped." >&2
