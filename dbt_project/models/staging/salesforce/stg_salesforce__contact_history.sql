{%- set original_texts = {
    'changed_at': 'CreatedDate',
    'is_deleted': 'IsDeleted',
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'contact_history') }}
),

typed as (
    select
        source.*,
        {{ parse_timestamp('CreatedDate') }} as typed_changed_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted
    from source
),

final as (
    select
        {{ salesforce_key('_record_id') }} as contact_history_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ salesforce_key('ContactId') }} as contact_id,
        case lower({{ clean_text('Field') }})
            when 'owner' then 'owner_id'
            when 'ownerid' then 'owner_id'
            else {{ clean_text('Field') }}
        end as field_name,
        {{ clean_text('OldValue') }} as old_value,
        {{ clean_text('NewValue') }} as new_value,
        typed_changed_at as changed_at,
        {{ salesforce_key('CreatedById') }} as changed_by_user_id,
        typed_changed_at as created_at,
        typed_changed_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
