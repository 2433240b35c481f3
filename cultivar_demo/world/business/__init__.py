"""Business: deals, contracts and their movements, product use, support, scores."""

from __future__ import annotations

from collections.abc import Callable

from cultivar_demo.world.world import World

STEPS: dict[str, Callable[[World], None]] = {}
