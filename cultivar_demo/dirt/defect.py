"""What a planted defect is, as data, and how it is planted.

Belongs here: the shape of a defect. Does not belong here: the list of them, one module an object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cultivar_demo.dirt.records import ENTITIES, Records

PEOPLE_KEYS = {"person": "person_id", "employment": "employment_id"}


@dataclass(frozen=True)
class Defect:
    """One way to break a rule of the hygiene catalogue.

    Args:
        rule: id of the rule.
        entity: whose records are broken.
        eligible: query for ids that may be chosen; they are sound in what the rule looks at.
        changes: table of schema ``record`` → column → SQL; ``altered`` is the row,
            ``picked.number`` the victim's place. ``person`` and ``employment`` are those of the
            lead or contact.
        share: share of the eligible records.
        at_least: so many in any case.
        field: the offending field, as the canonical contract names it.
        breaks_a_copy: break a copy instead of the record itself, because the record then does not
            count and the truth must stay whole.
    """

    rule: str
    entity: str
    eligible: str
    changes: Mapping[str, Mapping[str, str]]
    share: float = 0.01
    at_least: int = 1
    field: str = ""
    detail: str = ""
    breaks_a_copy: bool = False
    copied_days_later: tuple[int, int] = (1, 60)


def plant(records: Records, defect: Defect) -> np.ndarray:
    """Plant a defect and label it; returns the ids of the broken records."""
    ids = records.pick(
        f"{defect.rule}/{defect.entity}/{defect.field}",
        defect.entity,
        defect.eligible,
        share=defect.share,
        at_least=defect.at_least,
    )
    if defect.breaks_a_copy:
        ids = records.copy(defect.entity, ids, days_later=defect.copied_days_later)
        records.leave_out(defect.entity, ids, f"quarantined by {defect.rule}")
    place = ENTITIES[defect.entity]
    for table, columns in defect.changes.items():
        if table in PEOPLE_KEYS:
            key = PEOPLE_KEYS[table]
            records.alter(table, key, records.linked(place, key, ids), columns)
        else:
            records.alter(table, place.key, ids, columns)
    records.label(defect.rule, defect.entity, ids, defect.field, defect.detail)
    return ids


def one_of(*values: str) -> str:
    """SQL that gives the victims the texts in turns."""
    texts = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"([{texts}])[1 + picked.number % {len(values)}]"
