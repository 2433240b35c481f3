with activities as (
    select * from {{ source('resolved', 'activity') }}
),

persons as (
    select * from {{ ref('int_person_records') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

final as (
    select
        activities.activity_id,
        activities.source_name,
        activities.source_record_id as source_activity_id,
        coalesce(activities.activity_type, 'other') as activity_type,
        activities.subject,
        activities.activity_status,
        coalesce(activities.is_done, false) as is_done,
        coalesce(contact_persons.person_id, lead_persons.person_id) as person_id,
        activities.lead_id,
        activities.contact_id,
        activities.account_id,
        activities.opportunity_id,
        activities.owner_id,
        activities.started_at,
        activities.ended_at,
        -- The date that the source gives is a pure date; only without one is a stamp turned into a day.
        cast(
            coalesce(
                activities.activity_date,
                {{ business_date('activities.started_at') }},
                {{ business_date('activities.created_at') }}
            ) as date
        ) as occurred_on,
        cast(
            case
                when activities.ended_at >= activities.started_at
                    then {{ seconds_between('activities.started_at', 'activities.ended_at') }}
            end as bigint
        ) as duration_seconds,
        cast(activities.call_duration_seconds as bigint) as call_duration_seconds,
        activities.call_disposition,
        not coalesce(activities.is_done, false)
        and coalesce(activities.activity_date < run_date.as_of_date, false) as is_overdue,
        activities.created_at,
        activities.modified_at
    from activities
    cross join run_date
    left join persons as contact_persons
        on contact_persons.entity = 'contact' and activities.contact_id = contact_persons.record_id
    left join persons as lead_persons
        on lead_persons.entity = 'lead' and activities.lead_id = lead_persons.record_id
)

select * from final
