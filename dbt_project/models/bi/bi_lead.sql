with leads as (
    select * from {{ published_ref('dim_person') }}
    where lead_id is not null
),

accounts as (
    select * from {{ published_ref('dim_account') }}
),

users as (
    select * from {{ published_ref('dim_user') }}
),

campaigns as (
    select * from {{ published_ref('dim_campaign') }}
),

responses as (
    select * from {{ published_ref('fct_lead_response') }}
),

events as (
    select
        lead_id,
        max(occurred_on) filter (where event_type = 'marketing_qualified') as marketing_qualified_on,
        max(occurred_on) filter (where event_type = 'sales_accepted') as sales_accepted_on,
        max(occurred_on) filter (where event_type = 'sales_qualified') as sales_qualified_on,
        max(occurred_on) filter (where event_type = 'disqualified') as disqualified_on,
        count(*) filter (where event_type = 'recycled') as recycled_count
    from {{ published_ref('fct_lead_lifecycle_event') }}
    group by lead_id
),

hand_offs as (
    select
        person_id,
        count(*) as hand_off_count,
        max(handed_off_on) as last_handed_off_on,
        bool_or(is_accepted) as has_accepted_hand_off
    from {{ published_ref('fct_hand_off') }}
    group by person_id
),

scores as (
    select
        record_id,
        score,
        broken_rule_count
    from {{ published_source('hygiene', 'record_score') }}
    where entity = 'lead'
),

final as (
    select
        leads.lead_id,
        leads.person_id,
        leads.full_name,
        leads.title,
        leads.company_name,
        leads.email,
        leads.email_domain,
        leads.country,
        leads.industry,
        leads.lead_source,
        leads.lead_status,
        leads.lead_stage,
        leads.created_on,
        leads.is_converted,
        leads.converted_on,
        leads.converted_opportunity_id,
        leads.account_id,
        accounts.account_name,
        accounts.account_segment,
        accounts.territory,
        leads.owner_id,
        owners.user_name as owner_name,
        leads.campaign_id,
        campaigns.campaign_name,
        campaigns.campaign_type,
        events.marketing_qualified_on,
        events.sales_accepted_on,
        events.sales_qualified_on,
        events.disqualified_on,
        coalesce(events.recycled_count, 0) as recycled_count,
        responses.arrived_at,
        responses.is_answered,
        responses.response_minutes,
        responses.response_business_minutes,
        responses.is_within_sla_business,
        coalesce(hand_offs.hand_off_count, 0) as hand_off_count,
        hand_offs.last_handed_off_on,
        coalesce(hand_offs.has_accepted_hand_off, false) as has_accepted_hand_off,
        leads.has_opted_out_of_email,
        leads.is_do_not_call,
        leads.last_activity_date,
        scores.score as hygiene_score,
        coalesce(scores.broken_rule_count, 0) as broken_rule_count
    from leads
    left join accounts on leads.account_id = accounts.account_id
    left join users as owners on leads.owner_id = owners.user_id
    left join campaigns on leads.campaign_id = campaigns.campaign_id
    left join responses on leads.lead_id = responses.lead_id
    left join events on leads.lead_id = events.lead_id
    left join hand_offs on leads.person_id = hand_offs.person_id
    left join scores on leads.lead_id = scores.record_id
)

select * from final
