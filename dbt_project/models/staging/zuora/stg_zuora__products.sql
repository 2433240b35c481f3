{%- set original_texts = {
    'created_at': 'CreatedDate',
    'modified_at': 'UpdatedDate',
} -%}

with source as (
    select * from {{ source('raw_zuora', 'product') }}
),

typed as (
    select
        source.*,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp('UpdatedDate') }} as typed_modified_at
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as product_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('Name') }} as product_name,
        {{ clean_text('SKU') }} as product_code,
        {{ clean_text('Category') }} as product_family,
        cast(null as boolean) as is_active,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
