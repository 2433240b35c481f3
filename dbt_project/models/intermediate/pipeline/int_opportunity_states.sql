{{ config(materialized='table') }}

-- The history as the KPIs of states read it: every opportunity at the end of the last day of each month, and
-- of the run's day.
with spans as (
    select * from {{ ref('int_opportunity_day_spans') }}
),

measured_days as (
    select distinct measured_on from {{ ref('int_state_periods') }}
),

final as (
    select
        measured_days.measured_on,
        spans.opportunity_id,
        spans.created_on,
        spans.owner_id,
        spans.opportunity_type,
        spans.is_renewal,
        spans.stage,
        spans.stage_order,
        spans.state,
        spans.is_open,
        spans.is_won,
        spans.is_lost,
        spans.is_in_pipeline,
        spans.close_date,
        spans.amount,
        spans.weighted_amount,
        spans.stage_weighted_amount,
        case
            when spans.created_on <= measured_days.measured_on
                then {{ days_between('spans.created_on', 'measured_days.measured_on') }}
        end as days_since_creation
    from spans
    inner join measured_days
        on
            spans.from_on <= measured_days.measured_on
            and coalesce(spans.to_on > measured_days.measured_on, true)
)

select * from final
