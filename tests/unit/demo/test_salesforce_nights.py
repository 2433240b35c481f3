"""Salesforce's nights over the tiny made company: they add up, and none knows the future.

Belongs here: what must hold whatever the company does. Does not belong here: single records
(``test_salesforce_writer``).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from cultivar_demo.settings import TINY, cutoff
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.identifiers import SALESFORCE_PREFIXES
from cultivar_demo.vendors.salesforce import OBJECTS, write_salesforce
from cultivar_demo.world.world import World

pytestmark = pytest.mark.slow

FIRST_NIGHT = 400
NIGHTS = 20
PLANNED = {"StartDateTime", "EndDateTime", "ActivityDateTime"}
"""Stamps of meetings to come."""


@pytest.fixture(scope="module")
def nights(
    made_world: World, tmp_path_factory: pytest.TempPathFactory
) -> duckdb.DuckDBPyConnection:
    """Schema ``everything``: all at the last night; ``nightly``: one night's full state and what
    each of the following brought, with column ``night``.
    """
    folder = tmp_path_factory.mktemp("salesforce")
    last = FIRST_NIGHT + NIGHTS
    write_salesforce(Delivery(made_world, TINY.night(FIRST_NIGHT)), folder / f"{FIRST_NIGHT}")
    for night in range(FIRST_NIGHT + 1, last + 1):
        delivery = Delivery(made_world, TINY.night(night), TINY.night(night - 1))
        write_salesforce(delivery, folder / f"{night}")
    write_salesforce(Delivery(made_world, TINY.night(last)), folder / "all")
    connection = duckdb.connect()
    load(connection, "everything", f"{folder}/all")
    load(connection, "nightly", f"{folder}/4*")
    for name in OBJECTS:
        connection.execute(f'alter table nightly."{name}" add column night integer')
        connection.execute(
            f'update nightly."{name}" set night = '
            "cast(regexp_extract(filename, '/(\\d+)/[^/]*$', 1) as integer)"
        )
    return connection


NOT_EXPORTED = {SALESFORCE_PREFIXES[name] for name in ("Queue", "ActionCadence")}
"""Objects that records name and a data export leaves out."""


def load(connection: duckdb.DuckDBPyConnection, schema: str, folders: str) -> None:
    """Read every object's file in ``folders`` (a pattern) into a table of texts."""
    connection.execute(f"create schema {schema}")
    for name in OBJECTS:
        connection.execute(
            f"create table {schema}.\"{name}\" as from read_csv('{folders}/{name}.csv', "
            "all_varchar = true, header = true, filename = true, delim = ',', quote = '\"', "
            "escape = '\"')"
        )


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The fields of an object, without what reading it added."""
    found = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
    return [column for column in found if column not in ("filename", "night")]


@pytest.mark.parametrize("name", OBJECTS)
def test_nights_add_up_to_the_full_state(nights: duckdb.DuckDBPyConnection, name: str) -> None:
    everything = f'(select * exclude (filename) from everything."{name}")'
    merged = f"""(
        select * exclude (filename, night) from nightly."{name}"
        qualify row_number() over (partition by "Id" order by night desc) = 1
    )"""
    different = nights.execute(f"""
        (from {everything} except from {merged}) union all
        (from {merged} except from {everything})
    """).fetchall()
    assert different == []
    total, ids = nights.execute(
        f'select count(*), count(distinct "Id") from everything."{name}"'
    ).fetchall()[0]
    assert total == ids


def test_the_nights_brought_something(nights: duckdb.DuckDBPyConnection) -> None:
    for name in ("Account", "Contact", "Lead", "LeadHistory", "Opportunity", "Task", "Event"):
        changed = nights.execute(
            f'select count(*) from nightly."{name}" where night > {FIRST_NIGHT}'
        ).fetchall()
        assert changed[0][0] > 0, name


@pytest.mark.parametrize("name", OBJECTS)
def test_nothing_is_known_before_it_happened(nights: duckdb.DuckDBPyConnection, name: str) -> None:
    end = written_stamp(FIRST_NIGHT + NIGHTS)
    stamps = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.000Z"
    columns = [
        column for column in columns_of(nights, f'everything."{name}"') if column not in PLANNED
    ]
    is_late = " or ".join(
        f"(regexp_full_match(\"{column}\", '{stamps}') and \"{column}\" > '{end}')"
        for column in columns
    )
    is_early = f'"{_stamp(name)}" < "CreatedDate"'
    wrong = nights.execute(
        f'from everything."{name}" where {is_late} or {is_early} limit 3'
    ).fetchall()
    assert wrong == []


def test_every_night_brings_only_its_own_changes(nights: duckdb.DuckDBPyConnection) -> None:
    late = ("Task", "Event")
    for night in (FIRST_NIGHT + 1, FIRST_NIGHT + NIGHTS):
        for name in OBJECTS:
            if name in late:
                # Rows that arrive late have old stamps.
                continue
            outside = nights.execute(f"""
                select "Id", "{_stamp(name)}" from nightly."{name}"
                where night = {night} and not (
                    "{_stamp(name)}" > '{written_stamp(night - 1)}'
                    and "{_stamp(name)}" <= '{written_stamp(night)}'
                )
            """).fetchall()
            assert outside == [], (night, name)


@pytest.mark.parametrize("night", [150, 400, TINY.days])
def test_references_lead_somewhere(clean_world: World, tmp_path: Path, night: int) -> None:
    """On any night: nothing points to what is not there yet."""
    write_salesforce(Delivery(clean_world, TINY.night(night)), tmp_path)
    connection = duckdb.connect()
    load(connection, "reached", str(tmp_path))
    prefixes = {SALESFORCE_PREFIXES[name]: name for name in OBJECTS if "History" not in name}
    dangling = []
    for name in OBJECTS:
        for column in columns_of(connection, f'reached."{name}"'):
            if column in ("Id", "OldValue", "NewValue"):
                continue
            found = connection.execute(f"""
                select distinct left("{column}", 3) from reached."{name}"
                where regexp_full_match("{column}", '[0-9a-zA-Z]{{3}}Nw0000[0-9a-zA-Z]{{9}}')
            """).fetchall()
            for (prefix,) in found:
                if prefix in NOT_EXPORTED:
                    continue
                missing = connection.execute(f"""
                    select count(*) from reached."{name}"
                    where left("{column}", 3) = '{prefix}'
                        and "{column}" not in (select "Id" from reached."{prefixes[prefix]}")
                """).fetchall()[0][0]
                if missing:
                    dangling.append((name, column, prefixes[prefix], missing))
    assert dangling == []


def written_stamp(night: int) -> str:
    """The cutoff of a night as Salesforce writes it."""
    return f"{cutoff(TINY.night(night)).isoformat()}.000Z"


def _stamp(name: str) -> str:
    """The field by which a night's rows are chosen; histories never change."""
    return "CreatedDate" if name.endswith("History") else "SystemModstamp"
