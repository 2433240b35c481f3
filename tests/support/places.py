"""Where records are after the gate.

Belongs here: that none is lost and none is in two places. Does not belong here: counts of rows up
to the marts (``fct_row_balance``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dagster_project.hygiene.rules import ENTITIES


def require_every_record_in_one_place(rows: Callable[[str], list[tuple[Any, ...]]]) -> None:
    """Every record that came in is admitted, quarantined or excluded, by key and for each entity.

    Args:
        rows: gives the rows of a query over a warehouse after its gate.
    """
    place = " union all ".join(
        f"select '{entity}' as entity, {entity}_id as record_id from {relation}"
        for entity in ENTITIES
        for relation in (f'gate."{entity}"', f"hygiene.quarantined_{entity}")
    )
    delivered = " union all ".join(
        f"select '{entity}' as entity, {entity}_id as record_id from canonical.\"{entity}\""
        for entity in ENTITIES
    )
    apart = rows(
        f"""
        with delivered as ({delivered}),
        place as ({place} union all select entity, record_id from hygiene.excluded_record)
        (from place except all from delivered) union all
        (from delivered except all from place)
        """
    )
    assert apart == []
