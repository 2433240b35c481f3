"""Worklists as files: one CSV an owner, for people who do not query.

Belongs here: which files there are and how they are swapped. Does not belong here: what is on a
list and in which order (dbt's ``fct_worklist_item``).
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata

import duckdb

from dagster_project.company.run import Home
from dagster_project.duckdb_catalog import columns_of
from dagster_project.sql_text import identifier, literal

NOBODY = "nobody"
"""Name of the list of what has no owner."""

COLUMNS = (
    *("worklist_position", "money_at_stake", "open_amount", "arr", "severity", "rule_id"),
    *("rule_title", "entity", "source_name", "source_record_id", "record_url", "account_name"),
    *("field", "value", "why", "how_to_fix", "fixer", "first_seen_on", "open_days", "as_of_date"),
)


def write_worklists(home: Home) -> dict[str, int]:
    """Write the published worklists anew; returns items per file.

    Each list is swapped in by itself: an owner reads one list, last night's or this night's.
    Whoever has nothing to correct any more has no file.
    """
    folder, new = (home.published / name for name in ("worklists", ".worklists.next"))
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    folder.mkdir(exist_ok=True)
    written: dict[str, int] = {}
    with duckdb.connect(str(home.published_database), read_only=True) as connection:
        kinds = columns_of(connection, "marts", "fct_worklist_item")
        shown = ", ".join(_shown(column, kinds.get(column)) for column in COLUMNS)
        owners = connection.execute(
            "select owner_id, any_value(owner_name), count(*) from marts.fct_worklist_item "
            "group by owner_id order by owner_id nulls last"
        ).fetchall()
        for owner_id, owner_name, count in owners:
            name = worklist_file(owner_id, owner_name)
            owned = f"= {literal(owner_id)}" if owner_id is not None else "is null"
            connection.execute(
                f"copy (select {shown} from marts.fct_worklist_item where owner_id {owned} "
                f"order by worklist_position) to {literal(str(new / name))} (format csv, header)"
            )
            written[name] = count
    for name in written:
        os.replace(new / name, folder / name)
    new.rmdir()
    for path in folder.iterdir():
        if path.name not in written:
            path.unlink()
    return written


def _shown(column: str, data_type: str | None) -> str:
    """The column; text that a spreadsheet would run as a formula becomes text again."""
    name = identifier(column)
    if data_type != "VARCHAR":
        return name
    return (
        f"case when regexp_matches({name}, '^[=+@\\t\\r-]') then concat('''', {name}) "
        f"else {name} end as {name}"
    )


def worklist_file(owner_id: str | None, owner_name: str | None) -> str:
    """Name of an owner's list: readable, and different for two owners of one name."""
    if owner_id is None:
        return f"{NOBODY}.csv"
    plain = unicodedata.normalize("NFKD", owner_name or "").encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_") or "owner"
    return f"{slug}-{owner_id[:8]}.csv"
