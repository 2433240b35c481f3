"""The last word on demand's tables, once the deals, customers and their talks are known.

Belongs here: what of demand depends on ``business``: which spells were with customers, and how the
CRM shows contacts while deals go on. Does not belong here: anything that happens.
"""

from __future__ import annotations

from cultivar_demo.world.demand.build import Builder
from cultivar_demo.world.demand.build_versions import add_contact_versions, make_activity_days
from cultivar_demo.world.demand.log import SCHEMA
from cultivar_demo.world.world import World


def close(world: World) -> None:
    """Mark expansion spells, write the versions of demand's contacts anew, and tidy up."""
    mark_expansions(world)
    builder = Builder(world)
    builder.run(
        f"delete from contact_version where contact_id in (select id from {SCHEMA}.contact_of)"
    )
    make_activity_days(builder)
    add_contact_versions(builder)
    builder.run(f"drop schema {SCHEMA} cascade")


def mark_expansions(world: World) -> None:
    """Set is_expansion where the account was a customer or had an open deal as the spell began."""
    world.connection.execute("""
        update spell set is_expansion = exists (
            select 1
            from opportunity as o
            left join (
                select opportunity_id, max(version_at) as closed_at
                from opportunity_version where is_closed group by opportunity_id
            ) as c using (opportunity_id)
            where o.account_id = spell.account_id and o.created_at < spell.started_at
                and coalesce(c.closed_at > spell.started_at, true)
        ) or coalesce((
            select arg_max(t.account_type, t.changed_at) = 'Customer'
            from account_type_change as t
            where t.account_id = spell.account_id and t.changed_at <= spell.started_at
        ), false)
    """)
