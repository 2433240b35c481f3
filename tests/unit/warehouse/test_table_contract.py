"""A table's contract, held against what was written (``macros/materializations.sql``)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from dagster_project.contract import DBT_PROJECT

pytestmark = pytest.mark.slow

DECLARED = [{"name": "id", "data_type": "integer"}, {"name": "name", "data_type": "varchar"}]
MODELS = {
    "as_declared": "select 1 as id, 'a' as name",
    "another_type": "select cast(1 as bigint) as id, 'a' as name",
    "a_column_less": "select 1 as id",
    "a_column_more": "select 1 as id, 'a' as name, true as is_more",
    "another_order": "select 'a' as name, 1 as id",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What dbt printed about the models above, and the file it wrote them to."""
    folder = tmp_path_factory.mktemp("dbt")
    database = folder / "contracts.duckdb"
    (folder / "macros").mkdir()
    (folder / "models").mkdir()
    macros = (DBT_PROJECT / "macros/materializations.sql").read_text(encoding="utf-8")
    (folder / "macros/materializations.sql").write_text(macros, encoding="utf-8")
    for name, query in MODELS.items():
        (folder / f"models/{name}.sql").write_text(query, encoding="utf-8")
    contract = {"materialized": "table", "contract": {"enforced": True}}
    files = {
        "dbt_project.yml": {"name": "contracts", "version": "1.0", "profile": "contracts"},
        "profiles.yml": {
            "contracts": {
                "target": "dev",
                "outputs": {"dev": {"type": "duckdb", "path": str(database), "threads": 1}},
            }
        },
        "models/models.yml": {
            "models": [{"name": name, "config": contract, "columns": DECLARED} for name in MODELS]
        },
    }
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            *("--no-use-colors", "--no-send-anonymous-usage-stats", "run"),
            *("--project-dir", str(folder), "--profiles-dir", str(folder)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr, database


def test_only_what_is_as_declared_is_written(built: tuple[str, Path]) -> None:
    printed, database = built
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    assert tables == [("as_declared",)], printed


@pytest.mark.parametrize("model", [name for name in MODELS if name != "as_declared"])
def test_what_is_not_as_declared_is_an_error_of_its_contract(
    built: tuple[str, Path], model: str
) -> None:
    printed, _ = built
    assert f"Compilation Error in model {model} " in printed, printed
    told = printed.split(f"Compilation Error in model {model} ")[1].split("Compilation Error in")[0]
    assert "This model has an enforced contract that failed." in told
