with activities as (
    select * from {{ source('gate', 'activity') }}
),

persons as (
    select * from {{ ref('int_person_records') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

final as (
    select
        cast(activities.activity_id as varchar) as activity_id,
        cast(activities.source_name as varchar) as source_name,
        cast(activities.source_record_id as varchar) as source_activity_id,
        cast(coalesce(activities.activity_type, 'other') as varchar) as activity_type,
        cast(activities.subject as varchar) as subject,
        cast(activities.activity_status as varchar) as activity_status,
        coalesce(activities.is_done, false) as is_done,
        cast(coalesce(contact_persons.person_id, lead_persons.person_id) as varchar) as person_id,
        cast(activities.lead_id as varchar) as lead_id,
        cast(activities.contact_id as varchar) as contact_id,
        cast(activities.account_id as varchar) as account_id,
        cast(activities.opportunity_id as varchar) as opportunity_id,
        cast(activities.owner_id as varchar) as owner_id,
        cast(activities.started_at as timestamp with time zone) as started_at,
        cast(activities.ended_at as timestamp with time zone) as ended_at,
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
        cast(activities.call_disposition as varchar) as call_disposition,
        not coalesce(activities.is_done, false)
        and coalesce(activities.activity_date < run_date.as_of_date, false) as is_overdue,
        cast(activities.created_at as timestamp with time zone) as created_at,
        cast(activities.modified_at as timestamp with time zone) as modified_at
    from activities
    cross join run_date
    left join persons as contact_persons
        on contact_persons.entity = 'contact' and activities.contact_id = contact_persons.record_id
    left join persons as lead_persons
        on lead_persons.entity = 'lead' and activities.lead_id = lead_persons.record_id
)

select * from final
