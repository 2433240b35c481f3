{{ config(materialized='table') }}

with held as (
    select * from {{ ref('int_recurring_revenue_held') }}
),

final as (
    select
        customer_id,
        min(account_id) as account_id,
        month_start,
        measured_on,
        coalesce(sum(monthly_recurring) filter (where is_in_force), 0) as mrr,
        coalesce(sum(monthly_recurring), 0) as mrr_with_grace,
        coalesce(sum(monthly_recurring_at_year_before), 0) as mrr_with_grace_at_rate_year_before,
        coalesce(sum(quantity) filter (where is_in_force), 0) as seats,
        count(distinct subscription_id) filter (where is_in_force) as subscription_count,
        count(*) filter (where is_in_force) as charge_count,
        count(*) filter (where is_in_force and monthly_recurring is null) as charge_without_rate_count
    from held
    group by
        customer_id,
        month_start,
        measured_on
)

select * from final
