{{ config(materialized='table') }}

-- A charge counts on a day when it is in force and the service has begun. Its amount is turned into the
-- reporting currency at the rate of that day, and rounded by itself.
with days as (
    select * from {{ ref('int_recurring_revenue_days') }}
),

charges as (
    select * from {{ ref('int_subscription_charges_prepared') }}
),

rates as (
    select * from {{ ref('int_currency_rates_bounded') }}
),

in_force as (
    select
        days.month_start,
        days.measured_on,
        charges.*,
        case
            when charges.currency_code = '{{ var("reporting_currency") }}' then cast(1 as decimal(18, 8))
            else rates.rate_to_reporting
        end as rate_to_reporting
    from days
    inner join charges
        on
            days.measured_on >= charges.effective_from
            and (charges.effective_to is null or days.measured_on < charges.effective_to)
            and (charges.started_on is null or days.measured_on >= charges.started_on)
    left join rates
        on
            charges.currency_code = rates.currency_code
            and days.measured_on >= rates.valid_from
            and (rates.valid_until is null or days.measured_on < rates.valid_until)
),

converted as (
    select
        *,
        cast(
            cast(monthly_recurring_original * rate_to_reporting as decimal(38, 10)) as decimal(18, 2)
        ) as monthly_recurring
    from in_force
),

final as (
    select
        customer_id,
        min(account_id) as account_id,
        month_start,
        measured_on,
        coalesce(sum(monthly_recurring), 0) as mrr,
        coalesce(sum(quantity), 0) as seats,
        count(distinct subscription_id) as subscription_count,
        count(*) as charge_count,
        count(*) filter (where monthly_recurring is null) as charge_without_rate_count
    from converted
    group by
        customer_id,
        month_start,
        measured_on
)

select * from final
