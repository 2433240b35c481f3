with responses as (
    select * from {{ ref('int_lead_responses') }}
),

leads as (
    select * from {{ ref('int_leads_prepared') }}
),

companies as (
    select * from {{ ref('int_lead_companies') }}
),

final as (
    select
        responses.lead_id,
        responses.source_name,
        responses.person_id,
        companies.account_id,
        leads.owner_id,
        responses.first_owner_id,
        leads.campaign_id,
        leads.lead_source,
        responses.created_at as arrived_at,
        responses.created_on as arrived_on,
        responses.assigned_at,
        responses.answered_at,
        responses.answered_on,
        responses.is_existing_conversation,
        responses.is_answered,
        cast(responses.response_minutes as {{ type_double() }}) as response_minutes,
        cast(responses.response_business_minutes as {{ type_double() }}) as response_business_minutes,
        cast(responses.response_minutes_since_assignment as {{ type_double() }}) as response_minutes_since_assignment,
        cast(responses.waited_minutes as {{ type_double() }}) as waited_minutes,
        cast(responses.waited_business_minutes as {{ type_double() }}) as waited_business_minutes,
        responses.is_sla_known,
        responses.is_within_sla,
        responses.is_sla_business_known,
        responses.is_within_sla_business
    from responses
    inner join leads
        on responses.lead_id = leads.lead_id
    left join companies
        on responses.lead_id = companies.lead_id
)

select * from final
