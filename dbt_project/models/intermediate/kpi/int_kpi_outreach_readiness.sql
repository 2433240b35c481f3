-- Q02: of the companies that were first touched in a period, those of which everything required was known by then.
with starts as (
    select * from {{ ref('int_outreach_starts') }}
),

segments as (
    select * from {{ ref('int_company_segments') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

cases as (
    {{ in_company_segments('starts') }}
),

placed as (
    {{ placed_in_periods('cases', 'first_touched_on') }}
),

totals as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        count(*) as touched_count,
        count(*) filter (where is_outreach_ready) as ready_count
    from placed
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
),

final as (
    {{ kpi_rows('Q02', 'headline', 'totals', numerator='ready_count', denominator='touched_count') }}
)

select * from final
