"""The steps of the simulation in their order: name for the progress bar → function of the world.

Belongs here: the order. Does not belong here: the steps themselves.
"""

from __future__ import annotations

from collections.abc import Callable

from cultivar_demo.world import business, demand, foundation
from cultivar_demo.world.world import World

STEPS: dict[str, Callable[[World], None]] = {
    **foundation.STEPS,
    **demand.STEPS,
    **business.STEPS,
    **demand.CLOSING_STEPS,
}
