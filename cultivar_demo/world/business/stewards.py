"""Who looks after customers: the csm from the first contract on, the am as owner later.

Belongs here: rows of account_ownership that begin with a contract. Does not belong here: owners of
prospects (``foundation.ownership``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.settings import cutoff
from cultivar_demo.world.foundation.ownership import covering_spans
from cultivar_demo.world.world import World

PASSED_ON_SHARE = 0.75
"""Customers whose owner passes from the ae to an am."""
PASSED_ON_AFTER = np.timedelta64(90, "D")


def appoint_stewards(
    world: World, account: np.ndarray, since: np.ndarray, *, has_manager: bool = True
) -> None:
    """Appoint a csm for each new customer from ``since`` on, and for most an am 90 days later.

    Args:
        world: account_ownership is changed.
        account: ids, each once, without a csm so far.
        since: datetime64 in UTC.
        has_manager: False: no am ever (self-serve).
    """
    order = np.argsort(account)
    account, since = account[order], since[order]
    passed = world.settings.random("business/stewards").random(len(account)) < PASSED_ON_SHARE
    passed |= np.arange(len(account)) == 0
    _open(world, account, since, "csm", "csm")
    if not has_manager:
        return
    at = since + PASSED_ON_AFTER
    passed &= at < np.datetime64(cutoff(world.settings.last_day), "s")
    _close_owners(world, account[passed], at[passed])
    _open(world, account[passed], at[passed], "am", "owner")


def _open(world: World, account: np.ndarray, since: np.ndarray, position: str, role: str) -> None:
    if not len(account):
        return
    world.connection.register("_given", pa.table({"account_id": account}))
    territory = world.columns(
        "select account_id, territory_id from account join _given using (account_id) "
        "order by account_id"
    )
    world.connection.unregister("_given")
    spans = covering_spans(world, account, territory["territory_id"], since, position)
    roles = pa.repeat(pa.scalar(role), spans.num_rows)
    world.append("account_ownership", spans.append_column("role", roles))


def _close_owners(world: World, account: np.ndarray, at: np.ndarray) -> None:
    """End the owner's span at an instant, and forget those that were to follow."""
    given = pa.table({"account_id": account, "at": at.astype("datetime64[us]")})
    world.connection.register("_given", given)
    world.connection.execute(
        "delete from account_ownership using _given as given "
        "where account_ownership.account_id = given.account_id "
        "and account_ownership.role = 'owner' and account_ownership.valid_from_at >= given.at"
    )
    world.connection.execute(
        "update account_ownership set valid_to_at = given.at from _given as given "
        "where account_ownership.account_id = given.account_id "
        "and account_ownership.role = 'owner' "
        "and (account_ownership.valid_to_at is null or account_ownership.valid_to_at > given.at)"
    )
    world.connection.unregister("_given")
