{%- set original_texts = {
    'annual_revenue': 'AnnualRevenue',
    'employee_count': 'NumberOfEmployees',
    'enriched_on': 'EnrichedOn',
    'last_activity_date': 'LastActivityDate',
    'created_at': 'CreatedDate',
    'modified_at': first_filled('LastModifiedDate', 'SystemModstamp'),
    'is_deleted': 'IsDeleted',
    'address': unparsed_address('Billing', 'BillingAddress'),
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'account') }}
),

typed as (
    select
        source.*,
        {{ parse_decimal('AnnualRevenue') }} as typed_annual_revenue,
        {{ parse_integer('NumberOfEmployees') }} as typed_employee_count,
        {{ parse_date('EnrichedOn') }} as typed_enriched_on,
        {{ parse_date('LastActivityDate') }} as typed_last_activity_date,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp(first_filled('LastModifiedDate', 'SystemModstamp')) }} as typed_modified_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted,
        case when {{ is_json('BillingAddress') }} then true end as typed_address
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as account_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ clean_text('Name') }} as account_name,
        {{ clean_text('Type') }} as account_type,
        {{ salesforce_key('ParentId') }} as parent_account_id,
        {{ salesforce_key('MasterRecordId') }} as merged_into_account_id,
        {{ clean_text('Industry') }} as industry,
        {{ clean_text('Website') }} as website,
        {{ website_domain('Website') }} as website_domain,
        {{ clean_text('Phone') }} as phone,
        {{ salesforce_address_part('BillingStreet', 'BillingAddress', 'street') }} as street,
        {{ salesforce_address_part('BillingCity', 'BillingAddress', 'city') }} as city,
        {{ salesforce_address_part('BillingState', 'BillingAddress', 'state') }} as state,
        {{ salesforce_address_part('BillingPostalCode', 'BillingAddress', 'postalCode') }} as postal_code,
        {{ salesforce_address_part('BillingCountry', 'BillingAddress', 'country') }} as country,
        typed_annual_revenue as annual_revenue,
        typed_employee_count as employee_count,
        {{ clean_text('Ownership') }} as ownership,
        {{ clean_text('Rating') }} as rating,
        {{ clean_text('AccountSource') }} as account_source,
        {{ clean_text('Territory') }} as territory,
        {{ clean_text('Segment') }} as account_segment,
        typed_enriched_on as enriched_on,
        {{ salesforce_owner_key('OwnerId') }} as owner_id,
        {{ salesforce_key('SalesDevelopmentOwnerId') }} as sales_development_owner_id,
        typed_last_activity_date as last_activity_date,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
