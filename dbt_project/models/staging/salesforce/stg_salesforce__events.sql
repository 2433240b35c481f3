{%- set original_texts = {
    'started_at': first_filled('StartDateTime', 'ActivityDateTime'),
    'ended_at': 'EndDateTime',
    'created_at': 'CreatedDate',
    'modified_at': first_filled('LastModifiedDate', 'SystemModstamp'),
    'is_deleted': 'IsDeleted',
    'activity_date': 'ActivityDate',
    'duration_minutes': 'DurationInMinutes',
    'is_all_day': 'IsAllDayEvent',
    'is_automated': 'IsAutomated',
    'is_personalised': 'IsPersonalised',
    'meeting_outcome_at': 'MeetingOutcomeAt',
    'sequence_step_number': 'SequenceStepNumber',
} -%}

with source as (
    select * from {{ source('raw_salesforce', 'event') }}
),

typed as (
    select
        source.*,
        {{ parse_boolean('IsAutomated') }} as typed_is_automated,
        {{ parse_boolean('IsPersonalised') }} as typed_is_personalised,
        {{ parse_integer('SequenceStepNumber') }} as typed_sequence_step_number,
        {{ parse_timestamp('MeetingOutcomeAt') }} as typed_meeting_outcome_at,
        {{ parse_timestamp(first_filled('StartDateTime', 'ActivityDateTime')) }} as typed_started_at,
        {{ parse_timestamp('EndDateTime') }} as typed_ended_at,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp(first_filled('LastModifiedDate', 'SystemModstamp')) }} as typed_modified_at,
        {{ parse_boolean('IsDeleted', blank=false) }} as typed_is_deleted,
        {{ parse_date('ActivityDate') }} as typed_activity_date,
        {{ parse_integer('DurationInMinutes') }} as typed_duration_minutes,
        {{ parse_boolean('IsAllDayEvent', blank=false) }} as typed_is_all_day,
        {{ parse_date(first_filled('StartDateTime', 'ActivityDateTime')) }} as typed_start_date
    from source
),

dated as (
    select
        typed.*,
        -- Salesforce stores an all-day event as UTC midnight of its day, which must not be shifted.
        coalesce(
            typed_activity_date,
            case
                when typed_is_all_day then typed_start_date
                else {{ business_date('typed_started_at', '_source_time_zone') }}
            end
        ) as event_date
    from typed
),

final as (
    select
        {{ salesforce_key('_record_id') }} as activity_id,
        _source_name as source_name,
        {{ salesforce_id('_record_id') }} as source_record_id,
        {{ salesforce_event_type() }} as activity_type,
        {{ clean_text('Subject') }} as subject,
        cast(null as varchar) as activity_status,
        event_date <= cast('{{ var("as_of_date") }}' as date) as is_done,
        event_date as activity_date,
        typed_started_at as started_at,
        coalesce(typed_ended_at, {{ add_seconds('typed_started_at', '60 * typed_duration_minutes') }}) as ended_at,
        {{ salesforce_key_of('WhoId', '00Q') }} as lead_id,
        {{ salesforce_key_of('WhoId', '003') }} as contact_id,
        coalesce({{ salesforce_key_of('WhatId', '001') }}, {{ salesforce_key('AccountId') }}) as account_id,
        {{ salesforce_key_of('WhatId', '006') }} as opportunity_id,
        {{ salesforce_owner_key('OwnerId') }} as owner_id,
        cast(null as bigint) as call_duration_seconds,
        cast(null as varchar) as call_disposition,
        {{ activity_direction('Direction') }} as direction,
        typed_is_automated as is_automated,
        typed_is_personalised as is_personalised,
        cast(null as varchar) as reply_kind,
        cast(null as varchar) as in_reply_to_activity_id,
        {{ meeting_outcome('MeetingOutcome') }} as meeting_outcome,
        typed_meeting_outcome_at as meeting_outcome_at,
        {{ salesforce_key('RescheduledFromId') }} as rescheduled_from_activity_id,
        {{ salesforce_key('SequenceEnrollmentId') }} as sequence_enrollment_id,
        {{ clean_text('SequenceName') }} as sequence_name,
        typed_sequence_step_number as sequence_step_number,
        cast(null as varchar) as message_variant,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        typed_is_deleted or coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from dated
)

select * from final
