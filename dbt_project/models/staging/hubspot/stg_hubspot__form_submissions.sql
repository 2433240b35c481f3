{%- set original_texts = {'submitted_at': 'new_value'} -%}

-- HubSpot keeps of every contact when it submitted a form last, and with the history of that property all
-- times; the name of the form is set at the same instant.
with source as (
    select * from {{ source('raw_hubspot', 'contact') }}
),

{{ hubspot_owners() }},

{{ hubspot_value_history(['recent_conversion_date', 'recent_conversion_event_name']) }},

names as (
    select
        _source_name,
        _record_id,
        changed_at,
        max(new_value) as form_name
    from values_of
    where property_name = 'recent_conversion_event_name'
    group by _source_name, _record_id, changed_at
),

typed as (
    select
        values_of._source_name,
        values_of._record_id,
        values_of.place,
        values_of.new_value,
        source.email,
        names.form_name,
        {{ hubspot_was_lead() }} as was_lead,
        {{ hubspot_is_contact() }} as is_contact,
        coalesce(
            {{ timestamp_of_milliseconds('values_of.new_value') }},
            {{ parse_timestamp('values_of.new_value', "'ymd'", "'UTC'") }}
        ) as typed_submitted_at,
        {{ parse_boolean('source.archived', blank=false) }} or coalesce(source._is_absent, false) as is_deleted
    from values_of
    inner join source
        on values_of._source_name = source._source_name and values_of._record_id = source._record_id
    left join names
        on
            values_of._source_name = names._source_name
            and values_of._record_id = names._record_id
            and values_of.changed_at = names.changed_at
    where values_of.property_name = 'recent_conversion_date'
),

final as (
    select
        {{ hubspot_key("_record_id || '-' || place") }} as form_submission_id,
        _source_name as source_name,
        _record_id || '-' || place as source_record_id,
        form_name,
        typed_submitted_at as submitted_at,
        cast(null as varchar) as page_url,
        case when was_lead then {{ hubspot_key('_record_id') }} end as lead_id,
        case when is_contact then {{ hubspot_key('_record_id') }} end as contact_id,
        lower({{ clean_text('email') }}) as email,
        {{ email_domain('email') }} as email_domain,
        typed_submitted_at as created_at,
        typed_submitted_at as modified_at,
        is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        cast(null as varchar) as custom_fields
    from typed
)

select * from final
