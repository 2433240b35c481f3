-- The dated rates with the day on which the next one takes over, so that a day matches exactly one.
with rates as (
    select
        upper(trim(currency_code)) as currency_code,
        valid_from,
        rate_to_reporting
    from {{ source('config', 'currency_rate') }}
),

final as (
    select
        currency_code,
        valid_from,
        lead(valid_from) over (
            partition by currency_code order by valid_from, rate_to_reporting
        ) as valid_until,
        rate_to_reporting
    from rates
)

select * from final
