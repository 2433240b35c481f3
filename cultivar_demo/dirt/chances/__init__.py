"""What breaks which rule of the hygiene catalogue at the end of the last day, by SQL.

Belongs here: for each rule a query over the judged records (``judged``), written from the
catalogue; planted or come about by itself, it finds both. Does not belong here: planting.
"""

from cultivar_demo.dirt.chances import accounts, activities, opportunities, people
from cultivar_demo.dirt.chances.chance import Chance

CHANCES: tuple[Chance, ...] = (
    *accounts.CHANCES,
    *people.CHANCES,
    *opportunities.CHANCES,
    *activities.CHANCES,
)

__all__ = ["CHANCES", "Chance"]
