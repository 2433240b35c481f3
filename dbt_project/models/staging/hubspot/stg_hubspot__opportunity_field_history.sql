{%- set original_texts = {'changed_at': 'changed_at_text'} -%}

with source as (
    select * from {{ source('raw_hubspot', 'deal') }}
),

{{ hubspot_owners() }},

{{ hubspot_value_history(['hubspot_owner_id', 'hs_next_step', 'next_step_date', 'qualification_fields']) }},

typed as (
    select
        values_of.*,
        values_of.changed_at as typed_changed_at,
        {{ parse_boolean('source.archived', blank=false) }} or coalesce(source._is_absent, false) as is_deleted
    from values_of
    inner join source
        on values_of._source_name = source._source_name and values_of._record_id = source._record_id
),

final as (
    select
        {{ hubspot_key("_record_id || '-' || property_name || '-' || place") }} as opportunity_field_history_id,
        _source_name as source_name,
        _record_id || '-' || property_name || '-' || place as source_record_id,
        {{ hubspot_key('_record_id') }} as opportunity_id,
        case property_name
            when 'hubspot_owner_id' then 'Owner'
            when 'hs_next_step' then 'NextStep'
            else property_name
        end as field_name,
        old_value,
        new_value,
        typed_changed_at as changed_at,
        {{ hubspot_key('changed_by_owner_id') }} as changed_by_user_id,
        typed_changed_at as created_at,
        typed_changed_at as modified_at,
        is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        cast(null as varchar) as custom_fields
    from typed
)

select * from final
