{%- set original_texts = {
    'happened_at': 'hs_timestamp',
    'created_at': first_filled('hs_createdate', '"createdAt"'),
    'modified_at': first_filled('hs_lastmodifieddate', '"updatedAt"'),
    'is_deleted': 'archived',
    'duration': 'hs_call_duration',
    'is_automated': 'is_automated',
    'is_personalised': 'is_personalised',
    'sequence_step_number': 'sequence_step',
} -%}

with {{ hubspot_activities('call', {
    'duration': parse_double('hs_call_duration'),
}) }},

options as (
    select
        _source_name,
        {{ unnest_json_list('options', '$') }} as entry
    from {{ source('raw_hubspot', 'call_property') }}
    where _record_id = 'hs_call_disposition'
),

dispositions as (
    select
        _source_name,
        {{ json_text('entry', 'value') }} as disposition_id,
        min({{ json_text('entry', 'label') }}) as label
    from options
    group by _source_name, {{ json_text('entry', 'value') }}
),

labelled as (
    select
        related.*,
        dispositions.label as disposition_label
    from related
    left join dispositions
        on
            related._source_name = dispositions._source_name
            and {{ clean_text('related.hs_call_disposition') }} = dispositions.disposition_id
),

final as (
    select
        {{ hubspot_key('_record_id') }} as activity_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        'call' as activity_type,
        {{ clean_text('hs_call_title') }} as subject,
        {{ clean_text('hs_call_status') }} as activity_status,
        {{ hubspot_is_past('typed_happened_at') }} as is_done,
        {{ business_date('typed_happened_at') }} as activity_date,
        cast(null as timestamp with time zone) as started_at,
        coalesce({{ add_seconds('typed_happened_at', 'typed_duration / 1000') }}, typed_happened_at) as ended_at,
        {{ hubspot_key('lead_record_id') }} as lead_id,
        {{ hubspot_key('contact_record_id') }} as contact_id,
        {{ hubspot_key('company_id') }} as account_id,
        {{ hubspot_key('deal_id') }} as opportunity_id,
        {{ hubspot_key('hubspot_owner_id') }} as owner_id,
        cast(typed_duration / 1000 as bigint) as call_duration_seconds,
        {{ first_filled('disposition_label', 'hs_call_disposition') }} as call_disposition,
        {{ activity_direction(first_filled('direction', 'hs_call_direction')) }} as direction,
        typed_is_automated as is_automated,
        typed_is_personalised as is_personalised,
        cast(null as varchar) as reply_kind,
        cast(null as varchar) as in_reply_to_activity_id,
        cast(null as varchar) as meeting_outcome,
        cast(null as timestamp with time zone) as meeting_outcome_at,
        cast(null as varchar) as rescheduled_from_activity_id,
        {{ hubspot_key('sequence_enrollment') }} as sequence_enrollment_id,
        {{ clean_text('sequence_name') }} as sequence_name,
        typed_sequence_step_number as sequence_step_number,
        cast(null as varchar) as message_variant,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from labelled
)

select * from final
