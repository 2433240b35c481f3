with meetings as (
    select * from {{ ref('int_meeting_chains') }}
),

first_meetings as (
    select
        meeting_id,
        prospecting_spell_id
    from {{ ref('int_first_meetings') }}
),

final as (
    select
        meetings.meeting_id,
        meetings.source_name,
        meetings.user_id,
        meetings.person_id,
        meetings.account_id,
        meetings.company_id,
        meetings.opportunity_id,
        meetings.is_about_opportunity,
        meetings.booked_at,
        meetings.booked_on,
        meetings.due_at,
        meetings.due_on,
        cast(meetings.meeting_count as bigint) as booking_count,
        meetings.last_outcome,
        meetings.is_due,
        meetings.is_held,
        first_meetings.meeting_id is not null as is_first_meeting,
        first_meetings.prospecting_spell_id
    from meetings
    left join first_meetings
        on meetings.meeting_id = first_meetings.meeting_id
)

select * from final
