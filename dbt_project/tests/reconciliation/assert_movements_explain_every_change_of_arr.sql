{{ config(meta={'dagster': {'ref': {'name': 'fct_arr_movement'}}}) }}

-- The waterfall: opening + movements = closing, for each customer and month. A movement that is missing,
-- counted twice or put into the wrong month would go unseen in every sum of movements. A failing row is a
-- customer and month whose ARR moved by another amount than its movements.
with levels as (
    select
        customer_id,
        month_start,
        arr_with_grace
    from {{ ref('fct_mrr_monthly') }}
),

movements as (
    select
        customer_id,
        {{ date_start('month', 'moved_on') }} as month_start,
        arr_change
    from {{ ref('fct_arr_movement') }}
),

parts as (
    select
        customer_id,
        month_start,
        arr_with_grace as closing_arr,
        0 as opening_arr,
        0 as movement_arr
    from levels
    union all
    select
        customer_id,
        {{ add_months('month_start', 1) }} as month_start,
        0 as closing_arr,
        arr_with_grace as opening_arr,
        0 as movement_arr
    from levels
    where {{ add_months('month_start', 1) }} <= cast('{{ var("as_of_date") }}' as date)
    union all
    select
        customer_id,
        month_start,
        0 as closing_arr,
        0 as opening_arr,
        arr_change as movement_arr
    from movements
)

select
    customer_id,
    month_start,
    sum(opening_arr) as opening_arr,
    sum(movement_arr) as movement_arr,
    sum(closing_arr) as closing_arr
from parts
group by
    customer_id,
    month_start
having sum(opening_arr) + sum(movement_arr) <> sum(closing_arr)
