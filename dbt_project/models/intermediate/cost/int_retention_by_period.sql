{{ config(materialized='table') }}

-- One row a whole period: what keeping customers cost, the customers there were on average at the months'
-- ends, and the recurring revenue with which the period began. A period that the ledger does not cover whole
-- is left out.
with months as (
    select * from {{ ref('int_customer_months') }}
),

costs as (
    select
        month_start,
        cost
    from {{ ref('int_costs_monthly') }}
    where cost_bucket = 'retention'
),

periods as (
    select
        date_day,
        period_grain,
        period_start,
        period_end
    from {{ ref('int_date_periods') }}
    where
        period_grain in ('month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year')
        and period_end <= {{ add_days("cast('" ~ var("as_of_date") ~ "' as date)", 1) }}
),

placed as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        months.month_start,
        months.customer_count,
        months.opening_mrr,
        costs.cost
    from months
    inner join costs
        on months.month_start = costs.month_start
    inner join periods
        on months.month_start = periods.date_day
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        sum(cost) as retention_cost,
        {{ safe_divide('sum(customer_count)', 'count(*)') }} as average_customer_count,
        12 * min(case when month_start = period_start then opening_mrr end) as opening_arr
    from placed
    group by
        period_grain,
        period_start,
        period_end
    having
        count(*) = case
            when period_grain = 'month' then 1
            when period_grain in ('quarter', 'fiscal_quarter') then 3
            else 12
        end
)

select * from final
