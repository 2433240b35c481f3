"""Reading a CSV file in which people of a company write down what they decided.

Belongs here: the header, the encoding, and telling every mistake with file, row, column, what was
found, what is allowed and what to do. Does not belong here: what a decision is about (waivers,
overrides of identity).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

Decision = TypeVar("Decision")


class DecisionFileError(ValueError):
    """A file of decisions that cannot be used; the message names file, row and column."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a cell."""

    column: str
    found: str
    allowed: str
    what_to_do: str

    def told(self, path: Path, line: int) -> str:
        """As people read it."""
        return (
            f"{path.name}, row {line}, {self.column}\n"
            f"  found:      {self.found}\n"
            f"  allowed:    {self.allowed}\n"
            f"  what to do: {self.what_to_do}"
        )


@dataclass(frozen=True)
class DecisionFile:
    """What a file of decisions looks like.

    Args:
        what: what a row is, such as ``waiver``.
        setting: where the company file names the file.
        error: raised for what is wrong with it.
    """

    what: str
    setting: str
    required_columns: Sequence[str]
    optional_columns: Sequence[str]
    error: type[DecisionFileError]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns."""
        return (*self.required_columns, *self.optional_columns)


def read_decisions(
    path: Path,
    kind: DecisionFile,
    mistakes_of: Callable[[dict[str, str]], Iterable[Mistake]],
    decide: Callable[[dict[str, str], int], Decision],
) -> tuple[Decision, ...]:
    """The decisions in ``path``, in their order.

    Args:
        path: the file.
        kind: what it looks like.
        mistakes_of: what is wrong with a row, column → trimmed text.
        decide: the decision of a row without a mistake, and the number of that row.

    Raises:
        DecisionFileError: ``kind.error`` with all mistakes.
    """
    if not path.is_file():
        raise kind.error(
            f"{path}: there is no such file of {kind.what}s. Correct {kind.setting} in the company "
            "file, or take it out."
        )
    reader = csv.DictReader(io.StringIO(_text(path, kind), newline=""))
    _require_header(path, kind, reader.fieldnames or ())
    rows = [(reader.line_num, row) for row in reader]
    mistakes: list[str] = []
    decisions: dict[Decision, int] = {}
    for line, row in rows:
        cells = {column: (row.get(column) or "").strip() for column in kind.columns}
        found = list(mistakes_of(cells))
        if None in row:
            found.append(Mistake("the row", "more cells than columns", "one cell a column",
                                 "Put text that holds a comma into quotes."))  # fmt: skip
        if found:
            mistakes += [mistake.told(path, line) for mistake in found]
            continue
        decision = decide(cells, line)
        earlier = decisions.setdefault(decision, line)
        if earlier != line:
            again = Mistake("the row", f"what row {earlier} says", f"each {kind.what} once",
                            "Take one of the two out.")  # fmt: skip
            mistakes.append(again.told(path, line))
    if mistakes:
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        raise kind.error(f"{path} has {count}:\n" + "\n".join(mistakes))
    return tuple(decisions)


def _text(path: Path, kind: DecisionFile) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        mistake = Mistake("the row", "a character that is not UTF-8", "text in UTF-8",
                          "Save the file as CSV in UTF-8.")  # fmt: skip
        raise kind.error(mistake.told(path, line)) from None


def _require_header(path: Path, kind: DecisionFile, header: Sequence[str]) -> None:
    missing = [column for column in kind.required_columns if column not in header]
    unknown = [column for column in header if column not in kind.columns]
    if missing or unknown or len(set(header)) < len(header):
        optional = ", ".join(kind.optional_columns)
        allowed = ", ".join(kind.required_columns)
        raise kind.error(
            Mistake(
                "the header",
                ", ".join(header) or "nothing",
                f"{allowed}; and if wanted {optional}" if optional else allowed,
                "Name the columns so in the first row, each once, with commas between them.",
            ).told(path, 1)
        )


def quoted(text: str) -> str:
    """What was found in a cell, as a mistake tells it."""
    return f"'{text}'" if text else "nothing"


def empty_cells(
    cells: dict[str, str], allowed: Mapping[str, str], otherwise: str
) -> Iterator[Mistake]:
    """A mistake for each empty cell of ``allowed``, column → what belongs there."""
    for column, words in allowed.items():
        if not cells[column]:
            yield Mistake(column, "nothing", words, f"Fill it in, or {otherwise}.")


def no_last_day(cells: dict[str, str], column: str, otherwise: str) -> Iterator[Mistake]:
    """A mistake where ``column`` does not hold the last day on which the decision holds."""
    if _day(cells[column]) is None:
        yield Mistake(
            column,
            quoted(cells[column]),
            "the last day on which it holds, such as 2026-12-31",
            f"Enter the day on which somebody looks at it again, or {otherwise}.",
        )


def _day(text: str) -> date | None:
    try:
        # Only with dashes: the basic form 20261231 is too easily a number.
        return date.fromisoformat(text) if len(text) == len("2026-12-31") else None
    except ValueError:
        return None
