-- One row a product and period: what is in force of it on the last day of the period, or on the run's day where
-- the period goes on; and a row of all products.
with held as (
    select * from {{ ref('int_recurring_revenue_held') }}
    where is_in_force
),

products as (
    select
        product_id,
        product_name
    from {{ source('resolved', 'product') }}
),

periods as (
    select * from {{ ref('int_recurring_revenue_periods') }}
),

cases as (
    select
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        held.*
    from held
    union all
    select
        'product' as segment_type,
        coalesce(held.product_id, '(none)') as segment_id,
        coalesce(products.product_name, held.product_id, '(none)') as segment,
        held.*
    from held
    left join products
        on held.product_id = products.product_id
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        cases.segment_type,
        cases.segment_id,
        cases.segment,
        coalesce(sum(cases.monthly_recurring), 0) as mrr,
        count(cases.monthly_recurring) as charge_count,
        count(*) - count(cases.monthly_recurring) as charge_without_rate_count
    from periods
    inner join cases
        on periods.measured_on = cases.measured_on
    group by
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        cases.segment_type,
        cases.segment_id,
        cases.segment
)

select * from final
