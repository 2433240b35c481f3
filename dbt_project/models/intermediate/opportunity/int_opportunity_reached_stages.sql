{{ config(materialized='table') }}

-- When an opportunity first reached each open stage or passed it, by the end of the run's day. Reaching a
-- later open stage, or winning, means having passed the ones before; losing does not, and a way back
-- erases nothing.
with entries as (
    select * from {{ ref('int_opportunity_stage_entries') }}
    where entered_on <= cast('{{ var("as_of_date") }}' as date)
),

open_stages as (
    select
        stage,
        stage_order,
        default_probability
    from {{ source('config', 'opportunity_stage') }}
    where state = 'open'
),

final as (
    select
        entries.opportunity_id,
        open_stages.stage,
        open_stages.stage_order,
        open_stages.default_probability as stage_default_probability,
        min(entries.entered_on) as reached_on
    from entries
    inner join open_stages
        on
            entries.state = 'won'
            or (entries.state = 'open' and entries.stage_order >= open_stages.stage_order)
    group by
        entries.opportunity_id,
        open_stages.stage,
        open_stages.stage_order,
        open_stages.default_probability
)

select * from final
