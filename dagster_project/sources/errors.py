"""The one error of ingestion.

Belongs here: how a refused file is told to people. Does not belong here: the checks themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

KEPT = "Nothing of this source was loaded; yesterday's data is unchanged."


@dataclass
class SourceError(Exception):
    """A source that cannot be loaded: where, what was found, what is allowed, what to do."""

    source: str
    where: str
    found: str
    allowed: str
    what_to_do: str

    def __str__(self) -> str:
        return (
            f"Source '{self.source}' was stopped at {self.where}.\n"
            f"  found:      {self.found}\n"
            f"  allowed:    {self.allowed}\n"
            f"  what to do: {self.what_to_do}\n"
            f"  {KEPT}"
        )
