"""Demand: marketing, the website, leads, sequences, conversations, hand-offs, awareness."""

from __future__ import annotations

from collections.abc import Callable

from cultivar_demo.world.demand.closing import close
from cultivar_demo.world.demand.simulate import simulate
from cultivar_demo.world.world import World

STEPS: dict[str, Callable[[World], None]] = {"demand": simulate}
"""Name of the step → function that adds its tables; in this order."""

CLOSING_STEPS: dict[str, Callable[[World], None]] = {"demand and deals": close}
"""Same, for what depends on the deals: after the steps of ``business``."""
