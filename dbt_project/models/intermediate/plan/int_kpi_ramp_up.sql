-- R04: half of those who were hired in a period had ramped up after so many months. Who has not yet ranks last: to
-- leave them out would flatter.
with ramp_ups as (
    select * from {{ ref('int_representative_ramp_ups') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain = 'fiscal_year'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

segmented as (
    select
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        hired_on,
        ramp_months
    from ramp_ups
    union all
    select
        'sales_role' as segment_type,
        sales_role as segment_id,
        sales_role as segment,
        hired_on,
        ramp_months
    from ramp_ups
),

placed as (
    {{ placed_in_periods('segmented', 'hired_on') }}
),

totals as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        count(*) as representative_count,
        {{ censored_percentile('ramp_months', 0.5) }} as ramp_months_median
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
    {{ kpi_rows(
        'R04', 'median_months', 'totals',
        value='ramp_months_median',
        denominator='representative_count'
    ) }}
)

select * from final
