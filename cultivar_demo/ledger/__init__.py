"""The truth about the made company, computed from the simulated world alone.

Belongs here: the value, numerator and denominator of every KPI, month by month; movements, stage
visits, daily pipeline, true links. Written beside the extracts, in a folder that no pipeline reads.
Does not belong here: anything that reads an extract; labels of defects, which the dirt writes.
"""

from cultivar_demo.ledger.basis import RECORDED, RESOLVED, Basis
from cultivar_demo.ledger.write import fill, write_ledger

__all__ = ["RECORDED", "RESOLVED", "Basis", "fill", "write_ledger"]
