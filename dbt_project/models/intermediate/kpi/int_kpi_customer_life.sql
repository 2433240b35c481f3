-- V11: how long customers stay, in months. One over the churn of twelve months, and the time that half of the
-- customers outlive.
{%- set days_a_month = '30.4375' %}
with bases as (
    select * from {{ ref('int_customer_base_trailing') }}
),

survival as (
    select * from {{ ref('int_customer_life_survival') }}
),

periods as (
    select * from {{ ref('int_recurring_revenue_periods') }}
),

base_periods as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        bases.*
    from periods
    inner join bases
        on periods.measured_on = bases.measured_on
),

median_life as (
    select
        max(life_count) as life_count,
        min(days) filter (where surviving_share <= 0.5) as median_days
    from survival
),

-- Lives are known as of the run's day only.
median_periods as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        median_life.life_count,
        median_life.median_days
    from periods
    cross join median_life
    where
        periods.measured_on = cast('{{ var("as_of_date") }}' as date)
        and median_life.life_count > 0
),

final as (
    {{ kpi_rows(
        'V11', 'headline', 'base_periods',
        numerator='customer_months',
        denominator='churned_count'
    ) }}
    union all
    {{ kpi_rows(
        'V11', 'kaplan_meier_median', 'median_periods',
        denominator='life_count',
        value=safe_divide('median_days', days_a_month)
    ) }}
)

select * from final
