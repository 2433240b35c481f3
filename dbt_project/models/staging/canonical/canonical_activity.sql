{{ config(alias='activity') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__tasks',
        'stg_salesforce__events',
        'stg_hubspot__calls',
        'stg_hubspot__emails',
        'stg_hubspot__meetings',
        'stg_hubspot__communications',
        'stg_hubspot__tasks',
        'stg_files__activities'
    ] %}
        select
            activity_id,
            source_name,
            source_record_id,
            activity_type,
            subject,
            activity_status,
            is_done,
            activity_date,
            started_at,
            ended_at,
            lead_id,
            contact_id,
            account_id,
            opportunity_id,
            owner_id,
            call_duration_seconds,
            call_disposition,
            direction,
            is_automated,
            is_personalised,
            reply_kind,
            in_reply_to_activity_id,
            meeting_outcome,
            meeting_outcome_at,
            rescheduled_from_activity_id,
            sequence_enrollment_id,
            sequence_name,
            sequence_step_number,
            message_variant,
            created_at,
            modified_at,
            is_deleted,
            unreadable_values,
            custom_fields
        from {{ ref(relation) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{{ activities_before_later_conversions() }},

-- A lead's activities are with nothing else until it is converted.
known as (
    select
        unioned.*,
        coalesce(activity_before_conversion.lead_id, unioned.lead_id) as known_lead_id,
        case when activity_before_conversion.lead_id is null then unioned.contact_id end as known_contact_id,
        case when activity_before_conversion.lead_id is null then unioned.account_id end as known_account_id,
        case when activity_before_conversion.lead_id is null then unioned.opportunity_id end as known_opportunity_id
    from unioned
    left join activity_before_conversion on unioned.activity_id = activity_before_conversion.activity_id
),

{{ surviving_accounts() }},

excluded as (
    select
        known.*,
        coalesce(surviving_account.survivor_account_id, known.known_account_id) as survivor_account_id,
        case
            when {{ is_after_run_day('known.created_at') }} then 'not_yet_known'
            when known.is_deleted and not {{ is_after_run_day('known.modified_at') }} then 'deleted'
        end as exclusion_reason
    from known
    left join surviving_account on known.known_account_id = surviving_account.account_id
),

final as (
    select
        activity_id,
        source_name,
        source_record_id,
        activity_type,
        subject,
        activity_status,
        is_done,
        activity_date,
        started_at,
        ended_at,
        known_lead_id as lead_id,
        known_contact_id as contact_id,
        survivor_account_id as account_id,
        known_opportunity_id as opportunity_id,
        owner_id,
        call_duration_seconds,
        call_disposition,
        direction,
        is_automated,
        is_personalised,
        reply_kind,
        in_reply_to_activity_id,
        meeting_outcome,
        meeting_outcome_at,
        rescheduled_from_activity_id,
        sequence_enrollment_id,
        sequence_name,
        sequence_step_number,
        message_variant,
        created_at,
        modified_at,
        is_deleted,
        exclusion_reason is not null as is_excluded,
        exclusion_reason,
        unreadable_values,
        custom_fields
    from excluded
)

select * from final
