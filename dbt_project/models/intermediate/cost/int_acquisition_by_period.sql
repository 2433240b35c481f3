{%- set days_a_month = 365.25 / 12 -%}
{{ config(materialized='table') }}

-- One row a whole period: what winning customers cost, and what it won. What is spent shows in customers a
-- sales cycle later, so the cost is that of the months earlier by the median cycle of new business won in the
-- year up to the period's end, in whole months. A period that the ledger does not cover whole is left out.
with periods as (
    select distinct
        period_grain,
        period_start,
        period_end
    from {{ ref('int_date_periods') }}
    where
        period_grain in ('quarter', 'year', 'fiscal_quarter', 'fiscal_year')
        and period_end <= {{ add_days("cast('" ~ var("as_of_date") ~ "' as date)", 1) }}
),

cycles as (
    select
        close_date,
        days_to_close
    from {{ ref('int_opportunities_prepared') }}
    where is_won and is_new_business and days_to_close is not null
),

costs as (
    select
        month_start,
        cost
    from {{ ref('int_costs_monthly') }}
    where cost_bucket = 'acquisition'
),

movements as (
    select
        customer_id,
        moved_on,
        arr_change
    from {{ ref('int_arr_movements') }}
    where movement_type = 'new'
),

months as (
    select
        month_start,
        gross_margin,
        {{ add_months('month_start', 1) }} as next_month_start
    from {{ ref('int_gross_margins_trailing') }}
),

timed as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        cast(
            round({{ median('cycles.days_to_close') }} / {{ days_a_month }}) as integer
        ) as lag_months
    from periods
    inner join cycles
        on
            periods.period_end > cycles.close_date
            and {{ add_months('periods.period_end', -12) }} <= cycles.close_date
    group by
        periods.period_grain,
        periods.period_start,
        periods.period_end
),

lagged as (
    select
        period_grain,
        period_start,
        period_end,
        lag_months,
        {{ add_months('period_start', '-lag_months') }} as cost_from,
        {{ add_months('period_end', '-lag_months') }} as cost_until,
        case
            when period_grain in ('quarter', 'fiscal_quarter') then 3
            else 12
        end as month_count
    from timed
),

spent as (
    select
        lagged.period_grain,
        lagged.period_start,
        lagged.period_end,
        lagged.lag_months,
        sum(costs.cost) as acquisition_cost
    from lagged
    inner join costs
        on
            lagged.cost_from <= costs.month_start
            and lagged.cost_until > costs.month_start
    group by
        lagged.period_grain,
        lagged.period_start,
        lagged.period_end,
        lagged.lag_months,
        lagged.month_count
    having count(*) = lagged.month_count
),

won as (
    select
        periods.period_grain,
        periods.period_start,
        count(distinct movements.customer_id) as new_customer_count,
        sum(movements.arr_change) as new_arr
    from periods
    inner join movements
        on
            periods.period_start <= movements.moved_on
            and periods.period_end > movements.moved_on
    group by
        periods.period_grain,
        periods.period_start
),

final as (
    select
        spent.period_grain,
        spent.period_start,
        spent.period_end,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        spent.lag_months,
        spent.acquisition_cost,
        coalesce(won.new_customer_count, 0) as new_customer_count,
        coalesce(won.new_arr, 0) as new_arr,
        months.gross_margin
    from spent
    left join won
        on
            spent.period_grain = won.period_grain
            and spent.period_start = won.period_start
    left join months
        on spent.period_end = months.next_month_start
)

select * from final
