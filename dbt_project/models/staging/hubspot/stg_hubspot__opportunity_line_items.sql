{%- set original_texts = {
    'quantity': 'quantity',
    'unit_price_original': 'price',
    'total_price_original': 'amount',
    'discount_ratio': 'hs_discount_percentage',
    'service_date': 'hs_recurring_billing_start_date',
    'created_at': first_filled('createdate', '"createdAt"'),
    'modified_at': first_filled('hs_lastmodifieddate', '"updatedAt"'),
    'is_deleted': 'archived',
} -%}

with source as (
    select * from {{ source('raw_hubspot', 'line_item') }}
),

typed as (
    select
        source.*,
        {{ parse_decimal('quantity', 18, 4) }} as typed_quantity,
        {{ parse_decimal('price') }} as typed_unit_price_original,
        {{ parse_decimal('amount') }} as typed_total_price_original,
        {{ safe_divide(parse_double('hs_discount_percentage'), 100) }} as typed_discount_ratio,
        {{ hubspot_date('hs_recurring_billing_start_date') }} as typed_service_date,
        {{ hubspot_timestamp(first_filled('createdate', '"createdAt"')) }} as typed_created_at,
        {{ hubspot_timestamp(first_filled('hs_lastmodifieddate', '"updatedAt"')) }} as typed_modified_at,
        {{ parse_boolean('archived', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ hubspot_key('_record_id') }} as opportunity_line_item_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ hubspot_key(hubspot_associated_id('deals')) }} as opportunity_id,
        {{ hubspot_key('hs_product_id') }} as product_id,
        typed_quantity as quantity,
        typed_unit_price_original as unit_price_original,
        typed_unit_price_original as list_price_original,
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
