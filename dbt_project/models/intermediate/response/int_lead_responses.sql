{{ config(materialized='table') }}

-- One row an inbound lead: how soon a person of ours answered. The customer's clock runs from the arrival, the
-- representative's from the assignment in force at the answer; what is not answered goes on until the end of the
-- run's day. Whom we had touched before was in a conversation already: an answer to that is none to the lead.
with leads as (
    select * from {{ ref('int_leads_prepared') }}
    where motion = 'inbound' and created_at is not null
),

individuals as (
    select * from {{ ref('int_individuals') }}
    where entity = 'lead'
),

touches as (
    select
        individual_id,
        occurred_at
    from {{ ref('int_touch_individuals') }}
    where is_done_by_us and not is_automated
),

owners as (
    select * from {{ ref('int_lead_owner_spans') }}
),

employees as (
    select * from {{ ref('int_employees_prepared') }}
    where user_id is not null
),

working_days as (
    select * from {{ ref('int_working_days') }}
),

touched as (
    select
        leads.lead_id,
        min(touches.occurred_at) filter (where touches.occurred_at >= leads.created_at) as answered_at,
        bool_or(
            touches.occurred_at < leads.created_at
            and touches.occurred_at >= {{ add_seconds('leads.created_at', -86400 * var('existing_conversation_days')) }}
        ) as is_existing_conversation
    from leads
    inner join individuals
        on leads.lead_id = individuals.record_id
    inner join touches
        on individuals.individual_id = touches.individual_id
    group by leads.lead_id
),

first_owners as (
    select
        owners.lead_id,
        owners.user_id,
        min(employees.time_zone) as time_zone,
        min(employees.country_code) as country_code
    from owners
    left join employees
        on owners.user_id = employees.user_id
    where owners.is_first
    group by
        owners.lead_id,
        owners.user_id
),

timed as (
    select
        leads.lead_id,
        leads.person_id,
        leads.source_name,
        leads.created_at,
        leads.created_on,
        touched.answered_at,
        coalesce(touched.is_existing_conversation, false) as is_existing_conversation,
        coalesce(
            touched.answered_at, {{ start_of_day(add_days("cast('" ~ var('as_of_date') ~ "' as date)", 1)) }}
        ) as until_at,
        first_owners.user_id as first_owner_id,
        coalesce(first_owners.time_zone, '{{ var("reporting_time_zone") }}') as time_zone,
        coalesce(first_owners.country_code, '(none)') as country_code
    from leads
    left join touched
        on leads.lead_id = touched.lead_id
    left join first_owners
        on leads.lead_id = first_owners.lead_id
),

assigned as (
    select
        timed.lead_id,
        max(owners.valid_from_at) as assigned_at
    from timed
    inner join owners
        on
            timed.lead_id = owners.lead_id
            and timed.until_at >= owners.valid_from_at
    group by timed.lead_id
),

local_times as (
    select
        *,
        {{ local_time('created_at', 'time_zone') }} as created_local,
        {{ local_time('until_at', 'time_zone') }} as until_local
    from timed
),

waited as (
    select
        local_times.*,
        assigned.assigned_at,
        {{ seconds_between('local_times.created_at', 'local_times.until_at') }} / 60.0 as waited_minutes,
        {{ business_minutes_so_far('local_times.until_local', 'until_days') }}
        - {{ business_minutes_so_far('local_times.created_local', 'created_days') }} as waited_business_minutes,
        {{ seconds_between('assigned.assigned_at', 'local_times.until_at') }} / 60.0 as waited_minutes_since_assignment
    from local_times
    left join assigned
        on local_times.lead_id = assigned.lead_id
    left join working_days as created_days
        on
            local_times.country_code = created_days.country_code
            and cast(local_times.created_local as date) = created_days.date_day
    left join working_days as until_days
        on
            local_times.country_code = until_days.country_code
            and cast(local_times.until_local as date) = until_days.date_day
),

final as (
    select
        lead_id,
        person_id,
        source_name,
        first_owner_id,
        created_at,
        created_on,
        answered_at,
        {{ business_date('answered_at') }} as answered_on,
        assigned_at,
        is_existing_conversation,
        answered_at is not null as is_answered,
        case when answered_at is not null then waited_minutes end as response_minutes,
        case when answered_at is not null then waited_business_minutes end as response_business_minutes,
        case when answered_at is not null then waited_minutes_since_assignment end as response_minutes_since_assignment,
        waited_minutes,
        waited_business_minutes,
        -- Young and untouched: whether the answer will come in time is not known yet.
        not is_existing_conversation
        and (
            answered_at is not null
            or waited_minutes > {{ var('response_sla_minutes') }}
        ) as is_sla_known,
        not is_existing_conversation
        and answered_at is not null
        and waited_minutes <= {{ var('response_sla_minutes') }} as is_within_sla,
        not is_existing_conversation
        and (
            answered_at is not null
            or waited_business_minutes > {{ var('response_sla_minutes') }}
        ) as is_sla_business_known,
        not is_existing_conversation
        and answered_at is not null
        and waited_business_minutes <= {{ var('response_sla_minutes') }} as is_within_sla_business
    from waited
)

select * from final
