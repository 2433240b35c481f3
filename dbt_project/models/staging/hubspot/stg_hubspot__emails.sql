{%- set original_texts = {
    'happened_at': 'hs_timestamp',
    'created_at': first_filled('hs_createdate', '"createdAt"'),
    'modified_at': first_filled('hs_lastmodifieddate', '"updatedAt"'),
    'is_deleted': 'archived',
    'is_automated': 'is_automated',
    'is_personalised': 'is_personalised',
    'sequence_step_number': 'sequence_step',
} -%}

with {{ hubspot_activities('email', {}) }},

final as (
    select
        {{ hubspot_key('_record_id') }} as activity_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        'email' as activity_type,
        {{ clean_text('hs_email_subject') }} as subject,
        {{ clean_text('hs_email_status') }} as activity_status,
        {{ hubspot_is_past('typed_happened_at') }} as is_done,
        {{ business_date('typed_happened_at') }} as activity_date,
        cast(null as timestamp with time zone) as started_at,
        typed_happened_at as ended_at,
        {{ hubspot_key('lead_record_id') }} as lead_id,
        {{ hubspot_key('contact_record_id') }} as contact_id,
        {{ hubspot_key('company_id') }} as account_id,
        {{ hubspot_key('deal_id') }} as opportunity_id,
        {{ hubspot_key('hubspot_owner_id') }} as owner_id,
        cast(null as bigint) as call_duration_seconds,
        cast(null as varchar) as call_disposition,
        {{ activity_direction(first_filled('direction', 'hs_email_direction')) }} as direction,
        typed_is_automated as is_automated,
        typed_is_personalised as is_personalised,
        {{ reply_kind('reply_kind') }} as reply_kind,
        {{ hubspot_key('in_reply_to') }} as in_reply_to_activity_id,
        cast(null as varchar) as meeting_outcome,
        cast(null as timestamp with time zone) as meeting_outcome_at,
        cast(null as varchar) as rescheduled_from_activity_id,
        {{ hubspot_key('sequence_enrollment') }} as sequence_enrollment_id,
        {{ first_filled('sequence_name', 'hs_sequence_id') }} as sequence_name,
        typed_sequence_step_number as sequence_step_number,
        {{ clean_text('step_variant') }} as message_variant,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from related
)

select * from final
