"""The gate's counts by plain SQL: no Great Expectations, no findings, one statement a table.

Belongs here: the baseline that the gate is measured against. It reads the rule files by itself and
takes from the product their conditions and its look-up tables of judged values, nothing else: it
is what somebody writes who only wants to know how many records break each rule. Does not belong
here: anything that the gate uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import yaml

RULES = Path(__file__).resolve().parents[1] / "expectations"

#: Check name (``account.A01``) → findings and records that break the rule.
Counts = dict[str, tuple[int, int]]

_LIVE = "record.is_excluded is not true"


def count_plainly(
    warehouse: Path, scratch: Path, values: Mapping[str, Any], disabled: frozenset[str]
) -> Counts:
    """Count what breaks each rule; ``values`` are thresholds and what the run tells.

    Args:
        warehouse: with schemas canonical, config and reference; opened read-only.
        scratch: a database file for what the rules ask of other records.
        values: ``as_of_date`` … and ``<rule id>.<parameter>`` where the company has its own.
        disabled: rules that the company switched off.
    """
    for left in (scratch, scratch.with_name(f"{scratch.name}.wal")):
        left.unlink(missing_ok=True)
    with duckdb.connect(str(scratch)) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(f"attach '{warehouse}' as warehouse (read_only)")
        _show(con)
        for name, kind, query in _evidence():
            con.execute(f'create {kind} evidence."{name}" as {_filled(query, values)}')
        counts: Counts = {}
        rules = _rules(values, disabled)
        for entity in dict.fromkeys(entity for entity, _ in rules):
            own = [rule for other, rule in rules if other == entity]
            counts |= _count_table(con, entity, own)
    return counts


def _show(con: duckdb.DuckDBPyConnection) -> None:
    """The warehouse's tables under their own names."""
    tables = con.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'warehouse' "
        "and schema_name in ('canonical', 'config', 'reference')"
    ).fetchall()
    for schema in sorted({"evidence", *(schema for schema, _ in tables)}):
        con.execute(f"create schema {schema}")
    for schema, name in tables:
        con.execute(f'create view {schema}."{name}" as from warehouse.{schema}."{name}"')


def _evidence() -> Iterator[tuple[str, str, str]]:
    """Name, kind and query of what rules ask of other records, each after those that it reads."""
    queries = {
        name: ("view" if definition.get("is_view") else "table", definition["query"])
        for path in sorted((RULES / "evidence").glob("*.yml"))
        for name, definition in yaml.safe_load(path.read_text())["evidence"].items()
    }
    while queries:
        for name, (kind, query) in list(queries.items()):
            if not set(re.findall(r"\bevidence\.(\w+)", query)) & set(queries):
                del queries[name]
                yield name, kind, query


def _rules(values: Mapping[str, Any], disabled: frozenset[str]) -> list[tuple[str, dict[str, Any]]]:
    """Entity and rule, with the values filled in, of every rule that is on."""
    found = []
    for path in sorted((RULES / "rules").glob("*.yml")):
        content = yaml.safe_load(path.read_text())
        for rule in content["rules"]:
            own = dict(values)
            for name, parameter in rule.get("parameters", {}).items():
                own[name] = values.get(f"{rule['id']}.{name}", parameter["default"])
            joins = {
                alias: f"left join {_quoted(join['table'])} as {alias} on "
                + " and ".join(
                    f"{alias}.{column} = {_filled(key, own)}" for column, key in join["key"].items()
                )
                for alias, join in content.get("joins", {}).items()
            }
            for entity in rule.get("entities", content["entities"]):
                if rule["id"] not in disabled:
                    found.append((entity, {**rule, "own": own, "joins": joins}))
    return found


def _count_table(
    con: duckdb.DuckDBPyConnection, entity: str, rules: list[dict[str, Any]]
) -> Counts:
    flags: dict[str, str] = {}
    joins: dict[str, str] = {}
    broken: dict[str, list[str]] = {}
    for rule in rules:
        broken[rule["id"]] = []
        for number, check in enumerate(rule.get("checks", [])):
            if entity in check.get("entities", [entity]):
                condition = _condition(entity, rule, check)
                flag = f"{rule['id']}_{number}"
                flags[flag] = condition
                broken[rule["id"]].append(flag)
                joins |= _joins(rule["joins"], condition)
    flags["X01_0"] = f"{_LIVE} and record.unreadable_values is not null"
    broken["X01"] = ["X01_0"]
    blocking = [f for rule in rules if rule["severity"] == "block" for f in broken[rule["id"]]]
    if blocking:
        broken["T07"] = [f"({' or '.join(blocking)})"]
    entries = "sum(case when X01_0 then len(string_split(unreadable_values, chr(31))) end)"
    sums = [f"({entries}, count(*) filter (where X01_0))"]
    names = [rule_id for rule_id, parts in broken.items() if parts and rule_id != "X01"]
    for name in names:
        parts = broken[name]
        findings = " + ".join(f"count(*) filter (where {part})" for part in parts)
        sums.append(f"({findings}, count(*) filter (where {' or '.join(parts)}))")
    # Aliases stand in an order in which each join finds what it needs.
    ordered = {a: joins[a] for rule in rules for a in rule["joins"] if a in joins}
    row = con.execute(
        f"select {', '.join(sums)} from (select record.unreadable_values, "
        + ", ".join(f"({condition}) as {flag}" for flag, condition in flags.items())
        + f" from {_quoted(f'canonical.{entity}')} as record {' '.join(ordered.values())})"
    ).fetchone()
    assert row is not None
    counts = {
        f"{entity}.{name}": (int(findings or 0), int(records or 0))
        for name, (findings, records) in zip(["X01", *names], row, strict=True)
    }
    (keys,) = con.execute(
        f"select count(*) from (select {entity}_id from {_quoted(f'canonical.{entity}')} "
        f"group by 1 having count(*) > 1 or {entity}_id is null)"
    ).fetchone() or (0,)
    return {**counts, f"{entity}.T05": (int(keys), int(keys))}


def _condition(entity: str, rule: dict[str, Any], check: dict[str, Any]) -> str:
    target = check.get("references")
    conditions = [_LIVE]
    if "applies_when" in check:
        conditions.append(f"({_filled(check['applies_when'], rule['own'])})")
    for delivered in [*check.get("needs_delivered", []), *([target] if target else [])]:
        conditions.append(
            "record.source_name in (select source_name from config.delivered_entity "
            f"where entity = '{delivered}')"
        )
    for delivered in check.get("needs_delivered_anywhere", []):
        conditions.append(
            f"exists (select 1 from config.delivered_entity where entity = '{delivered}')"
        )
    if "needs_filled" in check:
        filled = " or ".join(f"{column} is not null" for column in check["needs_filled"])
        conditions.append(
            f"record.source_name in (select source_name from {_quoted(f'canonical.{entity}')} "
            f"where {filled})"
        )
    if target:
        conditions.append(
            f"record.{check['field']} is not null and not exists (select 1 from "
            f"{_quoted(f'canonical.{target}')} as target "
            f"where target.{target}_id = record.{check['field']})"
        )
    else:
        conditions.append(f"({_filled(check['violation'], rule['own'])})")
    return " and ".join(conditions)


def _joins(joins: dict[str, str], condition: str) -> dict[str, str]:
    """The joins that a condition reads, and those that they read."""
    used = {alias: join for alias, join in joins.items() if re.search(rf"\b{alias}\.", condition)}
    for alias, join in list(used.items()):
        used |= _joins({a: j for a, j in joins.items() if a != alias}, join.partition(" on ")[2])
    return used


def _filled(text: str, values: Mapping[str, Any]) -> str:
    """``text`` with ``:name`` replaced; what another rule's parameter is stays as it is."""

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        return _literal(values[name]) if name in values else found.group(0)

    return re.sub(r"(?<![:\w]):([a-z_]\w*)", value, text)


def _literal(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"({', '.join(_literal(item) for item in value) or 'null'})"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    if text.startswith(("date '", "timestamptz '")):
        # What the run tells of its day is SQL already.
        return text
    return "'" + text.replace("'", "''") + "'"


def _quoted(table: str) -> str:
    schema, _, name = table.partition(".")
    return f'{schema}."{name}"'
