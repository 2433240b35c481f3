-- One row a lead and event. Only creation and conversion carry a stamp of their own; of the status it
-- has today a lead keeps just the last modification, and of the stages it passed nothing at all.
with leads as (
    select * from {{ ref('int_leads_prepared') }}
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

created as (
    select
        lead_id,
        'created' as event_type,
        created_at as occurred_at,
        created_on as occurred_on,
        false as is_imputed,
        'creation' as event_source
    from leads
),

converted as (
    select
        lead_id,
        'converted' as event_type,
        cast(null as timestamp with time zone) as occurred_at,
        converted_on as occurred_on,
        false as is_imputed,
        'conversion_date' as event_source
    from leads
    where is_converted
),

-- A status of converted without the CRM's flag is a contradiction that the gate reports: no event.
present_status as (
    select
        lead_id,
        lead_stage as event_type,
        modified_at as occurred_at,
        modified_on as occurred_on,
        true as is_imputed,
        'last_modification' as event_source
    from leads
    where
        not is_converted
        and lead_stage not in ('new', 'converted')
        and lead_status is not null
),

reached as (
    select * from converted
    union all
    select * from present_status
),

passed as (
    select
        reached.lead_id,
        milestones.lead_stage as event_type,
        reached.occurred_at,
        reached.occurred_on,
        true as is_imputed,
        'skipped' as event_source
    from reached
    inner join ladder as position
        on reached.event_type = position.lead_stage
    inner join ladder as milestones
        on
            position.ladder_order > milestones.ladder_order
            and milestones.is_milestone
),

events as (
    select * from created
    union all
    select * from reached
    union all
    select * from passed
),

final as (
    select
        events.lead_id,
        events.event_type,
        events.occurred_at,
        events.occurred_on,
        events.is_imputed,
        events.event_source,
        leads.person_id,
        leads.source_name,
        leads.converted_account_id as account_id,
        leads.owner_id,
        leads.campaign_id,
        leads.lead_source,
        leads.lead_status,
        leads.is_created_after_as_of
    from events
    inner join leads
        on events.lead_id = leads.lead_id
)

select * from final
