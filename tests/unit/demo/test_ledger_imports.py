"""The made company and the pipeline know nothing of each other.

Belongs here: what each package imports, read from its source. Does not belong here: running it.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def imported(source: str) -> set[str]:
    """Top-level packages that a module's source imports, also within functions and by name."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            name = node.args[0]
            if called in ("import_module", "__import__") and isinstance(name, ast.Constant):
                found.add(str(name.value).split(".")[0])
    return found


@pytest.mark.parametrize(
    ("package", "other"),
    [("cultivar_demo", "dagster_project"), ("dagster_project", "cultivar_demo")],
)
def test_neither_package_imports_the_other(package: str, other: str) -> None:
    modules = sorted((ROOT / package).rglob("*.py"))
    assert len(modules) > 20
    importing = [
        str(path.relative_to(ROOT)) for path in modules if other in imported(path.read_text())
    ]
    assert importing == []


def test_the_ledger_reads_no_model_and_no_extract() -> None:
    modules = sorted((ROOT / "cultivar_demo/ledger").rglob("*.py"))
    for path in modules:
        assert imported(path.read_text()) & {"dbt", "dagster", "great_expectations"} == set()
        assert "cultivar_demo.vendors" not in path.read_text()
        assert "cultivar_demo.dirt" not in path.read_text()


@pytest.mark.parametrize(
    "source",
    [
        "import dagster_project",
        "import dagster_project.company as c",
        "from dagster_project.company import Home",
        "def f():\n    from dagster_project import contract",
        "import importlib\nimportlib.import_module('dagster_project.cli')",
    ],
)
def test_every_way_of_importing_is_seen(source: str) -> None:
    assert "dagster_project" in imported(source)
