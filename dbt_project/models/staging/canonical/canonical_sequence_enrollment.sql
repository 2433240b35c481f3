{{ config(alias='sequence_enrollment') }}

with unioned as (
    {% for relation in [
        'stg_salesforce__sequence_enrollments',
        'stg_hubspot__sequence_enrollments',
        'stg_files__sequence_enrollments'
    ] %}
        select
            sequence_enrollment_id,
            source_name,
            source_record_id,
            sequence_name,
            lead_id,
            contact_id,
            owner_id,
            enrolled_at,
            ended_at,
            exit_reason,
            created_at,
            modified_at,
            is_deleted,
            unreadable_values,
            custom_fields
        from {{ ref(relation) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

excluded as (
    select
        unioned.*,
        case
            when {{ is_after_run_day('enrolled_at') }} then 'not_yet_known'
            when is_deleted and not {{ is_after_run_day('modified_at') }} then 'deleted'
        end as exclusion_reason
    from unioned
),

-- Who was taken out after the run's day was in the sequence still.
final as (
    select
        sequence_enrollment_id,
        source_name,
        source_record_id,
        sequence_name,
        lead_id,
        contact_id,
        owner_id,
        enrolled_at,
        case when not {{ is_after_run_day('ended_at') }} then ended_at end as ended_at,
        case when not {{ is_after_run_day('ended_at') }} then exit_reason end as exit_reason,
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
