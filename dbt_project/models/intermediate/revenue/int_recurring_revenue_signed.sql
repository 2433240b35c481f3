-- What is signed on a day and has not begun: it is contracted, and no revenue yet (rule G13).
with days as (
    select * from {{ ref('int_recurring_revenue_days') }}
),

charges as (
    select * from {{ ref('int_subscription_charge_spans') }}
    -- What begins with the service; a step that is agreed for later counts when it comes.
    where starts_on = started_on
),

rates as (
    select * from {{ ref('int_currency_rates_bounded') }}
),

waiting as (
    select
        days.measured_on,
        charges.customer_id,
        case
            when charges.currency_code = '{{ var("reporting_currency") }}' then charges.monthly_recurring_original
            else {{ converted_amount('charges.monthly_recurring_original', 'rates.rate_to_reporting') }}
        end as monthly_recurring
    from days
    inner join charges
        on
            days.measured_on >= charges.signed_on
            and days.measured_on < charges.started_on
    left join rates
        on
            charges.currency_code = rates.currency_code
            and days.measured_on >= rates.valid_from
            and (days.measured_on < rates.valid_until or rates.valid_until is null)
),

final as (
    select
        customer_id,
        measured_on,
        coalesce(sum(monthly_recurring), 0) as mrr_signed
    from waiting
    group by
        customer_id,
        measured_on
)

select * from final
