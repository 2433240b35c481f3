"""The world: its tables in a DuckDB database, filled step by step.

Belongs here: the container and the order of the steps. Does not belong here: any simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

import duckdb
import pyarrow as pa

from cultivar_demo.schema import TABLES, conform
from cultivar_demo.settings import Settings

IN_MEMORY_ACCOUNTS = 20_000
"""A larger market lies in a file, which is removed with the world."""

MEMORY_LIMIT = "3 GB"
"""What the database may hold of such a file; the simulation itself needs as much again."""


class World:
    """Tables of ``schema`` by name, readable as Arrow and by SQL.

    ``settings`` holds the knobs. Only small things are copied: ``sql`` reads tables in place.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.preparing = Lock()
        """Held while a table is made that two vendors may need."""
        if settings.accounts <= IN_MEMORY_ACCOUNTS:
            self.connection = duckdb.connect()
        else:
            self._folder = TemporaryDirectory(prefix="cultivar-demo-")
            self.connection = duckdb.connect(Path(self._folder.name) / "world.duckdb")
            self.connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        # One order of rows, whatever the number of threads.
        self.connection.execute("set preserve_insertion_order = true")
        self._set_session()
        # DuckDB 1.5.6: this one fails on some windows that keep the first row of each group.
        self.connection.execute("set disabled_optimizers = 'top_n_window_elimination'")
        # Where the planner takes the left side of an as-of join for a few rows, it compares each
        # of them with all of the right side: minutes in a large company.
        self.connection.execute("set asof_loop_join_threshold = 0")

    def _set_session(self) -> None:
        self.connection.execute("set TimeZone = 'UTC'")

    def beside(self) -> World:
        """The same tables through a connection of its own, for another thread."""
        other = copy(self)
        other.connection = self.connection.cursor()
        other._set_session()
        return other

    def add(self, name: str, table: pa.Table | Mapping[str, Any]) -> None:
        """Add a table, in the columns and types of the schema; a name is added once.

        Args:
            name: a table of ``schema.TABLES``.
            table: an Arrow table, or columns as arrays (NumPy, Arrow or lists).
        """
        given = table if isinstance(table, pa.Table) else pa.table(dict(table))
        conformed = conform(name, given)
        self.connection.register("_given", conformed)
        self.connection.execute(f"create table {name} as select * from _given")
        self.connection.unregister("_given")

    def append(self, name: str, table: pa.Table | Mapping[str, Any]) -> None:
        """Add rows to a table that an earlier step added."""
        given = table if isinstance(table, pa.Table) else pa.table(dict(table))
        self.connection.register("_given", conform(name, given))
        self.connection.execute(f"insert into {name} select * from _given")
        self.connection.unregister("_given")

    def open_records(self) -> None:
        """Schema ``record``: the tables as people keep them, at first views of the truth.

        Dirt replaces a view by a table of the same columns; vendors read ``record`` only.
        """
        self.connection.execute("create schema record")
        # With the database's name: temporary views live in a schema that is called main, too.
        (database,) = self.connection.execute("select current_database()").fetchone() or ("",)
        for name in TABLES:
            if name in self:
                self.connection.execute(
                    f"create view record.{name} as select * from {database}.main.{name}"
                )

    def sql(self, query: str, parameters: Any = None) -> pa.Table:
        """The result of ``query`` over the tables added so far, as Arrow."""
        return self.connection.execute(query, parameters or []).to_arrow_table()

    def columns(self, query: str, parameters: Any = None) -> dict[str, Any]:
        """The result of ``query`` as NumPy arrays by column (no NULLs in numbers and stamps)."""
        return self.connection.execute(query, parameters or []).fetchnumpy()

    def table(self, name: str) -> pa.Table:
        """A whole table."""
        return self.sql(f"select * from {name}")

    def __contains__(self, name: str) -> bool:
        query = "select 1 from duckdb_tables() where schema_name = 'main' and table_name = ?"
        return self.connection.execute(query, [name]).fetchone() is not None


def build_world(
    settings: Settings, progress: Callable[[str], None] = lambda message: None
) -> World:
    """Simulate the company; every table of the schema but ``product_event`` is there afterwards."""
    from cultivar_demo.world.steps import STEPS

    world = World(settings)
    for name, step in STEPS.items():
        progress(name)
        step(world)
    missing = [name for name in TABLES if name != "product_event" and name not in world]
    if missing:
        raise AssertionError(f"the simulation left out {missing}")
    return world
