"""The ground of the made company: calendars, its own people, the market, people, campaigns."""

from __future__ import annotations

from collections.abc import Callable

from cultivar_demo.world.foundation.campaigns import add_campaigns
from cultivar_demo.world.foundation.market import add_accounts
from cultivar_demo.world.foundation.organisation import add_users
from cultivar_demo.world.foundation.ownership import add_ownership
from cultivar_demo.world.foundation.people import add_people
from cultivar_demo.world.foundation.plan import add_plan
from cultivar_demo.world.foundation.reference import add_reference
from cultivar_demo.world.world import World

STEPS: dict[str, Callable[[World], None]] = {
    "reference": add_reference,
    "users": add_users,
    "market": add_accounts,
    "ownership": add_ownership,
    "people": add_people,
    "campaigns": add_campaigns,
    "quotas and costs": add_plan,
}
"""Name of the step → function that adds its tables; in this order."""
