"""A Superset of the test's own, asked over its REST interface as its pages ask it.

Belongs here: starting the server, logging in, and making a database, a data set and a chart. Does
not belong here: what a chart should show.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from dagster_project.contract import PROJECT_ROOT

ENVIRONMENT = PROJECT_ROOT / ".superset"
LOCK = PROJECT_ROOT / "tests/bi/superset.lock"
CONFIGURATION = PROJECT_ROOT / "tests/bi/superset_config.py"
START_SECONDS = 120
USER = "admin"


def bi_environment() -> Path:
    """Where the BI clients are; their absence fails in continuous integration, and skips else."""
    installed = ENVIRONMENT / "installed.lock"
    if installed.exists() and installed.read_bytes() == LOCK.read_bytes():
        return ENVIRONMENT
    message = "no Superset as the lock file has it; scripts/ensure_superset.sh sets it up"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@dataclass(frozen=True)
class Superset:
    """A server that is up, and a session that is logged in."""

    address: str
    password: str
    session: requests.Session

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What the interface answers; an answer that is an error fails the test with its text."""
        answer = self.session.request(method, f"{self.address}/api/v1/{path}", json=body)
        assert answer.ok, f"{method} {path}: {answer.status_code}: {answer.text}"
        return answer.json()

    def add_database(self, file: Path) -> int:
        """A DuckDB file, read-only and alone, as docs/bi.md has it; returns its number."""
        options = "access_mode=read_only&enable_external_access=false"
        return int(
            self.ask(
                "POST",
                "database/",
                {
                    "database_name": "cultivar",
                    "sqlalchemy_uri": f"duckdb:///{file.resolve()}?{options}",
                    "expose_in_sqllab": True,
                },
            )["id"]
        )

    def add_data_set(self, database: int, schema: str, table: str) -> int:
        """A table or view as a data set; returns its number."""
        body = {"database": database, "schema": schema, "table_name": table}
        return int(self.ask("POST", "dataset/", body)["id"])

    def add_table_chart(
        self,
        data_set: int,
        name: str,
        columns: Sequence[str],
        metric: str,
        filters: Mapping[str, str],
    ) -> int:
        """A table of a metric by columns; returns the chart's number."""
        measured = {
            "expressionType": "SQL",
            "sqlExpression": metric,
            "label": "value",
            "hasCustomLabel": True,
        }
        source = {"id": data_set, "type": "table"}
        form = {
            "datasource": f"{data_set}__table",
            "viz_type": "table",
            "query_mode": "aggregate",
            "groupby": list(columns),
            "metrics": [measured],
            "adhoc_filters": [
                {
                    "clause": "WHERE",
                    "expressionType": "SIMPLE",
                    "subject": column,
                    "operator": "==",
                    "comparator": value,
                }
                for column, value in filters.items()
            ],
            "row_limit": 10000,
            "table_timestamp_format": "smart_date",
        }
        query = {
            "columns": list(columns),
            "metrics": [measured],
            "filters": [{"col": c, "op": "==", "val": v} for c, v in filters.items()],
            "row_limit": 10000,
        }
        context = {
            "datasource": source,
            "queries": [query],
            "form_data": form,
            "result_format": "json",
            "result_type": "full",
        }
        return int(
            self.ask(
                "POST",
                "chart/",
                {
                    "slice_name": name,
                    "viz_type": "table",
                    "datasource_id": data_set,
                    "datasource_type": "table",
                    "params": json.dumps(form),
                    "query_context": json.dumps(context),
                },
            )["id"]
        )

    def run_sql(self, database: int, query: str) -> list[dict[str, Any]]:
        """Rows of a query as SQL Lab runs it."""
        body = {"database_id": database, "sql": query, "runAsync": False, "schema": "bi"}
        return list(self.ask("POST", "sqllab/execute/", body)["data"])

    def chart_rows(self, chart: int) -> list[dict[str, Any]]:
        """The data of a chart, asked as a browser asks when it shows the chart."""
        context = json.loads(self.ask("GET", f"chart/{chart}")["result"]["query_context"])
        answer = self.ask("POST", "chart/data", context)["result"][0]
        assert answer["status"] == "success", answer["error"]
        return list(answer["data"])


@contextmanager
def superset_server(home: Path) -> Iterator[Superset]:
    """A Superset at this machine's own address, with its memory in ``home``, until the end."""
    program = bi_environment() / "bin/superset"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ENVIRONMENT / "superset.db", home / "superset.db")
    password = secrets.token_urlsafe(24)
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "FLASK_APP": "superset",
        "SUPERSET_HOME": str(home),
        "SUPERSET_CONFIG_PATH": str(CONFIGURATION),
        "SUPERSET_SECRET_KEY": secrets.token_urlsafe(42),
        "SCARF_ANALYTICS": "false",
    }
    names = (
        *("--username", USER, "--email", "test@cultivar.example"),
        *("--firstname", "Test", "--lastname", "Test"),
    )
    log = home / "server.log"
    with log.open("w", encoding="utf-8") as output:
        made = subprocess.run(
            [program, "fab", "create-admin", *names, "--password", password],
            env=environment,
            stdout=output,
            stderr=output,
            check=False,
        )
        assert made.returncode == 0, log.read_text()
        port = _free_port()
        server = subprocess.Popen(
            [program, "run", "--host", "127.0.0.1", "--port", str(port), "--with-threads"],
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(server, address, log)
            yield Superset(address, password, _logged_in(address, password))
        finally:
            server.terminate()
            server.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            if requests.get(f"{address}/health", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    pytest.fail(f"Superset did not start in {START_SECONDS} s\n{log.read_text()}")


def _logged_in(address: str, password: str) -> requests.Session:
    session = requests.Session()
    # No proxy of the machine stands between the test and itself.
    session.trust_env = False
    told = {"username": USER, "password": password, "provider": "db", "refresh": False}
    answer = session.post(f"{address}/api/v1/security/login", json=told)
    assert answer.ok, answer.text
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    token = session.get(f"{address}/api/v1/security/csrf_token/")
    assert token.ok, token.text
    session.headers["X-CSRFToken"] = token.json()["result"]
    session.headers["Referer"] = address
    return session
