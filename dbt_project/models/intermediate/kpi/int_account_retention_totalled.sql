-- One row a segment and period: the cohort that closes on the last day of the period. A month that goes on has
-- no closed cohort; on the last day of a month the longer periods that go on have that month's.
{%- set amounts = [
    'opening_arr', 'net_retained_arr', 'gross_retained_arr', 'net_retained_arr_strict', 'gross_retained_arr_strict',
    'net_retained_arr_constant_currency', 'gross_retained_arr_constant_currency',
] %}
with retention as (
    select * from {{ ref('int_account_retention') }}
),

segments as (
    select * from {{ ref('int_customer_segments') }}
),

periods as (
    select * from {{ ref('int_recurring_revenue_periods') }}
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        count(*) as account_count,
        count(*) filter (where retention.is_retained) as retained_count,
        count(*) filter (where retention.is_retained_strict) as retained_strict_count,
        {%- for amount in amounts %}
            sum(retention.{{ amount }}) as {{ amount }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from periods
    inner join retention
        on periods.measured_on = retention.closing_on
    inner join segments
        on retention.customer_id = segments.customer_id
    group by
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        segments.segment_type,
        segments.segment_id,
        segments.segment
)

select * from final
