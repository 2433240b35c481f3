"""What careless people, imports and robots do to records, each defect with a label.

Belongs here: planted defects by rule of the hygiene catalogue, duplicates, bots, test records, late
rows, drift and deletions; and the labels. Does not belong here: the truth (``world``), files
(``vendors``).
"""

from cultivar_demo.dirt.make import make_records

__all__ = ["make_records"]
