"""Quoting names and values that come from configuration or from files' headers.

Belongs here: the only two ways in which such text may enter an SQL statement.
"""

from __future__ import annotations


def identifier(name: str) -> str:
    """``name`` as a quoted SQL identifier."""
    if not name or "\x00" in name:
        raise ValueError("a column name must be text without NUL characters")
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    """``value`` as an SQL text literal, or NULL."""
    if value is None:
        return "null"
    if "\x00" in value:
        raise ValueError("a text value must not hold NUL characters")
    return "'" + value.replace("'", "''") + "'"
