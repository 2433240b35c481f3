-- V12: gross margin that a customer brings in its life. Revenue an account, times the margin of the whole
-- company, times one over the monthly churn of revenue, at most the months of customer_life_cap_months.
with bases as (
    select * from {{ ref('int_customer_base_trailing') }}
),

margins as (
    select * from {{ ref('int_gross_margins_trailing') }}
),

periods as (
    select * from {{ ref('int_recurring_revenue_periods') }}
),

lives as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        bases.segment_type,
        bases.segment_id,
        bases.segment,
        bases.customer_count,
        {{ safe_divide('bases.mrr', 'bases.customer_count') }} as mrr_a_customer,
        margins.gross_margin,
        least(
            {{ safe_divide('12 * bases.mrr_months', 'bases.lost_arr') }},
            {{ var('customer_life_cap_months') }}
        ) as life_months
    from periods
    inner join bases
        on periods.measured_on = bases.measured_on
    inner join margins
        on bases.month_start = margins.month_start
),

final as (
    {{ kpi_rows(
        'V12', 'headline', 'lives',
        value='mrr_a_customer * gross_margin * life_months',
        n='customer_count'
    ) }}
)

select * from final
