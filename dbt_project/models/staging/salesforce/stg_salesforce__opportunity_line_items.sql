{%- set original_texts = {
    'quantity': 'Quantity',
    'unit_price_original': 'UnitPrice',
    'list_price_original': 'ListPrice',
    'total_price_original': 'TotalPrice',
    'discount_ratio': 'Discount',
    'service_date': 'ServiceDate',
    'created_at': 'CreatedDate',
    'modified_at': first_filled('LastModifiedDate', 'SystemModstamp'),
    'is_deleted': 'IsDeleted',
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'opportunity_line_item') }}
),

typed as (
    select
        source.*,
        {{ parse_decimal('Quantity', 18, 4) }} as typed_quantity,
        {{ parse_decimal('UnitPrice') }} as typed_unit_price_original,
        {{ parse_decimal('ListPrice') }} as typed_list_price_original,
        {{ parse_decimal('TotalPrice') }} as typed_total_price_original,
        {{ safe_divide(parse_double('Discount'), 100) }} as typed_discount_ratio,
        {{ parse_date('ServiceDate') }} as typed_service_date,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp(first_filled('LastModifiedDate', 'SystemModstamp')) }} as typed_modified_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as opportunity_line_item_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ salesforce_key('OpportunityId') }} as opportunity_id,
        {{ salesforce_key('Product2Id') }} as product_id,
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
