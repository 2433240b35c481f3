{%- set original_texts = {
    'is_direct': 'IsDirect',
    'is_active': 'IsActive',
    'start_date': 'StartDate',
    'end_date': 'EndDate',
    'created_at': 'CreatedDate',
    'modified_at': first_filled('LastModifiedDate', 'SystemModstamp'),
    'is_deleted': 'IsDeleted',
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'account_contact_relation') }}
),

typed as (
    select
        source.*,
        {{ parse_boolean('IsDirect', blank=false) }} as typed_is_direct,
        {{ parse_boolean('IsActive', blank=false) }} as typed_is_active,
        {{ parse_date('StartDate') }} as typed_start_date,
        {{ parse_date('EndDate') }} as typed_end_date,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp(first_filled('LastModifiedDate', 'SystemModstamp')) }} as typed_modified_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as account_contact_relation_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ salesforce_key('AccountId') }} as account_id,
        {{ salesforce_key('ContactId') }} as contact_id,
        {{ clean_text('Roles') }} as roles,
        typed_is_direct as is_direct,
        typed_is_active as is_active,
        typed_start_date as start_date,
        typed_end_date as end_date,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
