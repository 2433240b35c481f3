"""What really happened in the made company: agents, their acts, and the systems' records of them.

Belongs here: the tables of ``schema``, simulated in the order of ``STEPS``; each step reads the
tables of the steps before it. Does not belong here: defects of records (``dirt``), files
(``vendors``), numbers about it (``ledger``).
"""

from cultivar_demo.world.world import World, build_world

__all__ = ["World", "build_world"]
