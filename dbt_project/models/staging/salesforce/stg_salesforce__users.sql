{%- set original_texts = {
    'is_active': 'IsActive',
    'created_at': 'CreatedDate',
    'modified_at': first_filled('LastModifiedDate', 'SystemModstamp'),
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'user') }}
),

typed as (
    select
        source.*,
        {{ parse_boolean('IsActive', blank=false) }} as typed_is_active,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp(first_filled('LastModifiedDate', 'SystemModstamp')) }} as typed_modified_at
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as user_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        coalesce(
            {{ clean_text('Name') }},
            nullif(concat_ws(' ', {{ clean_text('FirstName') }}, {{ clean_text('LastName') }}), '')
        ) as user_name,
        lower({{ clean_text('Email') }}) as email,
        {{ clean_text('Title') }} as title,
        {{ clean_text('Department') }} as department,
        {{ clean_text('UserRoleName') }} as role_name,
        {{ salesforce_key('ManagerId') }} as manager_user_id,
        {{ clean_text('TimeZoneSidKey') }} as time_zone,
        {{ clean_text('Region') }} as region,
        typed_is_active as is_active,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
