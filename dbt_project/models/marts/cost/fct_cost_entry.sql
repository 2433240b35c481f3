with entries as (
    select * from {{ ref('int_cost_entries_prepared') }}
),

final as (
    select
        cost_entry_id,
        source_name,
        source_record_id as source_cost_entry_id,
        incurred_on,
        department,
        cost_type,
        cost_bucket,
        currency_code,
        amount_original,
        cast(amount as decimal(18, 2)) as amount
    from entries
)

select * from final
