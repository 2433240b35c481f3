{%- set original_texts = {'changed_at': 'changed_at_text'} -%}

with source as (
    select * from {{ source('raw_hubspot', 'contact') }}
    where {{ hubspot_was_lead() }}
),

{{ hubspot_owners() }},

{{ hubspot_value_history(['hs_lead_status', 'hubspot_owner_id']) }},

typed as (
    select
        values_of.*,
        values_of.changed_at as typed_changed_at,
        {{ parse_boolean('source.archived', blank=false) }} or coalesce(source._is_absent, false) as is_deleted
    from values_of
    inner join source
        on values_of._source_name = source._source_name and values_of._record_id = source._record_id
    -- The first status is the creation; the owner that came with it is no change.
    where
        values_of.property_name <> 'hubspot_owner_id'
        or values_of.changed_at > {{ hubspot_timestamp('source.hs_v2_date_entered_lead') }}
),

final as (
    select
        {{ hubspot_key("_record_id || '-' || property_name || '-' || place") }} as lead_history_id,
        _source_name as source_name,
        _record_id || '-' || property_name || '-' || place as source_record_id,
        {{ hubspot_key('_record_id') }} as lead_id,
        case
            when property_name = 'hubspot_owner_id' then 'owner_id'
            when place = 1 then 'created'
            else 'lead_status'
        end as field_name,
        old_value,
        case when property_name = 'hubspot_owner_id' or place > 1 then new_value end as new_value,
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
