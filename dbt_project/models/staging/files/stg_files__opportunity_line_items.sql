{%- set original_texts = {
    'quantity': 'quantity',
    'unit_price_original': 'unit_price_original',
    'list_price_original': 'list_price_original',
    'total_price_original': 'total_price_original',
    'discount_ratio': 'discount_ratio',
    'service_date': 'service_date',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'opportunity_line_item') }}
),

typed as (
    select
        source.*,
        {{ parse_decimal('quantity', 18, 4) }} as typed_quantity,
        {{ parse_decimal('unit_price_original') }} as typed_unit_price_original,
        {{ parse_decimal('list_price_original') }} as typed_list_price_original,
        {{ parse_decimal('total_price_original') }} as typed_total_price_original,
        {{ parse_double('discount_ratio') }} as typed_discount_ratio,
        {{ parse_date('service_date') }} as typed_service_date,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as opportunity_line_item_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ surrogate_key('_source_name', 'opportunity_id') }} as opportunity_id,
        {{ surrogate_key('_source_name', 'product_id') }} as product_id,
        typed_quantity as quantity,
        typed_unit_price_original as unit_price_original,
        typed_list_price_original as list_price_original,
        typed_total_price_original as total_price_original,
        typed_discount_ratio as discount_ratio,
        typed_service_date as service_date,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
