"""The ground of the made company: calendars, its own people, the market, people, campaigns."""

from __future__ import annotations

from collections.abc import Callable

from cultivar_demo.world.world import World

STEPS: dict[str, Callable[[World], None]] = {}
