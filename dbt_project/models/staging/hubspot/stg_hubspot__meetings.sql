{%- set original_texts = {
    'created_at': first_filled('hs_createdate', '"createdAt"'),
    'modified_at': first_filled('hs_lastmodifieddate', '"updatedAt"'),
    'is_deleted': 'archived',
    'started_at': first_filled('hs_meeting_start_time', 'hs_timestamp'),
    'ended_at': 'hs_meeting_end_time',
    'is_automated': 'is_automated',
    'is_personalised': 'is_personalised',
    'meeting_outcome_at': 'outcome_entered_at',
    'sequence_step_number': 'sequence_step',
} -%}

with {{ hubspot_activities('meeting', {
    'started_at': hubspot_timestamp(first_filled('hs_meeting_start_time', 'hs_timestamp')),
    'ended_at': hubspot_timestamp('hs_meeting_end_time'),
    'meeting_outcome_at': hubspot_timestamp('outcome_entered_at'),
}) }},

final as (
    select
        {{ hubspot_key('_record_id') }} as activity_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        'meeting' as activity_type,
        {{ clean_text('hs_meeting_title') }} as subject,
        {{ clean_text('hs_meeting_outcome') }} as activity_status,
        {{ hubspot_is_past('typed_started_at') }} as is_done,
        {{ business_date('typed_started_at') }} as activity_date,
        typed_started_at as started_at,
        typed_ended_at as ended_at,
        {{ hubspot_key('lead_record_id') }} as lead_id,
        {{ hubspot_key('contact_record_id') }} as contact_id,
        {{ hubspot_key('company_id') }} as account_id,
        {{ hubspot_key('deal_id') }} as opportunity_id,
        {{ hubspot_key('hubspot_owner_id') }} as owner_id,
        cast(null as bigint) as call_duration_seconds,
        cast(null as varchar) as call_disposition,
        {{ activity_direction('direction') }} as direction,
        typed_is_automated as is_automated,
        typed_is_personalised as is_personalised,
        cast(null as varchar) as reply_kind,
        cast(null as varchar) as in_reply_to_activity_id,
        {{ hubspot_meeting_outcome('hs_meeting_outcome') }} as meeting_outcome,
        typed_meeting_outcome_at as meeting_outcome_at,
        {{ hubspot_key('rescheduled_from') }} as rescheduled_from_activity_id,
        {{ hubspot_key('sequence_enrollment') }} as sequence_enrollment_id,
        {{ clean_text('sequence_name') }} as sequence_name,
        typed_sequence_step_number as sequence_step_number,
        cast(null as varchar) as message_variant,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from related
)

select * from final
