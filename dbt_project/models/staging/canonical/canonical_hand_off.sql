{{ config(alias='hand_off') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__hand_offs',
        'stg_hubspot__hand_offs',
        'stg_files__hand_offs'
    ] %}
        select
            hand_off_id,
            source_name,
            source_record_id,
            lead_id,
            contact_id,
            account_id,
            from_user_id,
            to_user_id,
            handed_off_at,
            attempt_number,
            awareness_stage,
            context_field_count,
            decision,
            decided_at,
            rejection_reason,
            opportunity_id,
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
            when {{ is_after_run_day('unioned.handed_off_at') }} then 'not_yet_known'
            when unioned.is_deleted and not {{ is_after_run_day('unioned.modified_at') }} then 'deleted'
        end as exclusion_reason
    from unioned
    left join surviving_account on unioned.account_id = surviving_account.account_id
),

final as (
    select
        hand_off_id,
        source_name,
        source_record_id,
        lead_id,
        contact_id,
        survivor_account_id as account_id,
        from_user_id,
        to_user_id,
        handed_off_at,
        attempt_number,
        awareness_stage,
        context_field_count,
        case when not {{ is_after_run_day('decided_at') }} then decision end as decision,
        case when not {{ is_after_run_day('decided_at') }} then decided_at end as decided_at,
        case when not {{ is_after_run_day('decided_at') }} then rejection_reason end as rejection_reason,
        case when not {{ is_after_run_day('decided_at') }} then opportunity_id end as opportunity_id,
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
