{%- set original_texts = {
    'annual_revenue': 'annual_revenue',
    'employee_count': 'employee_count',
    'enriched_on': 'enriched_on',
    'last_activity_date': 'last_activity_date',
    'created_at': 'created_at',
    'modified_at': 'modified_at',
    'is_deleted': 'is_deleted',
} -%}

with source as (
    select * from {{ source('raw_files', 'account') }}
),

typed as (
    select
        source.*,
        {{ parse_decimal('annual_revenue') }} as typed_annual_revenue,
        {{ parse_integer('employee_count') }} as typed_employee_count,
        {{ parse_date('enriched_on') }} as typed_enriched_on,
        {{ parse_date('last_activity_date') }} as typed_last_activity_date,
        {{ parse_timestamp('created_at') }} as typed_created_at,
        {{ parse_timestamp('modified_at') }} as typed_modified_at,
        {{ parse_boolean('is_deleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as account_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('account_name') }} as account_name,
        {{ clean_text('account_type') }} as account_type,
        {{ surrogate_key('_source_name', 'parent_account_id') }} as parent_account_id,
        {{ surrogate_key('_source_name', 'merged_into_account_id') }} as merged_into_account_id,
        {{ clean_text('industry') }} as industry,
        {{ clean_text('website') }} as website,
        {{ website_domain('website') }} as website_domain,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('street') }} as street,
        {{ clean_text('city') }} as city,
        {{ clean_text('state') }} as state,
        {{ clean_text('postal_code') }} as postal_code,
        {{ clean_text('country') }} as country,
        typed_annual_revenue as annual_revenue,
        typed_employee_count as employee_count,
        {{ clean_text('ownership') }} as ownership,
        {{ clean_text('rating') }} as rating,
        {{ clean_text('account_source') }} as account_source,
        {{ clean_text('territory') }} as territory,
        {{ clean_text('account_segment') }} as account_segment,
        typed_enriched_on as enriched_on,
        {{ surrogate_key('_source_name', 'owner_id') }} as owner_id,
        {{ surrogate_key('_source_name', 'sales_development_owner_id') }} as sales_development_owner_id,
        typed_last_activity_date as last_activity_date,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
