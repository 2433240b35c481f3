{{ config(materialized='table') }}

-- One row a meeting with somebody of a company, however often it was moved: a chain of meetings that replace each
-- other is one. Every pass doubles the reach: five passes climb 32 links. A meeting without anybody of theirs is
-- internal and none.
{%- set passes = 5 %}
with meetings as (
    select * from {{ ref('int_sales_touches') }}
    where touch_kind = 'meeting' and (person_id is not null or company_id is not null)
),

climbed_0 as (
    select
        meetings.activity_id,
        coalesce(replaced.activity_id, meetings.activity_id) as reached_id
    from meetings
    left join meetings as replaced
        on meetings.rescheduled_from_activity_id = replaced.activity_id
),

{% for number in range(1, passes + 1) %}
    climbed_{{ number }} as (
        select
            lower_part.activity_id,
            upper_part.reached_id
        from climbed_{{ number - 1 }} as lower_part
        inner join climbed_{{ number - 1 }} as upper_part
            on lower_part.reached_id = upper_part.activity_id
    ),

{% endfor %}
chained as (
    select
        meetings.*,
        climbed.reached_id as root_id
    from meetings
    inner join climbed_{{ passes }} as climbed
        on meetings.activity_id = climbed.activity_id
),

chains as (
    select
        root_id,
        count(*) as meeting_count,
        bool_or(is_held_meeting) as is_held,
        {{ latest_filled('occurred_at', 'booked_at', 'activity_id') }} as due_at,
        {{ latest_filled('occurred_on', 'booked_at', 'activity_id') }} as due_on,
        {{ latest_filled("coalesce(meeting_outcome, 'none')", 'booked_at', 'activity_id') }} as last_outcome
    from chained
    group by root_id
),

final as (
    select
        chains.root_id as meeting_id,
        roots.source_name,
        roots.user_id,
        roots.person_id,
        roots.company_id,
        roots.account_id,
        roots.opportunity_id,
        roots.is_about_opportunity,
        roots.booked_at,
        roots.booked_on,
        chains.due_at,
        chains.due_on,
        chains.meeting_count,
        nullif(chains.last_outcome, 'none') as last_outcome,
        chains.is_held,
        -- A meeting that was moved and not booked anew is due on no day.
        chains.due_on <= cast('{{ var("as_of_date") }}' as date) and chains.last_outcome <> 'rescheduled' as is_due
    from chains
    inner join meetings as roots
        on chains.root_id = roots.activity_id
)

select * from final
