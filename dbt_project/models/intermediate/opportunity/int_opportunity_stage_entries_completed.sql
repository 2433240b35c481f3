-- The known entries plus the stages that were passed without an entry. Reaching a later open stage, or
-- winning, means having passed the ones before; losing does not.
with entries as (
    select * from {{ ref('int_opportunity_stage_entries') }}
),

open_stages as (
    select
        lower(trim(stage)) as stage_key,
        stage,
        stage_order,
        state
    from {{ source('config', 'opportunity_stage') }}
    where state = 'open'
),

reached as (
    select
        *,
        coalesce(
            max(case when state = 'open' then stage_order end) over (
                partition by opportunity_id
                order by position
                rows between unbounded preceding and 1 preceding
            ),
            -1
        ) as highest_order_before
    from entries
),

skipped as (
    select
        reached.opportunity_id,
        open_stages.stage_key,
        open_stages.stage,
        open_stages.stage as stage_original,
        open_stages.stage_order,
        open_stages.state,
        reached.entered_at,
        reached.entered_on,
        reached.position,
        0 as position_within,
        'skipped' as entry_source,
        open_stages.stage_key as entry_key
    from reached
    inner join open_stages
        on
            reached.highest_order_before < open_stages.stage_order
            and (
                reached.state = 'won'
                or (reached.state = 'open' and reached.stage_order > open_stages.stage_order)
            )
),

final as (
    select
        opportunity_id,
        stage_key,
        stage,
        stage_original,
        stage_order,
        state,
        entered_at,
        entered_on,
        position,
        1 as position_within,
        entry_source,
        entry_key
    from entries
    union all
    select * from skipped
)

select * from final
