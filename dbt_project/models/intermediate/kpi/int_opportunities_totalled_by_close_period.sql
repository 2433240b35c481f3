{{ config(materialized='table') }}

-- One row a segment and period of closing. The period all_time also holds what has no close date.
{%- set measures = [
    'opportunity_count', 'won_count', 'won_amount', 'won_without_amount_count', 'lost_count', 'lost_amount',
    'lost_without_amount_count', 'open_count', 'open_amount', 'open_without_amount_count', 'pipeline_count',
    'pipeline_amount', 'pipeline_without_amount_count', 'eligible_won_count', 'eligible_closed_count',
    'qualified_won_count', 'qualified_closed_count', 'renewal_won_count', 'renewal_closed_count',
    'eligible_won_amount', 'eligible_closed_amount', 'eligible_closed_with_amount_count',
    'new_business_won_amount', 'new_business_won_with_amount_count', 'new_business_won_without_amount_count',
] %}
with days as (
    select * from {{ ref('int_opportunities_totalled_by_close_day') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

placed as (
    {{ placed_in_periods('days', 'close_date') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        {%- for measure in measures %}
            coalesce(sum({{ measure }}), 0) as {{ measure }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from placed
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
)

select * from final
