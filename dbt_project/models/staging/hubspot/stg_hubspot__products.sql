{%- set original_texts = {
    'is_active': 'hs_active',
    'created_at': first_filled('createdate', '"createdAt"'),
    'modified_at': first_filled('hs_lastmodifieddate', '"updatedAt"'),
    'is_deleted': 'archived',
} -%}

with source as (
    select * from {{ source('raw_hubspot', 'product') }}
),

typed as (
    select
        source.*,
        {{ parse_boolean('hs_active', blank=true) }} as typed_is_active,
        {{ hubspot_timestamp(first_filled('createdate', '"createdAt"')) }} as typed_created_at,
        {{ hubspot_timestamp(first_filled('hs_lastmodifieddate', '"updatedAt"')) }} as typed_modified_at,
        {{ parse_boolean('archived', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ hubspot_key('_record_id') }} as product_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('name') }} as product_name,
        {{ clean_text('hs_sku') }} as product_code,
        {{ first_filled('product_family', 'hs_product_type') }} as product_family,
        typed_is_active as is_active,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
