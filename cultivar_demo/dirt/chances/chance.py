"""What a query for the records that break a rule is, as data.

Belongs here: the shape. Does not belong here: any rule.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Chance:
    """How to find what breaks a rule.

    Args:
        rule: id of the rule.
        entity: whose records.
        field: the offending field, as the canonical contract names it.
        query: its only column holds the records' world ids; over ``judged_<entity>``, schema
            ``record``, and ``main`` for what the world is like.
        detail: which of a rule's conditions it is, where the rule has several.
        is_clustered: the query has a second column, the number of the cluster whose members are
            the same thing; all members of a cluster are found.
    """

    rule: str
    entity: str
    field: str
    query: str
    detail: str = ""
    is_clustered: bool = False


def texts(values: tuple[str, ...]) -> str:
    """SQL list of texts, in brackets."""
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"({quoted})"
