"""HubSpot's nights over the tiny made company: they add up, and none knows the future.

Belongs here: what must hold whatever the company does. Does not belong here: single records
(``test_hubspot_writer``).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from cultivar_demo.settings import TINY, cutoff
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.hubspot import OBJECTS, write_hubspot
from cultivar_demo.world.world import World

pytestmark = pytest.mark.slow

FIRST_NIGHT = 400
NIGHTS = 5
LAST_NIGHT = FIRST_NIGHT + NIGHTS


@pytest.fixture(scope="module")
def nights(
    made_world: World, tmp_path_factory: pytest.TempPathFactory
) -> duckdb.DuckDBPyConnection:
    """Table ``record`` (object, id, night, record): night 0 is everything at the last night, the
    others one night's full state and what each of the following brought.
    """
    folder = tmp_path_factory.mktemp("hubspot")
    write_hubspot(Delivery(made_world, TINY.night(LAST_NIGHT)), folder / "0")
    write_hubspot(Delivery(made_world, TINY.night(FIRST_NIGHT)), folder / f"{FIRST_NIGHT}")
    for night in range(FIRST_NIGHT + 1, LAST_NIGHT + 1):
        delivery = Delivery(made_world, TINY.night(night), TINY.night(night - 1))
        write_hubspot(delivery, folder / f"{night}")
    return read(folder)


def read(folder: Path) -> duckdb.DuckDBPyConnection:
    """Every record of every page below ``folder/<night>/<object>.jsonl.gz``."""
    connection = duckdb.connect()
    connection.execute(
        f"""
        create table record as
        select
            parse_filename(filename, true) as file,
            cast(regexp_extract(filename, '/([0-9]+)/[^/]*$', 1) as integer) as night,
            unnest(coalesce(
                json_extract(json, '$.results[*]'), []
            ) || coalesce(json_extract(json, '$.events[*]'), [])) as record
        from read_ndjson_objects('{folder}/*/*.jsonl.gz', filename = true)
        """
    )
    connection.execute("alter table record add column object varchar")
    connection.execute("update record set object = split_part(file, '.', 1)")
    return connection


GONE = """
    select distinct unnest(string_split(record ->> '$.properties.hs_merged_object_ids', ';'))
    from record
    where night = 0 and (record ->> '$.properties.hs_merged_object_ids') is not null
"""
"""Ids of those that were merged into another: HubSpot no longer has them."""


@pytest.mark.parametrize("name", [*OBJECTS, "email_events"])
def test_nights_add_up_to_the_full_state(nights: duckdb.DuckDBPyConnection, name: str) -> None:
    everything = (
        f"select record ->> '$.id' as id, record from record where object = '{name}' and night = 0"
    )
    merged = f"""
        select record ->> '$.id' as id, record from record
        where object = '{name}' and night > 0
            and (record ->> '$.id') not in ({GONE})
        qualify row_number() over (partition by record ->> '$.id' order by night desc) = 1
    """
    different = nights.execute(
        f"""
        (select * from ({everything}) except select * from ({merged}))
        union all (select * from ({merged}) except select * from ({everything}))
        order by id limit 2
        """
    ).fetchall()
    assert different == []
    total, ids = nights.execute(
        f"select count(*), count(distinct id) from ({everything})"
    ).fetchall()[0]
    assert total == ids


def test_the_nights_brought_something(nights: duckdb.DuckDBPyConnection) -> None:
    brought = nights.execute(
        f"select distinct object from record where night > {FIRST_NIGHT}"
    ).fetchall()
    assert {"contacts", "deals", "calls", "emails", "email_events"} <= {name for (name,) in brought}


def test_nobody_who_was_merged_is_delivered(nights: duckdb.DuckDBPyConnection) -> None:
    (gone,) = nights.execute(f"select count(*) from ({GONE}) as gone (id)").fetchall()[0]
    assert gone > 0
    there = nights.execute(
        f"select count(*) from record where night = 0 and (record ->> '$.id') in ({GONE})"
    ).fetchall()
    assert there == [(0,)]


def test_nothing_is_known_before_it_happened(nights: duckdb.DuckDBPyConnection) -> None:
    end = f"{cutoff(TINY.night(LAST_NIGHT)):%Y-%m-%dT%H:%M:%SZ}"
    wrong = nights.execute(
        f"""
        select object, record from record
        where night = 0 and (
            (record ->> '$.updatedAt') > '{end}'
            or (record ->> '$.createdAt') > (record ->> '$.updatedAt')
            or list_max(
                json_extract_string(record, '$.propertiesWithHistory.*[*].timestamp')
            ) > '{end}'
            or (object = 'email_events'
                and cast(record ->> '$.created' as bigint)
                    > epoch_ms(timestamp '{cutoff(TINY.night(LAST_NIGHT))}'))
        )
        limit 3
        """
    ).fetchall()
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "current"),
    [
        ("deals", ("dealstage", "amount", "closedate", "hubspot_owner_id", "hs_next_step")),
        ("contacts", ("hs_lead_status",)),
    ],
)
def test_the_history_ends_with_what_is(
    nights: duckdb.DuckDBPyConnection, name: str, current: tuple[str, ...]
) -> None:
    for column in current:
        wrong = nights.execute(
            f"""
            select record from record
            where night = 0 and object = '{name}'
                and coalesce(record ->> '$.properties.{column}', '')
                    <> coalesce(record ->> '$.propertiesWithHistory.{column}[0].value', '')
            limit 3
            """
        ).fetchall()
        assert wrong == [], column
