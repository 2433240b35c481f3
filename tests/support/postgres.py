"""A PostgreSQL server of the test's own.

Belongs here: starting it where nobody else sees it, and its users. Does not belong here: what
should be in it.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

OWNER = "cultivar_test"
READER = "reader"


@dataclass(frozen=True)
class PostgresServer:
    """A server that is up; its users have passwords, and it asks for them."""

    port: int
    password: str

    def url(self, user: str = OWNER, password: str | None = None) -> str:
        return f"postgresql://{user}:{password or self.password}@127.0.0.1:{self.port}/postgres"

    def rows(self, query: Any, user: str = OWNER) -> list[tuple[Any, ...]]:
        """Rows of a query; the same password is every user's."""
        import psycopg

        with psycopg.connect(self.url(user), autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []


def programs() -> Path:
    """Where PostgreSQL's programs are; their absence fails in CI, and skips elsewhere."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    message = "no PostgreSQL was found; scripts/ensure_postgres.sh installs one"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """An empty server at this machine's own address, until the end."""
    folder = programs()
    # Not below pytest's folder, into which the server's user cannot look.
    home = Path(tempfile.mkdtemp(prefix="cultivar-postgres-"))
    password = secrets.token_hex(16)
    (home / "password").write_text(password)
    # The server refuses to run as root.
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        for path in (home, home / "password"):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    try:
        subprocess.run(
            [
                folder / "initdb",
                *("-D", home / "data", "-U", OWNER, "--pwfile", home / "password"),
                *("-A", "scram-sha-256", "-E", "UTF8", "--locale", "C", "--no-sync"),
            ],
            cwd=home,
            check=True,
            capture_output=True,
            **who,
        )
        port = _free_port()
        with (home / "log").open("w") as log:
            server = subprocess.Popen(
                [
                    folder / "postgres",
                    *("-D", home / "data", "-k", home, "-p", str(port)),
                    *("-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"),
                ],
                cwd=home,
                stdout=log,
                stderr=log,
                **who,
            )
        try:
            ready = subprocess.run(
                [folder / "pg_isready", "-h", "127.0.0.1", "-p", str(port)],
                capture_output=True,
                check=False,
            )
            for _ in range(100):
                if ready.returncode == 0:
                    break
                assert server.poll() is None, (home / "log").read_text()
                try:
                    server.wait(0.1)
                except subprocess.TimeoutExpired:
                    ready = subprocess.run(ready.args, capture_output=True, check=False)
            yield PostgresServer(port, password)
        finally:
            server.send_signal(2)  # ends what is connected, too
            server.wait(timeout=30)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
