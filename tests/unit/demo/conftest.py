"""The tiny made company, built once for all tests of its files.

Belongs here: worlds. Does not belong here: what is written from them.
"""

from __future__ import annotations

import pytest

from cultivar_demo.dirt import make_records
from cultivar_demo.settings import TINY
from cultivar_demo.world.world import World, build_world


@pytest.fixture(scope="session")
def made_world() -> World:
    """The tiny company with its records as careless people keep them. Read only."""
    world = build_world(TINY)
    make_records(world)
    return world


@pytest.fixture(scope="session")
def clean_world() -> World:
    """The tiny company with its records as they should be. Read only."""
    world = build_world(TINY)
    world.open_records()
    return world
