"""Deliveries that are broken as a whole: what the table rules T01 to T08 are for.

Belongs here: breaking the written files of one delivery, by rule. Does not belong here: broken
records. A defect stops the night, so a company has none unless ``--defect`` asks for one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb

from cultivar_demo.vendors.files import write_csv

LEFT_SHARE = 2
"""Of a broken-off export every second row is left."""

SKEW_HOURS = 30
"""How far a clock that goes wrong lies ahead."""


@dataclass(frozen=True)
class DeliveryDefect:
    """A broken delivery: the rule it breaks, the file, what is wrong, and how it is done."""

    rule: str
    file: str
    """Path below the extracts."""
    meaning: str
    rows: str
    """Query over ``delivered`` for the rows that are written instead; ``$day`` is the last day."""


DEFECTS: dict[str, DeliveryDefect] = {
    defect.rule: defect
    for defect in (
        DeliveryDefect(
            "T01", "salesforce/Opportunity.csv", "the column with the stage is missing",
            "select * exclude (StageName) from delivered",
        ),
        DeliveryDefect(
            "T02", "salesforce/Lead.csv", "nothing but the header",
            "select * from delivered limit 0",
        ),
        DeliveryDefect(
            "T03", "salesforce/Opportunity.csv", "half of the rows are missing",
            f"select * exclude (row) from (select *, row_number() over () as row from delivered) "
            f"where row % {LEFT_SHARE} = 0",
        ),
        DeliveryDefect(
            "T04", "salesforce/Account.csv", "no record newer than a month",
            "select * from delivered where SystemModstamp < strftime($day - 30, '%Y-%m-%d')",
        ),
        DeliveryDefect(
            "T05", "salesforce/Contact.csv", "a record twice",
            "select * from delivered union all (select * from delivered limit 1)",
        ),
        DeliveryDefect(
            "T06", "salesforce/Lead.csv", "stamps of change that lie in the future",
            "select * replace (case when row_number() over () % 10 = 0 then strftime("
            f"$day + interval {24 + SKEW_HOURS} hour, '%Y-%m-%dT%H:%M:%S.000Z') "
            "else SystemModstamp end as SystemModstamp) from delivered",
        ),
        DeliveryDefect(
            "T07", "salesforce/Contact.csv", "last names are missing in every tenth record",
            "select * replace (case when row_number() over () % 10 = 0 then null "
            "else LastName end as LastName) from delivered",
        ),
        DeliveryDefect(
            "T08", "salesforce/Task.csv", "the last hundred rows are missing",
            "select * from delivered limit (select greatest(count(*) - 100, 1) from delivered)",
        ),
    )
}  # fmt: skip
"""Rule → how a delivery breaks it."""


def break_delivery(extracts: Path, rule: str, day: dt.date) -> DeliveryDefect:
    """Break the delivery in ``extracts`` so that table rule ``rule`` must stop it.

    Args:
        extracts: folder of the delivery.
        rule: T01 to T08.
        day: last day of the delivery.

    Raises:
        ValueError: no such rule, or the delivery has no such file.
    """
    if rule not in DEFECTS:
        raise ValueError(f"no defect '{rule}'; allowed are {', '.join(DEFECTS)}")
    defect = DEFECTS[rule]
    path = extracts / defect.file
    if not path.is_file():
        raise ValueError(f"{rule} breaks {defect.file}, which this delivery does not have")
    with duckdb.connect() as connection:
        connection.execute(
            "create table delivered as "
            "select * from read_csv(?, all_varchar = true, header = true, parallel = false)",
            [str(path)],
        )
        write_csv(connection, defect.rows.replace("$day", f"date '{day}'"), path)
    return defect
