"""All dirt, in its order.

Belongs here: the order, which matters because a record is the victim of one defect only. Does not
belong here: any kind of dirt itself.
"""

from __future__ import annotations

from cultivar_demo.dirt import accounts, activities, duplicates, opportunities, people, strays
from cultivar_demo.dirt.chance import label_chances
from cultivar_demo.dirt.copies import copy_all
from cultivar_demo.dirt.defect import Defect, plant
from cultivar_demo.dirt.records import Records
from cultivar_demo.dirt.special import plant_special
from cultivar_demo.dirt.traffic import add_own_workspaces
from cultivar_demo.world import World

DEFECTS: tuple[Defect, ...] = (
    *accounts.DEFECTS,
    *people.DEFECTS,
    *opportunities.DEFECTS,
    *activities.DEFECTS,
)


def make_records(world: World) -> None:
    """Open schema ``record``, plant every kind of dirt in it, and label what was done."""
    records = Records(world)
    # Copies come first: what they copy must still be sound.
    copied = copy_all(
        records,
        (
            *duplicates.COPYINGS,
            *strays.COPYINGS,
            *(defect.copying for defect in DEFECTS if defect.breaks_a_copy),
        ),
    )
    duplicates.add_duplicates(records, copied)
    strays.add_strays(records, copied)
    add_own_workspaces(records)
    # Those who are hard to find go first, before somebody else takes them.
    plant_special(records)
    for defect in DEFECTS:
        plant(records, defect, copied)
    records.flush()
    label_chances(records)
