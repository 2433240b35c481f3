{%- set original_texts = {
    'annual_revenue': 'annualrevenue',
    'employee_count': 'numberofemployees',
    'enriched_on': 'last_enriched_on',
    'last_activity_date': 'notes_last_updated',
    'created_at': first_filled('createdate', '"createdAt"'),
    'modified_at': first_filled('hs_lastmodifieddate', '"updatedAt"'),
    'is_deleted': 'archived',
} -%}

with source as (
    select * from {{ source('raw_hubspot', 'company') }}
),

{{ hubspot_merged() }},

typed as (
    select
        source.*,
        {{ parse_decimal('annualrevenue') }} as typed_annual_revenue,
        {{ parse_integer('numberofemployees') }} as typed_employee_count,
        {{ parse_date('last_enriched_on') }} as typed_enriched_on,
        {{ hubspot_day_of('notes_last_updated') }} as typed_last_activity_date,
        {{ hubspot_timestamp(first_filled('createdate', '"createdAt"')) }} as typed_created_at,
        {{ hubspot_timestamp(first_filled('hs_lastmodifieddate', '"updatedAt"')) }} as typed_modified_at,
        {{ parse_boolean('archived', blank=false) }} as typed_is_deleted,
        merged.survivor_id
    from source
    left join merged
        on source._source_name = merged._source_name and source._record_id = merged.merged_id
),

final as (
    select
        {{ hubspot_key('_record_id') }} as account_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('name') }} as account_name,
        {{ clean_text('type') }} as account_type,
        {{ hubspot_key('hs_parent_company_id') }} as parent_account_id,
        {{ hubspot_key('survivor_id') }} as merged_into_account_id,
        {{ clean_text('industry') }} as industry,
        {{ first_filled('website', 'domain') }} as website,
        {{ website_domain(first_filled('website', 'domain')) }} as website_domain,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('address') }} as street,
        {{ clean_text('city') }} as city,
        {{ clean_text('state') }} as state,
        {{ clean_text('zip') }} as postal_code,
        {{ clean_text('country') }} as country,
        typed_annual_revenue as annual_revenue,
        typed_employee_count as employee_count,
        case when {{ parse_boolean('is_public') }} then 'Public' end as ownership,
        {{ clean_text('company_rating') }} as rating,
        {{ first_filled('company_source', 'hs_analytics_source') }} as account_source,
        {{ clean_text('territory') }} as territory,
        {{ clean_text('company_segment') }} as account_segment,
        typed_enriched_on as enriched_on,
        {{ hubspot_key('hubspot_owner_id') }} as owner_id,
        {{ hubspot_key('sales_development_owner') }} as sales_development_owner_id,
        typed_last_activity_date as last_activity_date,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
