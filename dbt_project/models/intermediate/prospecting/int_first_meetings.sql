{{ config(materialized='table') }}

-- One row a prospecting spell with a meeting (P02): the first one that was booked in it, with a prospect. Customers and
-- accounts with an open opportunity are no prospects.
with meetings as (
    select * from {{ ref('int_meeting_chains') }}
    where company_id is not null
),

spells as (
    select
        *,
        lead(started_at) over (partition by company_id order by started_at) as next_started_at
    from {{ ref('int_prospecting_spells') }}
),

companies as (
    select * from {{ ref('int_companies') }}
),

users as (
    select
        user_id,
        user_name
    from {{ source('resolved', 'user') }}
),

ordered as (
    select
        meetings.*,
        spells.prospecting_spell_id,
        row_number() over (
            partition by spells.prospecting_spell_id order by meetings.booked_at, meetings.meeting_id
        ) as place
    from meetings
    inner join spells
        on
            meetings.company_id = spells.company_id
            and meetings.booked_at >= spells.started_at
            and (spells.next_started_at is null or meetings.booked_at < spells.next_started_at)
    where not spells.is_expansion
),

final as (
    select
        ordered.meeting_id,
        ordered.prospecting_spell_id,
        ordered.user_id,
        users.user_name,
        ordered.company_id,
        companies.account_segment,
        ordered.booked_on,
        ordered.is_held,
        ordered.is_due
    from ordered
    left join users
        on ordered.user_id = users.user_id
    left join companies
        on ordered.company_id = companies.company_id
    where ordered.place = 1
)

select * from final
