{{ config(materialized='table') }}

-- What changes a customer's monthly revenue: charges that begin and end, at the rate of the day, and steps of
-- the rate, each on what was held the day before. Amounts are rounded charge by charge, so that everything up
-- to a day adds up to the revenue of that day; the unrounded change is for unit prices, which cents would bend.
with charges as (
    select * from {{ ref('int_subscription_charge_spans') }}
),

rates as (
    select * from {{ ref('int_currency_rates_bounded') }}
),

rate_steps as (
    select
        currency_code,
        valid_from,
        rate_to_reporting,
        lag(rate_to_reporting) over (
            partition by currency_code order by valid_from, rate_to_reporting
        ) as rate_before
    from rates
    where currency_code <> '{{ var("reporting_currency") }}'
),

boundaries as (
    select
        *,
        starts_on as changed_on,
        1 as direction
    from charges
    union all
    select
        *,
        carried_until as changed_on,
        -1 as direction
    from charges
    where carried_until is not null
),

begun_and_ended as (
    select
        boundaries.customer_id,
        boundaries.account_id,
        boundaries.subscription_id,
        boundaries.product_id,
        boundaries.changed_on,
        boundaries.direction * coalesce(
            case
                when boundaries.currency_code = '{{ var("reporting_currency") }}'
                    then boundaries.monthly_recurring_original
                else {{ converted_amount('boundaries.monthly_recurring_original', 'rates.rate_to_reporting') }}
            end,
            0
        ) as contract_change,
        0 as fx_change,
        boundaries.direction * coalesce(
            boundaries.monthly_recurring_original
            * case
                when boundaries.currency_code = '{{ var("reporting_currency") }}' then cast(1 as decimal(18, 8))
                else rates.rate_to_reporting
            end,
            0
        ) as unrounded_change,
        boundaries.direction * coalesce(boundaries.quantity, 0) as quantity_change
    from boundaries
    left join rates
        on
            boundaries.currency_code = rates.currency_code
            and boundaries.changed_on >= rates.valid_from
            and (boundaries.changed_on < rates.valid_until or rates.valid_until is null)
),

-- The first rate of a currency turns amounts that nobody could convert before into revenue.
converted_anew as (
    select
        charges.customer_id,
        charges.account_id,
        charges.subscription_id,
        charges.product_id,
        rate_steps.valid_from as changed_on,
        0 as contract_change,
        coalesce({{ converted_amount('charges.monthly_recurring_original', 'rate_steps.rate_to_reporting') }}, 0)
        - coalesce({{ converted_amount('charges.monthly_recurring_original', 'rate_steps.rate_before') }}, 0)
            as fx_change,
        coalesce({{ unrounded_amount('charges.monthly_recurring_original', 'rate_steps.rate_to_reporting') }}, 0)
        - coalesce({{ unrounded_amount('charges.monthly_recurring_original', 'rate_steps.rate_before') }}, 0)
            as unrounded_change,
        0 as quantity_change
    from charges
    inner join rate_steps
        on
            charges.currency_code = rate_steps.currency_code
            and charges.starts_on < rate_steps.valid_from
            and (charges.carried_until >= rate_steps.valid_from or charges.carried_until is null)
),

changes as (
    select * from begun_and_ended
    union all
    select * from converted_anew
),

final as (
    select
        customer_id,
        min(account_id) as account_id,
        subscription_id,
        product_id,
        changed_on,
        cast(sum(contract_change) as decimal(18, 2)) as contract_change,
        cast(sum(fx_change) as decimal(18, 2)) as fx_change,
        cast(sum(unrounded_change) as decimal(38, 10)) as unrounded_change,
        sum(quantity_change) as quantity_change
    from changes
    where changed_on <= cast('{{ var("as_of_date") }}' as date)
    group by
        customer_id,
        subscription_id,
        product_id,
        changed_on
)

select * from final
