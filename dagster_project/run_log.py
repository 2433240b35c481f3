"""Where Dagster keeps the events of runs: its own SQLite files, kept open while they are written.

Belongs here: how the files are reached. Does not belong here: what is in them, which is Dagster's.

A night writes some 5,000 events. Dagster's storage makes a new engine and a new connection for
each of them, compiles its statements anew, and waits for the disk twice. With a few engines kept,
a night of the tiny company spends a third of the time on them, and the files are the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import sqlalchemy as db
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData

KEPT_OPEN = 8
"""So many files are open at a time: the index, and the runs that were asked for last."""

BUSY_SECONDS = 60
"""How long a writer waits for another process's."""


class RunLogStorage(SqliteEventLogStorage):
    """Dagster's storage of events, below ``base_dir``, which is DAGSTER_HOME."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, db.Engine] = OrderedDict()
        # Where Dagster has them by default, so that either storage reads the other's.
        super().__init__(str(Path(base_dir) / "history" / "runs"), inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """As Dagster makes it from ``dagster.yaml``."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[db.Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> db.Engine:
        engine = self._engines.pop(shard, None)
        if engine is not None and not Path(self.path_for_shard(shard)).exists():
            engine.dispose()  # the run was deleted
            engine = None
        if engine is None:
            engine = _engine(self.conn_string_for_shard(shard))
            self._initialized_dbs.discard(shard)
        self._engines[shard] = engine
        while len(self._engines) > KEPT_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return engine

    def dispose(self) -> None:
        """Close the files."""
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()
        super().dispose()


def _engine(url: str) -> db.Engine:
    # The lock above lets one thread at a time use the one connection.
    engine = db.create_engine(
        url,
        poolclass=db.QueuePool,
        pool_size=1,
        max_overflow=1,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @db.event.listens_for(engine, "connect")
    def _set(connection: Any, _: Any) -> None:
        # With a write-ahead log a crash of the machine can lose the last events, never the file.
        connection.execute("pragma synchronous = normal")

    return engine
