{%- set original_texts = {
    'enrolled_at': first_filled('enrolled_at', 'hs_createdate'),
    'ended_at': 'ended_at',
    'exit_reason': 'exit_reason',
    'created_at': first_filled('hs_createdate', '"createdAt"'),
    'modified_at': first_filled('hs_lastmodifieddate', '"updatedAt"'),
    'is_deleted': 'archived',
} -%}

with source as (
    select * from {{ source('raw_hubspot', 'sequence_enrollment') }}
),

people as (
    select
        _source_name,
        _record_id as person_id,
        {{ hubspot_was_lead() }} as was_lead,
        {{ hubspot_is_contact() }} as is_contact,
        {{ hubspot_timestamp('hs_v2_date_entered_opportunity') }} as converted_at
    from {{ source('raw_hubspot', 'contact') }}
),

typed as (
    select
        source.*,
        {{ hubspot_associated_id('contacts') }} as person_id,
        {{ hubspot_timestamp(first_filled('enrolled_at', 'hs_createdate')) }} as typed_enrolled_at,
        {{ hubspot_timestamp('ended_at') }} as typed_ended_at,
        nullif({{ sequence_exit_reason('exit_reason') }}, 'unmapped') as typed_exit_reason,
        {{ hubspot_timestamp(first_filled('hs_createdate', '"createdAt"')) }} as typed_created_at,
        {{ hubspot_timestamp(first_filled('hs_lastmodifieddate', '"updatedAt"')) }} as typed_modified_at,
        {{ parse_boolean('archived', blank=false) }} as typed_is_deleted
    from source
),

-- Who was enrolled is the lead until its conversion, and the contact from then on.
judged as (
    select
        typed.*,
        people.person_id is null or people.is_contact as is_contact,
        coalesce(
            people.was_lead and (not people.is_contact or typed.typed_enrolled_at < people.converted_at), false
        ) as is_lead_then
    from typed
    left join people
        on typed._source_name = people._source_name and typed.person_id = people.person_id
),

related as (
    select
        judged.*,
        case when is_lead_then then person_id end as lead_record_id,
        case when is_contact and not is_lead_then then person_id end as contact_record_id
    from judged
),

final as (
    select
        {{ hubspot_key('_record_id') }} as sequence_enrollment_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('sequence_name') }} as sequence_name,
        {{ hubspot_key('lead_record_id') }} as lead_id,
        {{ hubspot_key('contact_record_id') }} as contact_id,
        {{ hubspot_key('hubspot_owner_id') }} as owner_id,
        typed_enrolled_at as enrolled_at,
        typed_ended_at as ended_at,
        {{ sequence_exit_reason('exit_reason') }} as exit_reason,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from related
)

select * from final
