-- One row a customer and life: from paying for the first time, or again, to the day on which nothing is paid
-- any more. A life that goes on, or that ends by a transfer to another customer, has not ended: it is only
-- known to have lasted so long.
with movements as (
    select distinct
        customer_id,
        moved_on,
        movement_type
    from {{ ref('int_arr_movements') }}
    where movement_type in ('new', 'reactivation', 'churn')
),

days_without as (
    select
        customer_id,
        changed_on
    from {{ ref('int_customer_revenue_days') }}
    where mrr_after = 0
),

begun as (
    select
        movements.customer_id,
        movements.moved_on as begun_on,
        min(days_without.changed_on) as ended_on
    from movements
    left join days_without
        on
            movements.customer_id = days_without.customer_id
            and movements.moved_on < days_without.changed_on
    where movements.movement_type <> 'churn'
    group by
        movements.customer_id,
        movements.moved_on
),

final as (
    select
        begun.customer_id,
        begun.begun_on,
        begun.ended_on,
        churns.customer_id is not null as is_churned,
        {{ days_between(
            'begun.begun_on',
            "coalesce(begun.ended_on, " ~ add_days("cast('" ~ var('as_of_date') ~ "' as date)", 1) ~ ")"
        ) }} as days
    from begun
    left join movements as churns
        on
            begun.customer_id = churns.customer_id
            and begun.ended_on = churns.moved_on
            and churns.movement_type = 'churn'
)

select * from final
