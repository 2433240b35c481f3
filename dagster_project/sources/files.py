"""Any folder of CSV, JSONL or Parquet files with a mapping in the company file.

Belongs here: finding the files of each entity, and checking the mapping against the canonical
contract. Does not belong here: reading, evaluating the mapping.
"""

from __future__ import annotations

import difflib
from pathlib import Path

from dagster_project.company.model import Company, Files, FileTable
from dagster_project.contract import raw_tables
from dagster_project.sources.errors import SourceError
from dagster_project.sources.landing import SourcePlan, TablePlan
from dagster_project.sources.mapping import Place
from dagster_project.sources.readers import FORMATS
from dagster_project.sources.record_checks import record_checks
from dagster_project.sources.vendor import Vendor
from dagster_project.sql_text import identifier

SCHEMA = "raw_files"


def plan_files(source: Files, company: Company) -> SourcePlan:
    """Plan the landing of every entity that the mapping names.

    Raises:
        SourceError: no folder, a pattern without files, an unknown entity or column, no key.
    """
    folder = company.source_folder(source)
    if not folder.is_dir():
        raise SourceError(
            source.name,
            str(folder),
            "no such folder",
            "a folder with the mapped files",
            "Correct path of this source in the company file, or put the files there.",
        )
    for table in source.tables:
        _check_against_contract(source, table, company)
    files = {table.entity: _find(source, table, folder) for table in source.tables}
    currencies = {company.reporting.currency, *(rate.currency for rate in company.currency_rates)}
    lookups = {
        mapping.lookup.file: _inside(source, folder, mapping.lookup.file)
        for table in source.tables
        for mapping in table.columns.values()
        if mapping.lookup is not None
    }
    return SourcePlan(
        source=source.name,
        time_zone=source.time_zone or company.reporting.time_zone,
        # Slashed dates are never guessed here: a mapping says how they are read.
        date_order="ymd",
        max_row_drop_share=source.max_row_drop_share,
        max_row_drop_minimum=source.max_row_drop_minimum,
        is_full_export=source.is_full_export,
        lookup_folder_files=lookups,
        tables=tuple(
            TablePlan(
                table=table.entity,
                files=files[table.entity],
                known_columns=known_columns()[table.entity],
                mappings=dict(table.columns),
                key=key_column(table.entity),
                key_sql=identifier(key_column(table.entity)),
                takes_same_names=False,
                keeps_source_row=True,
                where=table.where,
                delimiter=table.delimiter,
                dropped_columns=table.dropped_columns,
                # Of one row that feeds several entities the first carries them; with a condition
                # the rows are this entity's own.
                carries_unmapped=table.where is not None
                or not any(
                    set(files[table.entity]) & set(files[earlier.entity])
                    for earlier in source.tables[:number]
                ),
                elsewhere_used=_columns_named_by_others(source, files, table),
                record_checks=record_checks(table.entity, currencies),
            )
            for number, table in enumerate(source.tables)
        ),
    )


def known_columns() -> dict[str, tuple[str, ...]]:
    """Entity → the columns that a mapping may fill: its key, and those that staging reads."""
    return {
        entity: (key_column(entity), *(c for c in columns if c != key_column(entity)))
        for entity, columns in raw_tables(SCHEMA).items()
    }


def key_column(entity: str) -> str:
    """The canonical column with the natural key of ``entity``."""
    return f"{entity}_id"


def _columns_named_by_others(
    source: Files, files: dict[str, tuple[Path, ...]], table: FileTable
) -> frozenset[str]:
    own = set(files[table.entity])
    return frozenset(
        mapping.column
        for other in source.tables
        if other is not table and own & set(files[other.entity])
        for mapping in other.columns.values()
        if mapping.column is not None
    )


def _check_against_contract(source: Files, table: FileTable, company: Company) -> None:
    known = known_columns()
    file = ", ".join(table.files)
    if table.entity not in known:
        near = difflib.get_close_matches(table.entity, known, 1, 0.5)
        raise SourceError(
            source.name,
            f"{company.path.name}, {file}",
            f"the entity '{table.entity}'",
            ", ".join(known),
            (f"Did you mean '{near[0]}'? " if near else "") + "Correct it in the company file.",
        )
    for column in table.columns:
        if column not in known[table.entity]:
            near = difflib.get_close_matches(column, known[table.entity], 1, 0.5)
            raise Place(source.name, file, table.entity, column).error(
                f"'{column}' is no column of {table.entity}",
                ", ".join(known[table.entity]),
                (f"Did you mean '{near[0]}'? " if near else "") + "Correct it in the company file.",
            )
    key = key_column(table.entity)
    if key not in table.columns:
        raise Place(source.name, file, table.entity, key).error(
            f"no mapping for the key '{key}'",
            "a column or an expression that is different in every record",
            f"Map {key} in the company file.",
        )


def _find(source: Files, table: FileTable, folder: Path) -> tuple[Path, ...]:
    found: dict[Path, None] = {}
    for pattern in table.files:
        if any(character in pattern for character in "*?["):
            matches = [
                path
                for path in sorted(folder.glob(pattern))
                if path.is_file() and path.suffix.lower() in FORMATS
            ]
            if not matches:
                raise SourceError(
                    source.name,
                    f"{folder / pattern} for {table.entity}",
                    "no file with this pattern",
                    f"at least one file ({', '.join(FORMATS)})",
                    "Correct files of this entity in the company file, or put the files there.",
                )
        else:
            matches = [_inside(source, folder, pattern)]
        found |= dict.fromkeys(matches)
    return tuple(found)


def _inside(source: Files, folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder):
        raise SourceError(
            source.name,
            name,
            "a path outside the source's folder",
            f"files inside {folder}",
            "Put the file into the folder, or add a second source for the other one.",
        )
    if not path.is_file():
        near = difflib.get_close_matches(name, [p.name for p in folder.iterdir()], 1, 0.5)
        raise SourceError(
            source.name,
            str(folder / name),
            "no such file",
            "a readable file",
            (f"Did you mean '{near[0]}'? " if near else "")
            + "Correct files of this entity in the company file, or put the file there.",
        )
    return path


VENDOR = Vendor(
    source_type="files",
    label="file",
    schema=SCHEMA,
    plan=plan_files,
    feeds={},
)
