-- One row a month whose last twelve months are known whole: the gross margin of that year. The month in which
-- revenue began is never whole.
with months as (
    select * from {{ ref('int_customer_months') }}
),

costs as (
    select
        month_start,
        cost
    from {{ ref('int_costs_monthly') }}
    where cost_bucket = 'cost_of_revenue'
),

summed as (
    select
        months.month_start,
        months.measured_on,
        sum(months.mrr) over trailing_year as revenue,
        sum(costs.cost) over trailing_year as cost_of_revenue,
        count(costs.cost) over trailing_year as months_with_cost,
        count(months.opening_mrr) over trailing_year as whole_months
    from months
    left join costs
        on months.month_start = costs.month_start
    window trailing_year as (order by months.month_start rows between 11 preceding and current row)
),

final as (
    select
        month_start,
        measured_on,
        revenue,
        cost_of_revenue,
        1 - {{ safe_divide('cost_of_revenue', 'revenue') }} as gross_margin
    from summed
    where whole_months = 12 and months_with_cost = 12
)

select * from final
