"""All dirt, in its order.

Belongs here: the order, which matters because a record is the victim of one defect only. Does not
belong here: any kind of dirt itself.
"""

from __future__ import annotations

from cultivar_demo.dirt import accounts, activities, opportunities, people
from cultivar_demo.dirt.chance import label_chances
from cultivar_demo.dirt.defect import plant
from cultivar_demo.dirt.duplicates import add_duplicates
from cultivar_demo.dirt.records import Records
from cultivar_demo.dirt.strays import add_strays
from cultivar_demo.world import World


def make_records(world: World) -> None:
    """Open schema ``record``, plant every kind of dirt in it, and label what was done."""
    records = Records(world)
    # Duplicates come first: what they copy must still be sound.
    add_duplicates(records)
    add_strays(records)
    for module in (accounts, people, opportunities, activities):
        for defect in module.DEFECTS:
            plant(records, defect)
    label_chances(records)
