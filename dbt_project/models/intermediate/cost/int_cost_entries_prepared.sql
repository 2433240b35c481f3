-- Costs in the reporting currency, at the rate of the day that each belongs to.
with entries as (
    select * from {{ source('resolved', 'cost_entry') }}
),

rates as (
    select * from {{ ref('int_currency_rates_bounded') }}
),

final as (
    select
        entries.cost_entry_id,
        entries.source_name,
        entries.source_record_id,
        entries.incurred_on,
        entries.department,
        entries.cost_type,
        coalesce(entries.cost_bucket, 'unmapped') as cost_bucket,
        entries.currency_code,
        entries.amount_original,
        case
            when
                coalesce(entries.currency_code, '{{ var("reporting_currency") }}') = '{{ var("reporting_currency") }}'
                then entries.amount_original
            else {{ converted_amount('entries.amount_original', 'rates.rate_to_reporting') }}
        end as amount
    from entries
    left join rates
        on
            entries.currency_code = rates.currency_code
            and entries.incurred_on >= rates.valid_from
            and (entries.incurred_on < rates.valid_until or rates.valid_until is null)
)

select * from final
