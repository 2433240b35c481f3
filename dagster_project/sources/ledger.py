"""The ledger of landed tables: what each looked like when it was last accepted.

Belongs here: the manifest beside each landed Parquet file. Does not belong here: checks.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class LandedFile(BaseModel):
    """One file that fed a table."""

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str
    bytes: int
    rows: int
    columns: tuple[str, ...]
    ends_with_newline: bool


class Manifest(BaseModel):
    """What a landed table was made of."""

    model_config = ConfigDict(frozen=True)

    source: str
    table: str
    fingerprint: str
    """Hash over the files' contents and the mapping: equal means that nothing changed."""
    as_of_date: dt.date
    rows: int
    files: tuple[LandedFile, ...]
    previous_rows: int | None = None
    """Rows of the landing that it was compared with; None for a table's first."""
    counted_rows: int | None = None
    """Rows of its files as the source itself counted them; None where it does not tell."""
    new_columns: tuple[str, ...] = ()
    """Columns that the landing before did not have."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of all files, in order."""
        return tuple(dict.fromkeys(c for file in self.files for c in file.columns))


class Ledger:
    """The landing area of one source: for each table the accepted and the pending landing."""

    def __init__(self, folder: Path):
        self.folder = folder

    def parquet(self, table: str, *, pending: bool = False) -> Path:
        """Path of the landed rows."""
        return self.folder / f"{table}{'.pending' if pending else ''}.parquet"

    def _manifest(self, table: str, *, pending: bool = False) -> Path:
        return self.folder / f"{table}{'.pending' if pending else ''}.json"

    def tables(self) -> list[str]:
        """Tables that were ever accepted."""
        return sorted(
            path.stem for path in self.folder.glob("*.json") if ".pending" not in path.name
        )

    def pending_tables(self) -> list[str]:
        """Tables with a checked landing that is not loaded yet."""
        return sorted(
            path.name.removesuffix(".pending.json") for path in self.folder.glob("*.pending.json")
        )

    def accepted(self, table: str) -> Manifest | None:
        """The last accepted landing, if its rows are still there."""
        path = self._manifest(table)
        if not path.exists() or not self.parquet(table).exists():
            return None
        return Manifest.model_validate_json(path.read_text(encoding="utf-8"))

    def pending(self, table: str) -> Manifest | None:
        """A checked landing that is not loaded yet."""
        path = self._manifest(table, pending=True)
        if not path.exists():
            return None
        return Manifest.model_validate_json(path.read_text(encoding="utf-8"))

    def write_pending(self, manifest: Manifest) -> None:
        """Record that the pending rows of a table are complete and checked."""
        path = self._manifest(manifest.table, pending=True)
        path.write_text(manifest.model_dump_json(indent=2), encoding="utf-8")

    def drop_pending(self) -> None:
        """Forget landings that never were loaded."""
        for path in [*self.folder.glob("*.pending.json"), *self.folder.glob("*.pending.parquet")]:
            path.unlink()

    def accept(self, table: str) -> None:
        """Make the pending landing of ``table`` the accepted one."""
        self.parquet(table, pending=True).replace(self.parquet(table))
        self._manifest(table, pending=True).replace(self._manifest(table))
