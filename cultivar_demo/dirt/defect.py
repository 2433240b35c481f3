"""What a planted defect is, as data, and how it is planted.

Belongs here: the shape of a defect. Does not belong here: the list of them, one module an object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cultivar_demo.dirt.copies import Copied, Copying
from cultivar_demo.dirt.records import ENTITIES, Records

PEOPLE_KEYS = {"person": "person_id", "employment": "employment_id"}


@dataclass(frozen=True)
class Defect:
    """One way to break a rule of the hygiene catalogue.

    Args:
        rule: id of the rule.
        entity: whose records are broken.
        eligible: query over the truth for ids that may be chosen; they are sound in what the rule
            looks at.
        changes: table of schema ``record`` → column → SQL; ``altered`` is the row,
            ``picked.number`` the victim's place. ``person`` and ``employment`` are those of the
            lead or contact.
        share: share of the eligible records.
        at_least: so many in any case.
        field: the offending field, as the canonical contract names it.
        detail: which of a rule's conditions is broken, where it has several.
        breaks_a_copy: break a copy instead of the record itself, because the record then does not
            count and the truth must stay whole.
        days_later: when such a copy is created, after the original.
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
    days_later: tuple[int, int] = (1, 60)

    @property
    def name(self) -> str:
        """Tells it apart from all others; its random stream."""
        return "/".join((self.rule, self.entity, self.field, self.detail))

    @property
    def copying(self) -> Copying:
        """The copies that it breaks, where it breaks copies."""
        return Copying(
            name=self.name,
            entity=self.entity,
            eligible=self.eligible,
            share=self.share,
            at_least=self.at_least,
            days_later=self.days_later,
        )


def plant(records: Records, defect: Defect, copied: Mapping[str, Copied]) -> np.ndarray:
    """Plant a defect and label it; returns the ids of the broken records.

    Args:
        records: what is altered.
        defect: what is done.
        copied: the copies that were made, by name of the defect.
    """
    if defect.breaks_a_copy:
        ids = copied[defect.name].first
        records.leave_out(defect.entity, ids, f"quarantined by {defect.rule}")
    else:
        ids = records.pick(
            defect.name, defect.entity, defect.eligible,
            share=defect.share, at_least=defect.at_least,
        )  # fmt: skip
    for table, columns in defect.changes.items():
        if table in PEOPLE_KEYS:
            key = PEOPLE_KEYS[table]
            records.alter(table, key, records.linked(defect.entity, key, ids), columns)
        else:
            records.alter(table, ENTITIES[defect.entity].key, ids, columns)
    records.label(defect.rule, defect.entity, ids, defect.field, defect.detail)
    return ids


def one_of(*values: str) -> str:
    """SQL that gives the victims the texts in turns."""
    texts = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"([{texts}])[1 + picked.number % {len(values)}]"
