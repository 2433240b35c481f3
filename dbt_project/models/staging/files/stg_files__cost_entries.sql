{%- set original_texts = {
    'incurred_on': 'incurred_on',
    'cost_bucket': 'cost_bucket',
    'amount_original': 'amount_original',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'cost_entry') }}
),

typed as (
    select
        source.*,
        {{ parse_date('incurred_on') }} as typed_incurred_on,
        nullif({{ cost_bucket('cost_bucket') }}, 'unmapped') as typed_cost_bucket,
        {{ parse_decimal('amount_original') }} as typed_amount_original,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as cost_entry_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        typed_incurred_on as incurred_on,
        {{ clean_text('department') }} as department,
        {{ clean_text('cost_type') }} as cost_type,
        {{ cost_bucket('cost_bucket') }} as cost_bucket,
        typed_amount_original as amount_original,
        upper({{ clean_text('currency_code') }}) as currency_code,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
