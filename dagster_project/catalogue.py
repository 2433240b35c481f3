"""The catalogues under ``docs/``, generated from what the code reads.

Belongs here: ``kpis.md`` from the KPI seeds and the list of proofs, ``marts.md`` and
``canonical.md`` from dbt's YAML, and the command that writes all pages: ``python -m
dagster_project.catalogue`` (``--check`` only compares). Does not belong here: ``hygiene.md``
(``hygiene.catalogue``), and facts of its own; a text that is wrong is corrected at its source.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from dagster_project.contract import (
    DBT_PROJECT,
    PROJECT_ROOT,
    canonical_contract,
    column_meta,
    read_yaml,
)
from dagster_project.hygiene.catalogue import hygiene_catalogue
from dagster_project.kpi_guide import about, metric_names
from dagster_project.kpi_proofs import kpi_rows, rule_rows
from dagster_project.markdown import GENERATED, anchor, cell, items, line, table

DOCS = PROJECT_ROOT / "docs"
SEEDS = PROJECT_ROOT / "seeds/reference"
MARTS = DBT_PROJECT / "models/marts"
FILES = DBT_PROJECT / "models/staging/files"

_UNITS = {
    "count": "count",
    "days": "days",
    "hours": "hours",
    "minutes": "minutes",
    "months": "months",
    "points": "points, from -100 to 100",
    "ratio": "ratio (1 is 100 %)",
    "reporting_currency": "reporting currency",
}


def kpi_catalogue(seeds: Path = SEEDS) -> str:
    """Every KPI with its variants and published targets."""
    definitions = _read_csv(seeds / "kpi_definition.csv")
    targets = _read_csv(seeds / "kpi_target.csv")
    parts = [
        GENERATED.format(
            source="seeds/reference/kpi_definition.csv, kpi_guide.csv and kpi_target.csv, "
            "the metrics and tests/kpi_proofs.yml"
        ),
        "# KPIs\n",
        "Each KPI has one definition. The values lie in `marts.fct_kpi`, the definitions in "
        "`marts.dim_kpi`; both have `kpi_id` and `variant`. Tests see to it that every KPI in the "
        "fact is defined and that every definition whose data a company has gets rows. The "
        "variant in bold is the one to show where only one is shown (`is_headline`).\n",
        "A ratio is rolled up from summed numerators and denominators, never from values. A "
        "median cannot be rolled up. A snapshot adds up over segments, never over days.\n",
        table(
            ("KPI", "Variant", "Name", "Unit"),
            [
                (
                    f"[{row['kpi_id']}](#{anchor(row['name'])})",
                    _variant(row),
                    row["name"],
                    _UNITS[row["unit"]],
                )
                for row in definitions
            ],
        ),
    ]
    for kpi_id in dict.fromkeys(row["kpi_id"] for row in definitions):
        variants = [row for row in definitions if row["kpi_id"] == kpi_id]
        parts.append(items(f"## {cell(kpi_id)}", about(kpi_id)))
        for row in variants:
            parts.append(
                items(
                    f"### {row['name']}",
                    {
                        "Variant": _variant(row),
                        "What it says": row["definition"],
                        "Numerator": row["numerator"],
                        "Denominator": row["denominator"],
                        "Unit": f"{_UNITS[row['unit']]}, made as {row['kpi_type']}",
                        "Better": "higher" if row["direction"] == "up" else "lower",
                        "Time": row["time_basis"],
                        "Empty or left out": row["null_rule"],
                        "Targets": _targets(targets, kpi_id, row["variant"]),
                        "Metric": _metric(kpi_id, row["variant"]),
                        "Owner": f"{row['owner']}, version {row['version']}",
                    },
                )
            )
    return "\n".join([*parts, *_proofs(list(dict.fromkeys(row["kpi_id"] for row in definitions)))])


def _proofs(kpi_ids: Sequence[str]) -> list[str]:
    return [
        "## What proves the numbers\n",
        "Rules that hold for every KPI, and the tests that prove each: dbt's tests over every "
        "night's data begin with `assert_`, pytest's with `test_`, the rest are dbt unit tests "
        "beside the models. The list is `tests/kpi_proofs.yml`.\n",
        table(("Rule", "What holds", "Proved by", "Not yet"), rule_rows()),
        "The demo's ledger computes every KPI from the simulated world, before any record of it "
        "is written; the second opinion computes it in plain Python from the records that the "
        "gate admitted; MetricFlow computes what it can express from the published marts. Tests "
        "compare each with `fct_kpi` in every period. Examples have figures worked out by hand.\n",
        table(
            ("KPI", "Ledger module", "Second opinion module", "Metrics", "Examples"),
            [(*row[:3], _metrics(row[0]), *row[3:]) for row in kpi_rows(kpi_ids)],
        ),
    ]


_SUBJECTS = {"kpi": "KPI", "bi": "Views for BI tools, in schema `bi`"}


def marts_catalogue(marts: Path = MARTS) -> str:
    """Every mart with its grain and columns."""
    parts = [
        GENERATED.format(source="the YAML beside the marts in dbt_project/models/marts"),
        "# Marts\n",
        "The tables that BI tools read, in schema `marts` of the published file. dbt enforces "
        "names and types. Instants are in UTC; durations, counts and amounts have their unit in "
        "the description. The same texts are comments on the tables and columns of the file.\n",
        "**filled** means never NULL. **personal** columns are masked in the published file "
        "unless the company file says otherwise; **personal, shown** ones are readable there "
        "always.\n",
    ]
    views = marts.parent / "bi/_bi__models.yml"
    for path in [*([views] if views.is_file() else []), *sorted(marts.glob("*/_*__models.yml"))]:
        subject = path.parent.name
        parts.append(f"## {_SUBJECTS.get(subject, subject.capitalize())}\n")
        for model in read_yaml(path)["models"]:
            parts += [
                f"### {model['name']}\n",
                f"{line(model['description'])}\n",
                table(
                    ("Column", "Type", "", "What it is"),
                    [
                        (
                            f"`{column['name']}`",
                            column["data_type"],
                            _marks(column),
                            column["description"],
                        )
                        for column in model["columns"]
                    ],
                ),
            ]
    return "\n".join(parts)


def canonical_catalogue(files: Path = FILES) -> str:
    """Every entity with the columns that a mapping may fill."""
    parts = [
        GENERATED.format(source="the sources in dbt_project/models/staging/files"),
        "# What a mapping may fill\n",
        "The entities and columns that a `files` source may map: see "
        "[add a source](add_a_source.md). Each entity needs its own id; everything else may be "
        "left out. A file holds text; the type says how it is read. Ids and references are the "
        "source's own: within one source an `account_id` of an opportunity is the `account_id` "
        "of an account.\n",
    ]
    for declared in (
        declared
        for path in sorted(files.glob("_*__sources.yml"))
        for source in read_yaml(path)["sources"]
        for declared in source["tables"]
    ):
        entity = declared["name"]
        types = {column.name: column.data_type for column in canonical_contract()[entity]}
        columns = [c for c in declared["columns"] if not c["name"].startswith("_")]
        key = {"name": f"{entity}_id", "description": "The record's own id; required."}
        parts += [
            f"## {entity}\n",
            f"{line(declared['description'])}\n",
            table(
                ("Column", "Read as", "What it is"),
                [
                    (f"`{column['name']}`", types[column["name"]], column["description"])
                    for column in [key, *(c for c in columns if c["name"] != key["name"])]
                ],
            ),
        ]
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "kpis.md": kpi_catalogue,
    "hygiene.md": hygiene_catalogue,
    "marts.md": marts_catalogue,
    "canonical.md": canonical_catalogue,
}


def stale_pages(docs: Path = DOCS) -> list[str]:
    """Pages that are not what the code says."""
    return [
        name
        for name, page in PAGES.items()
        if not (docs / name).is_file() or (docs / name).read_text(encoding="utf-8") != page()
    ]


def write_pages(docs: Path = DOCS) -> list[str]:
    """Write the stale pages; returns their names."""
    docs.mkdir(parents=True, exist_ok=True)
    stale = stale_pages(docs)
    for name in stale:
        (docs / name).write_text(PAGES[name](), encoding="utf-8")
    return stale


def main(arguments: Iterable[str] | None = None) -> int:
    """Regenerate, or with ``--check`` compare; the exit status is 1 when pages were stale."""
    parser = argparse.ArgumentParser(
        prog="python -m dagster_project.catalogue", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--check", action="store_true", help="change nothing, only report")
    is_check = parser.parse_args(None if arguments is None else list(arguments)).check
    changed = stale_pages() if is_check else write_pages()
    for name in changed:
        sys.stdout.write(f"{'stale' if is_check else 'written'}: docs/{name}\n")
    return int(is_check and bool(changed))


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _variant(row: dict[str, str]) -> str:
    emphasis = "**" if row["is_headline"] == "true" else ""
    return f"{emphasis}`{row['variant']}`{emphasis}"


def _metric(kpi_id: str, variant: str) -> str:
    name = metric_names().get((kpi_id, variant))
    return f"`{name}`" if name else ""


def _metrics(kpi_id: str) -> str:
    names = [name for (one, _), name in metric_names().items() if one == kpi_id]
    return ", ".join(f"`{name}`" for name in names) or "–"


def _targets(targets: list[dict[str, str]], kpi_id: str, variant: str) -> str:
    told = []
    for row in targets:
        if (row["kpi_id"], row["variant"]) != (kpi_id, variant):
            continue
        low, high = row["target_low"], row["target_high"]
        span = (
            f"{low} to {high}" if low and high else f"{low} or more" if low else f"{high} or less"
        )
        where = "" if row["segment"] == "all" else f" for {row['segment_type']} {row['segment']}"
        note = f"; {row['note']}" if row["note"] else ""
        told.append(f"{span}{where} ({row['source']}, {row['source_strength']}{note})")
    return "; ".join(told)


def _marks(column: dict[str, Any]) -> str:
    tests = column.get("data_tests", [])
    constraints = [entry["type"] for entry in column.get("constraints", [])]
    meta = column_meta(column)
    marks = ["filled"] if "not_null" in tests or "not_null" in constraints else []
    if meta.get("pii"):
        marks.append("personal, shown" if meta.get("published") == "clear" else "personal")
    return "; ".join(marks)


if __name__ == "__main__":
    raise SystemExit(main())
