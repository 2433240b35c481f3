{{ config(materialized='table') }}

-- One row a lead and entry into a stage that the source wrote down. Only a change of stage is an entry:
-- two statuses that mean the same are one. Leads without history have no rows here.
with leads as (
    select * from {{ ref('int_leads_prepared') }}
),

status_map as (
    select
        lower(trim(status)) as status_key,
        lead_stage
    from {{ source('config', 'lead_status') }}
),

history as (
    select * from {{ source('resolved', 'lead_history') }}
    where changed_at is not null
),

-- A source that tells of the creation has told of everything since.
watched_from_creation as (
    select distinct lead_id
    from history
    where field_name = 'created'
),

changes as (
    select
        history.lead_id,
        history.lead_history_id,
        history.changed_at,
        case when history.old_value is not null then coalesce(old_map.lead_stage, 'unmapped') end as old_stage,
        coalesce(new_map.lead_stage, 'unmapped') as new_stage
    from history
    inner join leads
        on history.lead_id = leads.lead_id
    left join status_map as old_map
        on lower(trim(history.old_value)) = old_map.status_key
    left join status_map as new_map
        on lower(trim(history.new_value)) = new_map.status_key
    where history.field_name = 'lead_status' and history.new_value is not null
),

changes_ordered as (
    select
        *,
        row_number() over (
            partition by lead_id
            order by changed_at, lead_history_id
        ) as change_number,
        lag(new_stage) over (
            partition by lead_id
            order by changed_at, lead_history_id
        ) as stage_before
    from changes
),

-- The status a lead began with is the old value of its first change. Where nobody watched from the
-- creation on, it may have been entered at any time before that change.
began as (
    select
        first_change.lead_id,
        first_change.old_stage as lead_stage,
        case when watched.lead_id is not null then leads.created_at else first_change.changed_at end as entered_at,
        watched.lead_id is null as is_imputed,
        0 as position
    from changes_ordered as first_change
    inner join leads
        on first_change.lead_id = leads.lead_id
    left join watched_from_creation as watched
        on first_change.lead_id = watched.lead_id
    where first_change.change_number = 1 and first_change.old_stage is not null
),

-- Watched and never changed: the present status is the first one. Of a converted lead that is not so.
unchanged as (
    select
        leads.lead_id,
        leads.lead_stage,
        leads.created_at as entered_at,
        false as is_imputed,
        0 as position
    from leads
    inner join watched_from_creation as watched
        on leads.lead_id = watched.lead_id
    left join changes_ordered
        on leads.lead_id = changes_ordered.lead_id
    where
        changes_ordered.lead_id is null
        and not leads.is_converted
        and leads.lead_status is not null
),

entered as (
    select
        lead_id,
        new_stage as lead_stage,
        changed_at as entered_at,
        false as is_imputed,
        change_number as position
    from changes_ordered
    where coalesce(stage_before, old_stage, '') <> new_stage
),

entries as (
    select * from began
    union all
    select * from unchanged
    union all
    select * from entered
),

final as (
    select
        lead_id,
        lead_stage,
        entered_at,
        {{ business_date('entered_at') }} as entered_on,
        is_imputed,
        position,
        row_number() over (partition by lead_id order by position) as entry_number,
        row_number() over (partition by lead_id order by position desc) as entry_number_from_end
    from entries
)

select * from final
