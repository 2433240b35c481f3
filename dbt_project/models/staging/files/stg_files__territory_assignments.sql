{%- set original_texts = {
    'sales_role': 'sales_role',
    'valid_from': 'valid_from',
    'valid_to': 'valid_to',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'territory_assignment') }}
),

typed as (
    select
        source.*,
        nullif({{ sales_role('sales_role') }}, 'unmapped') as typed_sales_role,
        {{ parse_date('valid_from') }} as typed_valid_from,
        {{ parse_date('valid_to') }} as typed_valid_to,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as territory_assignment_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'territory_id') }} as territory_id,
        lower({{ clean_text('user_email') }}) as user_email,
        {{ sales_role('sales_role') }} as sales_role,
        typed_valid_from as valid_from,
        typed_valid_to as valid_to,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
