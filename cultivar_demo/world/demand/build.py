"""What the builders of the tables share: SQL of stamps, keys and texts, and writing in pieces.

Belongs here: helpers. Does not belong here: any table.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from cultivar_demo.settings import cutoff
from cultivar_demo.world.demand.log import NEVER, SCHEMA, Columns
from cultivar_demo.world.demand.state import State
from cultivar_demo.world.world import World

PIECE = 400_000
"""Rows that pass through Python at once."""


def texts(values: Sequence[str]) -> str:
    """A list literal of SQL; element code + 1 is the text, code -1 gives NULL."""
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"


def stamp(column: str) -> str:
    """SQL of an instant in seconds as a stamp; NEVER gives NULL."""
    return f"case when {column} < {NEVER} then make_timestamp({column} * 1000000) end"


def key(column: str) -> str:
    """SQL of a position as a key; NONE gives NULL."""
    return f"nullif({column}::bigint + 1, 0)"


class Builder:
    """A world, and ways to make tables of it. Tables in the making have the schema ``demand_log``
    and are named there without it.

    ``state`` is the finished state of the months; the last word on contacts needs none.
    """

    def __init__(self, world: World, state: State | None = None) -> None:
        self.world = world
        self._state = state
        self.end = int(np.datetime64(cutoff(world.settings.last_day), "s").astype(np.int64))

    @property
    def state(self) -> State:
        """What the agents know in the end."""
        if self._state is None:
            raise AssertionError("the months are not simulated here")
        return self._state

    def run(self, statement: str) -> None:
        """Execute SQL."""
        self.world.connection.execute(statement)

    def make(self, name: str, query: str) -> None:
        """Make a table in the making from a query."""
        self.run(f"create or replace table {SCHEMA}.{name} as {query}")

    def made(self) -> list[str]:
        """Names of the tables in the making and of the logs."""
        found = self.world.connection.execute(
            "select table_name from duckdb_tables() where schema_name = ? order by 1", [SCHEMA]
        ).fetchall()
        return [name for (name,) in found]

    def stage(self, name: str, columns: Columns) -> None:
        """Make columns a table in the making; ``at`` is called instant, AT being a word of SQL."""
        names = ["instant" if column == "at" else column for column in columns]
        table = pa.table([pa.array(values) for values in columns.values()], names=names)
        self.world.connection.register("_given", table)
        self.make(name, "select * from _given")
        self.world.connection.unregister("_given")

    def add(self, name: str, query: str, pieces_of: str | None = None) -> None:
        """Add a table of the schema from a query, which is ordered; or rows of pieces to it.

        Args:
            name: of the table.
            query: with ``{low}`` and ``{high}`` if it is run in pieces.
            pieces_of: table in the making whose dense ``id`` the pieces are cut by.
        """
        if pieces_of is None:
            self.world.add(name, self.world.sql(query))
            return
        found = self.world.columns(f"select coalesce(max(id), 0) as n from {SCHEMA}.{pieces_of}")
        for low in range(1, max(int(found["n"][0]), 1) + 1, PIECE):
            bounded = query.replace("{low}", str(low)).replace("{high}", str(low + PIECE - 1))
            is_new = low == 1 and name not in self.world
            (self.world.add if is_new else self.world.append)(name, self.world.sql(bounded))
