{{ config(materialized='table') }}

-- Recurring charges with whoever pays: the account of the CRM, else the billing account. A charge that is
-- booked after the run's day is not known on it.
with charges as (
    select * from {{ source('resolved', 'subscription_charge') }}
    where is_recurring
),

subscriptions as (
    select * from {{ source('resolved', 'subscription') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

final as (
    select
        charges.subscription_charge_id,
        charges.source_name,
        charges.subscription_id,
        coalesce(charges.account_id, subscriptions.account_id) as account_id,
        coalesce(charges.account_id, subscriptions.account_id, subscriptions.billing_account_id) as customer_id,
        charges.product_id,
        charges.movement,
        charges.billing_period_months,
        subscriptions.signed_on,
        subscriptions.started_on,
        charges.effective_from,
        charges.effective_to,
        charges.quantity,
        charges.monthly_recurring_original,
        coalesce(charges.currency_code, '{{ var("reporting_currency") }}') as currency_code,
        charges.booked_at
    from charges
    inner join subscriptions
        on charges.subscription_id = subscriptions.subscription_id
    cross join run_date
    where
        charges.booked_at is null
        or {{ business_date('charges.booked_at') }} <= run_date.as_of_date
)

select * from final
