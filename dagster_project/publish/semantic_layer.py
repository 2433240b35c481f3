"""The published marts as MetricFlow's semantic layer.

Belongs here: the folder in which ``mf`` finds the metrics and the published database. Does not
belong here: what a metric is (``dbt_project/models/semantic``).
"""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from dagster_project.company.run import Home
from dagster_project.contract import PROJECT_ROOT

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
PARSED = DBT_PROJECT / "target/semantic_manifest.json"


def write_semantic_project(home: Home) -> Path:
    """Write the folder from which ``mf`` queries what ``home`` published; returns it.

    MetricFlow takes a dbt project's folder with the semantic manifest under ``target``. Here that
    is a folder of the company, since the manifest names the database that it is for.

    Raises:
        FileNotFoundError: nothing was published yet, or dbt has not parsed the project.
    """
    database = home.published_database
    if not database.exists():
        raise FileNotFoundError(f"{database} does not exist yet; run a night first")
    if not PARSED.exists():
        raise FileNotFoundError(f"{PARSED} does not exist; `make query` parses the models")
    folder = home.root / "semantic_layer"
    (folder / "target").mkdir(parents=True, exist_ok=True)
    # MetricFlow needs the project's name only; models and seeds are in the manifest already.
    project = {"name": "cultivar", "version": "0.1.0", "config-version": 2, "profile": "published"}
    profile = {
        "type": "duckdb",
        "path": str(database),
        "threads": 1,
        "config_options": {"access_mode": "READ_ONLY"},
    }
    profiles = {"published": {"target": "published", "outputs": {"published": profile}}}
    _write_yaml(folder / "dbt_project.yml", project)
    _write_yaml(folder / "profiles.yml", profiles)
    manifest = json.loads(PARSED.read_text(encoding="utf-8"))
    spines = manifest["project_configuration"]["time_spines"]
    for entry in (*manifest["semantic_models"], *spines):
        relation = entry["node_relation"]
        relation["database"] = database.stem
        relation["relation_name"] = ".".join(
            f'"{relation[part]}"' for part in ("database", "schema_name", "alias")
        )
    target = folder / "target/semantic_manifest.json"
    target.write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _write_yaml(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
