"""The Great Expectations JSON under ``expectations/``, generated from the rules.

Belongs here: suites, validation definitions and the checkpoint as plain data, and the command
that writes them: ``python -m dagster_project.hygiene.suites`` (``--check`` only compares). Does
not belong here: Great Expectations itself; its API would give every object a new id each time.

Ids are uuid5 of names, so that a changed rule changes its own lines only.
"""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dagster_project.hygiene import sql
from dagster_project.hygiene.paths import EXPECTATIONS_DIR
from dagster_project.hygiene.rules import ENTITIES, Rule, load_rules
from dagster_project.hygiene.terms import rule_terms

#: Names in great_expectations.yml.
DATASOURCE = "warehouse"
BATCH_DEFINITION = "whole_table"
CHECKPOINT = "gate"

#: Folders that hold generated JSON only.
GENERATED_DIRS = ("suites", "validation_definitions", "checkpoints")

_EXPECTATION_TYPES = {"primary_key": "expect_key_to_identify_records"}

_NAMESPACE = uuid.UUID("6f2b7a4e-0c2d-5f0e-9f0d-2b7d1c6a8e31")

#: Great Expectations' own severities, from worst to mildest.
_GX_SEVERITY = {"stop": "critical", "block": "warning", "warn": "info"}


def object_id(kind: str, name: str) -> str:
    """The id of an object of the context: always the same for the same kind and name."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{name}"))


def parameter_key(rule: Rule, name: str = "parameters") -> str:
    """The suite parameter that carries a rule's values for a run."""
    return f"{rule.entity}_{rule.id}_{name}"


def expectation(rule: Rule, rules: Sequence[Rule]) -> dict[str, Any]:
    """A rule as a stored expectation; its values for a run come as suite parameters."""
    kwargs: dict[str, Any] = {"rule_parameters": {"$PARAMETER": parameter_key(rule)}}
    if rule.kind == "primary_key":
        kwargs["unexpected_rows_query"] = _template(sql.unique_key_sql(rule, _BATCH))
    else:
        terms = rule_terms(rule, rules).counted
        kwargs["applicable_when"] = _template(terms.applies)
        kwargs["findings"] = [[_template(text) for text in finding] for finding in terms.findings]
        if terms.entry_count is not None:
            kwargs["entry_count"] = _template(terms.entry_count)
        kwargs["joins"] = [_template(join) for join in terms.joins]
    for name in ("minimum_rows", "tolerated_share"):
        if name in rule.parameters:
            kwargs[name] = {"$PARAMETER": parameter_key(rule, name)}
    return {
        "description": f"{rule.id} {rule.title} ({rule.severity})",
        "id": object_id("expectation", rule.check_name),
        "kwargs": kwargs,
        "meta": {
            "dimension": rule.dimension,
            "rule_id": rule.id,
            "rule_severity": rule.severity,
            "rule_version": rule.version,
        },
        "severity": _GX_SEVERITY[rule.severity],
        "type": _EXPECTATION_TYPES.get(rule.kind, "expect_records_to_follow_rule"),
    }


def generated_files(rules: Sequence[Rule]) -> dict[str, str]:
    """Relative path → text of every generated file."""
    files: dict[str, Any] = {}
    for entity in ENTITIES:
        suite = {"id": object_id("suite", entity), "name": entity}
        files[f"suites/{entity}.json"] = {
            **suite,
            "expectations": [expectation(rule, rules) for rule in rules if rule.entity == entity],
            "meta": {"generated_from": "expectations/rules"},
            "notes": None,
        }
        files[f"validation_definitions/{entity}.json"] = {
            "data": {
                "asset": {"id": object_id("asset", entity), "name": entity},
                "batch_definition": {
                    "id": object_id("batch_definition", entity),
                    "name": BATCH_DEFINITION,
                },
                "datasource": {"id": object_id("datasource", DATASOURCE), "name": DATASOURCE},
            },
            "id": object_id("validation_definition", entity),
            "name": entity,
            "suite": suite,
        }
    files[f"checkpoints/{CHECKPOINT}.json"] = {
        "actions": [],
        "id": object_id("checkpoint", CHECKPOINT),
        "name": CHECKPOINT,
        "result_format": "SUMMARY",
        "validation_definitions": [
            {"id": object_id("validation_definition", entity), "name": entity}
            for entity in ENTITIES
        ],
    }
    return {
        path: json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        for path, content in files.items()
    }


def stale_files(rules: Sequence[Rule], context_dir: Path = EXPECTATIONS_DIR) -> list[str]:
    """Generated files that are missing, differ from the rules, or belong to none."""
    wanted = generated_files(rules)
    present = {
        str(path.relative_to(context_dir))
        for folder in GENERATED_DIRS
        for path in (context_dir / folder).glob("*.json")
    }
    stale = present - set(wanted)
    for relative, text in wanted.items():
        path = context_dir / relative
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.add(relative)
    return sorted(stale)


def write_files(rules: Sequence[Rule], context_dir: Path = EXPECTATIONS_DIR) -> list[str]:
    """Bring the generated files up to date; returns those that changed."""
    wanted = generated_files(rules)
    changed = stale_files(rules, context_dir)
    for relative in changed:
        path = context_dir / relative
        if relative not in wanted:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[relative], encoding="utf-8")
    return changed


def main(arguments: Iterable[str] | None = None) -> int:
    """Regenerate, or with ``--check`` compare; the exit status is 1 when files were stale."""
    parser = argparse.ArgumentParser(
        prog="python -m dagster_project.hygiene.suites", description=__doc__
    )
    parser.add_argument("--check", action="store_true", help="change nothing, only report")
    is_check = parser.parse_args(None if arguments is None else list(arguments)).check
    changed = stale_files(load_rules()) if is_check else write_files(load_rules())
    for relative in changed:
        sys.stdout.write(f"{'stale' if is_check else 'written'}: expectations/{relative}\n")
    return int(is_check and bool(changed))


# Stands for the batch while braces of the SQL itself are doubled for Great Expectations.
_BATCH = "\x00"


def _template(statement: str) -> str:
    return statement.replace("{", "{{").replace("}", "}}").replace(_BATCH, "{batch}")


if __name__ == "__main__":
    raise SystemExit(main())
