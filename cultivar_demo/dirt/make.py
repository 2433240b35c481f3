"""All dirt, in its order.

Belongs here: the order, which matters because a record is the victim of one defect only. Does not
belong here: any kind of dirt itself.
"""

from __future__ import annotations

from cultivar_demo.dirt import accounts, opportunities, people
from cultivar_demo.dirt.defect import plant
from cultivar_demo.dirt.records import Records
from cultivar_demo.world import World


def make_records(world: World) -> None:
    """Open schema ``record``, plant every kind of dirt in it, and label what was done."""
    records = Records(world)
    for defect in (*accounts.DEFECTS, *people.DEFECTS, *opportunities.DEFECTS,
                   opportunities.UNKNOWN_ACCOUNT):  # fmt: skip
        plant(records, defect)
