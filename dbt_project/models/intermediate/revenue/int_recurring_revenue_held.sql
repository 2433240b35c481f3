{{ config(materialized='table') }}

-- A charge counts on a day when it is in force, and with grace also while a late renewal carries it. Its
-- amount is turned into the reporting currency at the rate of that day, and rounded by itself; for a
-- comparison without the moves of rates, also at the rate of the month's end a year before.
with days as (
    select
        month_start,
        measured_on,
        {{ add_days(add_months('month_start', -11), -1) }} as year_before_on
    from {{ ref('int_recurring_revenue_days') }}
),

charges as (
    select * from {{ ref('int_subscription_charge_spans') }}
),

rates as (
    select * from {{ ref('int_currency_rates_bounded') }}
),

held as (
    select
        days.month_start,
        days.measured_on,
        charges.*,
        charges.ends_on is null or days.measured_on < charges.ends_on as is_in_force,
        {%- for rate in ['rates', 'rates_year_before'] %}
            case
                when charges.currency_code = '{{ var("reporting_currency") }}' then cast(1 as decimal(18, 8))
                else {{ rate }}.rate_to_reporting
            end as {{ 'rate_to_reporting' if loop.first else 'rate_year_before' }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from days
    inner join charges
        on
            days.measured_on >= charges.starts_on
            and (charges.carried_until is null or days.measured_on < charges.carried_until)
    {%- for rate, day in [('rates', 'measured_on'), ('rates_year_before', 'year_before_on')] %}
        left join rates{% if not loop.first %} as {{ rate }}{% endif %}
            on
                charges.currency_code = {{ rate }}.currency_code
                and days.{{ day }} >= {{ rate }}.valid_from
                and (days.{{ day }} < {{ rate }}.valid_until or {{ rate }}.valid_until is null)
    {%- endfor %}
),

final as (
    select
        month_start,
        measured_on,
        subscription_charge_id,
        subscription_id,
        product_id,
        customer_id,
        account_id,
        quantity,
        is_in_force,
        {{ converted_amount('monthly_recurring_original', 'rate_to_reporting') }} as monthly_recurring,
        {{ converted_amount('monthly_recurring_original', 'rate_year_before') }} as monthly_recurring_at_year_before
    from held
)

select * from final
