"""Business: deals, contracts and their movements, product use, support, scores."""

from __future__ import annotations

from collections.abc import Callable

from cultivar_demo.world.business.account_history import write_account_types, write_account_versions
from cultivar_demo.world.business.care import add_care
from cultivar_demo.world.business.committee import add_committees
from cultivar_demo.world.business.conversations import add_conversations
from cultivar_demo.world.business.deal_versions import write_deal_versions
from cultivar_demo.world.business.deals_written import write_deals
from cultivar_demo.world.business.revenue import book_contracts, write_revenue
from cultivar_demo.world.business.sales import play_sales
from cultivar_demo.world.business.workspace_users import write_workspaces
from cultivar_demo.world.business.workspaces import add_workspaces
from cultivar_demo.world.world import World


def _clear(world: World) -> None:
    world.connection.execute("drop schema draft cascade")


STEPS: dict[str, Callable[[World], None]] = {
    "deals": play_sales,
    "deal versions": write_deal_versions,
    "contracts": book_contracts,
    "workspaces": add_workspaces,
    "revenue": write_revenue,
    "committees": add_committees,
    "conversations": add_conversations,
    "deals written": write_deals,
    "account types": write_account_types,
    "account versions": write_account_versions,
    "workspace users": write_workspaces,
    "care": add_care,
    "clear": _clear,
}
"""Name of the step → function that adds its tables; in this order."""
