"""Deals as the CRM shows them after every change.

Belongs here: putting stages, edits and changes of owners together to whole records; lines of
offers. Does not belong here: why something changes.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.constants import LOSS_REASONS, STAGES
from cultivar_demo.settings import cutoff
from cultivar_demo.world.business.deal_edits import NO_STEP, OFFER_STAGE, Edits
from cultivar_demo.world.business.fortunes import DETAILS
from cultivar_demo.world.business.staff import Staff
from cultivar_demo.world.business.stage_paths import LOST_STAGE, WON_STAGE
from cultivar_demo.world.world import World

FIELDS = {
    "stage_order": "bigint",
    "amount_cents": "bigint",
    "close_date": "date",
    "owner_user_id": "bigint",
    "probability": "double",
    "forecast_category": "varchar",
    "next_step": "varchar",
    "next_step_on": "date",
}
"""Fields that keep their value until they are edited, with types in the database."""


def write_deal_versions(world: World) -> None:
    """Create ``draft.version`` (without last_activity_on) and add line_item."""
    connection = world.connection
    deals = _numpy(
        world.sql(
            "select * replace (coalesce(due_on, date '1900-01-01') as due_on) "
            "from draft.deal order by opportunity_id"
        )
    )
    deals["due_on"][deals["due_on"] < np.datetime64("1901-01-01")] = np.datetime64("NaT")
    events = _numpy(
        world.sql(
            "select * replace (coalesce(business_day, date '1900-01-01') as business_day), "
            'row_number() over (order by opportunity_id, "at") from draft.stage_event '
            'order by opportunity_id, "at"'
        )
    )
    events["deal"] = np.searchsorted(deals["opportunity_id"], events["opportunity_id"])
    edits = Edits(
        world.settings.random("business/edits"), Staff(world), deals, events,
        np.datetime64(world.settings.last_day, "D"),
    )  # fmt: skip
    tables = [*edits.all(), _owner_changes(world)]
    connection.register("_edits", pa.concat_tables(tables, promote_options="permissive"))
    limit = cutoff(world.settings.last_day)
    connection.execute(_versions_query(), [limit])
    connection.unregister("_edits")
    _write_lines(world, deals["opportunity_id"][edits.has_lines])


def _numpy(table: pa.Table) -> dict[str, np.ndarray]:
    """Columns as NumPy arrays, instants in seconds and days as days."""
    columns = {}
    for name in table.column_names:
        column = table[name]
        values = column.to_numpy()
        if pa.types.is_timestamp(column.type):
            values = values.astype("datetime64[s]")
        elif pa.types.is_date(column.type):
            values = values.astype("datetime64[D]")
        columns[name] = values
    return columns


def _owner_changes(world: World) -> pa.Table:
    """The first owner of each deal, and whoever gets the account while the deal lives."""
    return world.sql(
        """
        with follow as (
            select
                deal.opportunity_id, own.valid_from_at as at, own.user_id as owner_user_id
            from draft.deal as deal
            join account_ownership as own
                on own.account_id = deal.account_id and own.role = 'owner'
                and own.valid_from_at > deal.created_at
        ),

        -- Whoever got a deal without owning the account leaves it to the owner when leaving.
        left_behind as (
            select
                deal.opportunity_id,
                staff.left_on - interval 4 hour as at,
                own.user_id as owner_user_id
            from draft.deal as deal
            join sales_user as staff on staff.user_id = deal.owner_user_id
            join account_ownership as own
                on own.account_id = deal.account_id and own.role = 'owner'
                and own.valid_from_at <= staff.left_on - interval 4 hour
                and coalesce(own.valid_to_at, timestamp '2200-01-01')
                    > staff.left_on - interval 4 hour
            where staff.left_on - interval 1 day > deal.created_at
        )

        select opportunity_id, created_at as at, owner_user_id from draft.deal
        union all select * from follow
        union all select * from left_behind
        order by all
        """
    )


def _versions_query() -> str:
    # Two edits of a field in one second: the larger one, so that the order does not matter.
    any_edit = ",\n".join(f"max({name}) as {name}" for name in FIELDS)
    filled = ",\n".join(
        f"last_value({name} ignore nulls) over history as {name}" for name in FIELDS
    )
    stages = " ".join(f"when {stage.order} then '{stage.name}'" for stage in STAGES)
    reasons = " ".join(
        f"when {number} then '{reason}'" for number, reason in enumerate(LOSS_REASONS)
    )
    details = " ".join(f"when {number} then '{text.replace(chr(39), chr(39) * 2)}'"
                       for number, text in enumerate(DETAILS))  # fmt: skip
    return f"""
    create table draft.version as
    with edited as (
        select
            edit.opportunity_id, edit.at as version_at,
            {any_edit},
            sum(coalesce(qualification_gain, 0)) as gain,
            max(change_reason) as change_reason,
            coalesce(bool_or(is_stage), false) as is_stage,
            coalesce(bool_or(is_deleted), false) as deletes
        from _edits as edit
        where edit.at <= ?
        group by edit.opportunity_id, edit.at
    ),

    filled as (
        select
            opportunity_id, version_at, change_reason, is_stage, deletes,
            {filled},
            least(9, sum(gain) over history) as qualification_fields_filled,
            bool_or(deletes) over history as is_deleted,
            edited.owner_user_id as given_owner_user_id
        from edited
        window history as (
            partition by opportunity_id order by version_at
            rows between unbounded preceding and current row
        )
    ),

    -- A closed deal is edited no more; a deleted one has one last version.
    lasting as (
        select
            *,
            lag(owner_user_id) over (
                partition by opportunity_id order by version_at
            ) as owner_before
        from filled
        where (is_stage or deletes or stage_order < {WON_STAGE}) and (deletes or not is_deleted)
    )

    select
        version.opportunity_id,
        version.version_at,
        case version.stage_order {stages} end as stage,
        version.stage_order,
        cast(version.amount_cents / 100.0 as decimal(18, 2)) as amount,
        version.close_date,
        version.owner_user_id,
        version.probability,
        version.forecast_category,
        case when version.stage_order < {WON_STAGE} then nullif(version.next_step, '{NO_STEP}') end
            as next_step,
        case when version.stage_order < {WON_STAGE} and version.next_step <> '{NO_STEP}'
            then version.next_step_on end as next_step_on,
        version.qualification_fields_filled::bigint as qualification_fields_filled,
        case when version.stage_order = {LOST_STAGE} then
            case deal.loss_reason {reasons} end
        end as loss_reason,
        case when version.stage_order = {LOST_STAGE} then case deal.loss_detail {details} end end
            as loss_detail,
        version.stage_order >= {WON_STAGE} as is_closed,
        version.stage_order = {WON_STAGE} as is_won,
        case when version.is_stage then version.change_reason end as change_reason,
        version.is_deleted,
        version.is_stage
    from lasting as version
    join draft.deal as deal using (opportunity_id)
    -- Not: an owner who got what was theirs already.
    where version.is_stage or version.deletes or version.given_owner_user_id is null
        or version.owner_before is distinct from version.owner_user_id
    order by version.opportunity_id, version.version_at
    """


def _write_lines(world: World, with_lines: np.ndarray) -> None:
    """Lines of the offers that were made and written down."""
    world.connection.register("_with_lines", pa.table({"opportunity_id": with_lines}))
    lines = world.sql(
        f"""
        with made as (
            select opportunity_id, min(version_at) as created_at
            from draft.version where stage_order between {OFFER_STAGE} and {WON_STAGE - 1}
            group by opportunity_id
        )

        select
            row_number() over (
                order by made.created_at, offer.opportunity_id, offer.product_id
            ) as line_item_id,
            offer.opportunity_id, offer.product_id, offer.quantity,
            cast(offer.list_cents / 100.0 as decimal(18, 2)) as list_price,
            cast(offer.unit_cents / 100.0 as decimal(18, 2)) as unit_price,
            round(1 - offer.unit_cents / offer.list_cents, 4) as discount_ratio,
            cast(offer.quantity * offer.unit_cents / 100.0 as decimal(18, 2)) as total_price,
            made.created_at
        from draft.offer as offer
        join made using (opportunity_id)
        join _with_lines using (opportunity_id)
        order by line_item_id
        """
    )
    world.connection.unregister("_with_lines")
    world.add("line_item", lines)
