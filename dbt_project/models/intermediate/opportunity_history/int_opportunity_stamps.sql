{{ config(materialized='table') }}

-- One row an opportunity: who owned it and what it was worth when it was created, when it first reached the
-- pipeline, and when it was closed last. Later changes never touch these.
with spans as (
    select * from {{ ref('int_opportunity_day_spans') }}
),

reached as (
    select
        opportunity_id,
        min(reached_on) as qualified_on
    from {{ ref('int_opportunity_reached_stages') }}
    where stage_order >= {{ var('pipeline_stage_order') }}
    group by opportunity_id
),

numbered as (
    select
        *,
        row_number() over (partition by opportunity_id order by from_on) as position
    from spans
),

qualified as (
    select
        reached.opportunity_id,
        reached.qualified_on,
        spans.owner_id,
        spans.amount
    from reached
    inner join spans
        on
            reached.opportunity_id = spans.opportunity_id
            and reached.qualified_on >= spans.from_on
            and coalesce(reached.qualified_on < spans.to_on, true)
),

closed as (
    select
        present.opportunity_id,
        closing.from_on as closed_on,
        closing.owner_id,
        closing.amount
    from spans as present
    inner join spans as closing
        on
            present.opportunity_id = closing.opportunity_id
            and present.closed_on = closing.from_on
    where present.is_last
),

final as (
    select
        numbered.opportunity_id,
        numbered.is_renewal,
        numbered.owner_id as owner_id_at_creation,
        numbered.amount as amount_at_creation,
        qualified.qualified_on,
        qualified.owner_id as owner_id_at_qualification,
        qualified.amount as amount_at_qualification,
        closed.closed_on,
        closed.owner_id as owner_id_at_close,
        closed.amount as amount_at_close
    from numbered
    left join qualified
        on numbered.opportunity_id = qualified.opportunity_id
    left join closed
        on numbered.opportunity_id = closed.opportunity_id
    where numbered.position = 1
)

select * from final
