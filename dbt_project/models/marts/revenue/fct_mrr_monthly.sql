with revenue as (
    select * from {{ ref('int_recurring_revenue_monthly') }}
),

final as (
    select
        {{ surrogate_key('customer_id', "cast(month_start as " ~ dbt.type_string() ~ ")") }} as mrr_monthly_id,
        customer_id,
        account_id,
        month_start,
        measured_on,
        cast(mrr as decimal(18, 2)) as mrr,
        cast(12 * mrr as decimal(18, 2)) as arr,
        cast(mrr_with_grace as decimal(18, 2)) as mrr_with_grace,
        cast(12 * mrr_with_grace as decimal(18, 2)) as arr_with_grace,
        cast(seats as decimal(18, 2)) as seats,
        cast(subscription_count as bigint) as subscription_count,
        cast(charge_count as bigint) as charge_count,
        cast(charge_without_rate_count as bigint) as charge_without_rate_count,
        measured_on = {{ add_days(add_months('month_start', 1), -1) }} as is_month_complete
    from revenue
)

select * from final
