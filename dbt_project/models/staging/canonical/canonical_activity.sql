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
            created_at,
            modified_at,
            is_deleted,
            unreadable_values,
            custom_fields
        from {{ ref(relation) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{{ surviving_accounts() }},

excluded as (
    select
        unioned.*,
        coalesce(surviving_account.survivor_account_id, unioned.account_id) as survivor_account_id,
        case
            when {{ is_after_run_day('unioned.created_at') }} then 'not_yet_known'
            when unioned.is_deleted and not {{ is_after_run_day('unioned.modified_at') }} then 'deleted'
        end as exclusion_reason
    from unioned
    left join surviving_account on unioned.account_id = surviving_account.account_id
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
        lead_id,
        contact_id,
        survivor_account_id as account_id,
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
