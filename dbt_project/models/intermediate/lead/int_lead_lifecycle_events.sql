-- One row a lead and event: the first time that it happened. Where the source keeps a history, the stages
-- that a lead entered carry their own stamps. Without one only creation and conversion do: of the status
-- it has today a lead keeps just the last modification, and of the stages it passed nothing at all.
with leads as (
    select * from {{ ref('int_leads_prepared') }}
),

recorded as (
    select * from {{ ref('int_lead_stage_entries') }}
),

ladder as (
    select
        'working' as lead_stage,
        1 as ladder_order,
        false as is_milestone
    union all
    select
        'marketing_qualified' as lead_stage,
        2 as ladder_order,
        true as is_milestone
    union all
    select
        'sales_accepted' as lead_stage,
        3 as ladder_order,
        true as is_milestone
    union all
    select
        'sales_qualified' as lead_stage,
        4 as ladder_order,
        true as is_milestone
    union all
    select
        'converted' as lead_stage,
        5 as ladder_order,
        false as is_milestone
),

-- A status of converted without the CRM's flag is a contradiction that the gate reports: no event.
history as (
    select
        recorded.lead_id,
        recorded.lead_stage as event_type,
        recorded.entered_at as occurred_at,
        recorded.entered_on as occurred_on,
        recorded.is_imputed,
        'history' as event_source
    from recorded
    inner join leads
        on recorded.lead_id = leads.lead_id
    where
        recorded.lead_stage <> 'new'
        and (recorded.lead_stage <> 'converted' or leads.is_converted)
),

recorded_conversions as (
    select distinct lead_id
    from history
    where event_type = 'converted'
),

last_recorded as (
    select
        lead_id,
        lead_stage
    from recorded
    where entry_number_from_end = 1
),

converted as (
    select
        leads.lead_id,
        'converted' as event_type,
        cast(null as timestamp with time zone) as occurred_at,
        leads.converted_on as occurred_on,
        false as is_imputed,
        'conversion_date' as event_source
    from leads
    left join recorded_conversions
        on leads.lead_id = recorded_conversions.lead_id
    where leads.is_converted and recorded_conversions.lead_id is null
),

-- What the history does not know of, all of it or the last step.
present_status as (
    select
        leads.lead_id,
        leads.lead_stage as event_type,
        leads.modified_at as occurred_at,
        leads.modified_on as occurred_on,
        true as is_imputed,
        'last_modification' as event_source
    from leads
    left join last_recorded
        on leads.lead_id = last_recorded.lead_id
    where
        not leads.is_converted
        and leads.lead_stage not in ('new', 'converted')
        and leads.lead_status is not null
        and coalesce(last_recorded.lead_stage, '') <> leads.lead_stage
),

entered as (
    select * from history
    union all
    select * from converted
    union all
    select * from present_status
),

-- A milestone without an entry of its own was passed when a higher stage was reached.
passed as (
    select
        entered.lead_id,
        milestones.lead_stage as event_type,
        entered.occurred_at,
        entered.occurred_on,
        true as is_imputed,
        'skipped' as event_source
    from entered
    inner join ladder as position
        on entered.event_type = position.lead_stage
    inner join ladder as milestones
        on
            position.ladder_order > milestones.ladder_order
            and milestones.is_milestone
),

reached as (
    select
        *,
        1 as is_entry
    from entered
    union all
    select
        *,
        0 as is_entry
    from passed
),

-- The earliest that can be told, entered or passed: coming back to a stage that was passed is no first entry,
-- and must not take one from the period in which it counted (rule G8). Where only a day is known, what has a
-- stamp on that day came before.
reached_ordered as (
    select
        *,
        row_number() over (
            partition by lead_id, event_type
            order by
                coalesce(occurred_at, {{ start_of_day(add_days('occurred_on', 1)) }}) asc nulls last,
                is_imputed,
                is_entry desc,
                event_source
        ) as reach_number,
        sum(is_entry) over (partition by lead_id, event_type) as entry_count
    from reached
),

with_history as (
    select distinct lead_id from recorded
),

events as (
    select
        lead_id,
        'created' as event_type,
        created_at as occurred_at,
        created_on as occurred_on,
        false as is_imputed,
        'creation' as event_source,
        cast(0 as bigint) as re_entry_count
    from leads
    union all
    select
        reached_ordered.lead_id,
        reached_ordered.event_type,
        reached_ordered.occurred_at,
        reached_ordered.occurred_on,
        reached_ordered.is_imputed,
        reached_ordered.event_source,
        case
            when with_history.lead_id is not null
                then cast(reached_ordered.entry_count - reached_ordered.is_entry as bigint)
        end as re_entry_count
    from reached_ordered
    left join with_history
        on reached_ordered.lead_id = with_history.lead_id
    where reached_ordered.reach_number = 1
),

final as (
    select
        events.lead_id,
        events.event_type,
        events.occurred_at,
        events.occurred_on,
        events.is_imputed,
        events.event_source,
        events.re_entry_count,
        leads.person_id,
        leads.source_name,
        leads.converted_account_id as account_id,
        leads.owner_id,
        leads.campaign_id,
        leads.lead_source,
        leads.lead_status
    from events
    inner join leads
        on events.lead_id = leads.lead_id
)

select * from final
