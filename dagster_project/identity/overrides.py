"""What people decided about two records: they are one, they are not, or one belongs to the other.

Belongs here: reading and checking the file that the company file names under
``identity.overrides``. Does not belong here: what a decision does (``links``, ``clusters``), what
it is worth against a source's own merges (``merges``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from dagster_project.decision_file import (
    DecisionFile,
    DecisionFileError,
    Mistake,
    empty_cells,
    no_last_day,
    quoted,
    read_decisions,
)
from dagster_project.identity.contradictions import Record, contradictions

ACTIONS = {
    "merge": "the two records are one",
    "never_merge": "the two records are not one, however alike",
    "match": "the lead belongs to the account",
}
KINDS = {
    "account": "two accounts",
    "person": "two contacts or leads",
    "lead_account": "a lead, and the account that it belongs to",
}
#: Kind about which ``match`` decides, and nothing else does.
MATCHED_KIND = "lead_account"

COLUMNS = ("action", "kind", "source_l", "record_l", "source_r", "record_r", "reason",
           "decided_by", "decided_until")  # fmt: skip

_ALLOWED = {
    "record_l": "the first record's id in its source",
    "record_r": "the second record's id in its source",
    "reason": "why it is so, in words",
    "decided_by": "who decided it",
}
_OTHERWISE = "take the row out"


class OverrideFileError(DecisionFileError):
    """A file of overrides that cannot be used; the message names file, row and column."""


@dataclass(frozen=True)
class Override:
    """One decision about two records."""

    action: str
    kind: str
    source_l: str
    record_l: str
    source_r: str
    record_r: str
    reason: str
    decided_by: str
    #: The last day on which it holds.
    decided_until: date
    #: Where it stands in the file.
    row: int = field(default=0, compare=False)

    @property
    def left(self) -> Record:
        """The first record."""
        return (self.kind, self.source_l, self.record_l)

    @property
    def right(self) -> Record:
        """The second record."""
        return (self.kind, self.source_r, self.record_r)

    @property
    def pair(self) -> frozenset[Record]:
        """The two records, in whatever order."""
        return frozenset({self.left, self.right})


def load_overrides(path: Path, sources: Sequence[str], as_of_date: date) -> tuple[Override, ...]:
    """The decisions in ``path`` that hold on the run's day.

    Raises:
        OverrideFileError: every mistake with file, row, column, what was found, what is allowed
            and what to do.
    """
    decided = read_decisions(path, _FILE, lambda cells: _mistakes(cells, sources), _override)
    in_force = [override for override in decided if override.decided_until >= as_of_date]
    said: dict[frozenset[Record], Override] = {}
    for override in in_force:
        earlier = said.setdefault(override.pair, override)
        if earlier.action != override.action:
            raise OverrideFileError(
                f"{path.name} says of {override.kind} {override.record_l} ({override.source_l}) "
                f"and {override.record_r} ({override.source_r}) both {earlier.action} "
                f"({earlier.decided_by}) and {override.action} ({override.decided_by}). "
                "Take one of the two rows out."
            )
    _refuse_two_accounts(path, in_force)
    told = contradictions(in_force)
    if told:
        raise OverrideFileError(f"In {path.name} " + "\n".join(told))
    return tuple(in_force)


def _refuse_two_accounts(path: Path, overrides: Sequence[Override]) -> None:
    """Fail where a lead is to belong to two accounts."""
    said: dict[Record, Override] = {}
    for override in overrides:
        if override.action != "match":
            continue
        earlier = said.setdefault(override.left, override)
        if earlier.right != override.right:
            raise OverrideFileError(
                f"{path.name}, rows {earlier.row} and {override.row}: lead {override.record_l} "
                f"({override.source_l}) belongs to account {earlier.record_r} "
                f"({earlier.decided_by}) and to account {override.record_r} "
                f"({override.decided_by}). Take one of the two rows out."
            )


_FILE = DecisionFile(
    what="override",
    setting="identity.overrides",
    required_columns=COLUMNS,
    optional_columns=(),
    error=OverrideFileError,
)


def _mistakes(cells: dict[str, str], sources: Sequence[str]) -> Iterable[Mistake]:
    for column, allowed in (
        ("action", list(ACTIONS)),
        ("kind", list(KINDS)),
        ("source_l", list(sources)),
        ("source_r", list(sources)),
    ):
        if cells[column] not in allowed:
            yield Mistake(column, quoted(cells[column]), ", ".join(allowed), "Enter one of them.")
    if cells["action"] in ACTIONS and cells["kind"] in KINDS:
        allowed = [kind for kind in KINDS if (kind == MATCHED_KIND) == (cells["action"] == "match")]
        if cells["kind"] not in allowed:
            yield Mistake(
                "kind",
                quoted(cells["kind"]),
                f"{' or '.join(allowed)} beside {cells['action']}",
                "Enter the kind that the action decides about: "
                + ", ".join(f"{kind} is {what}" for kind, what in KINDS.items())
                + ".",
            )
    yield from empty_cells(cells, _ALLOWED, _OTHERWISE)
    yield from no_last_day(cells, "decided_until", _OTHERWISE)


def _override(cells: dict[str, str], row: int) -> Override:
    texts = {column: cells[column] for column in COLUMNS if column != "decided_until"}
    return Override(**texts, decided_until=date.fromisoformat(cells["decided_until"]), row=row)
