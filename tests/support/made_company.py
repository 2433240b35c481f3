"""A world written down by hand, for tests of what is written from it.

Belongs here: filling tables. Does not belong here: any rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from cultivar_demo.schema import TABLES
from cultivar_demo.settings import Settings
from cultivar_demo.world.world import World


def hand_made_world(settings: Settings, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> World:
    """A world with these rows; columns that are not given are NULL, other tables are empty.

    Its records are open: schema ``record`` shows the rows as they are.
    """
    unknown = sorted(set(rows) - set(TABLES))
    if unknown:
        raise ValueError(f"no tables of the world: {unknown}")
    world = World(settings)
    for name, table in TABLES.items():
        given = [dict(row) for row in rows.get(name, ())]
        for row in given:
            strange = sorted(set(row) - set(table.columns))
            if strange:
                raise ValueError(f"no columns of {name}: {strange}")
        world.add(name, pa.Table.from_pylist(given, schema=table.schema))
    world.open_records()
    return world
