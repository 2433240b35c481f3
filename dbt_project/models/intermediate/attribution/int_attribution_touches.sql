{{ config(materialized='table') }}

-- One row an opportunity and touch that may have brought it: what its people did by choice up to its creation, or, of a
-- won one, its close, in their order. Of a response the CRM keeps the day only, so one of the day of the creation
-- counts; a form that somebody filled in on the day of a response is that response. Renewals are brought by nobody.
with opportunities as (
    select
        opportunity_id,
        created_at,
        created_on,
        case when is_won then close_date end as won_on
    from {{ ref('int_opportunities_prepared') }}
    where not is_renewal
),

people as (
    select * from {{ ref('int_opportunity_people') }}
),

campaigns as (
    select * from {{ ref('int_campaigns_prepared') }}
),

acts as (
    select
        touch_id,
        touch_kind,
        individual_id,
        person_id,
        campaign_id,
        occurred_at,
        occurred_on
    from {{ ref('int_touches') }}
    where touch_kind in ('campaign_response', 'click', 'form')
),

responses as (
    select distinct
        individual_id,
        occurred_on
    from acts
    where touch_kind = 'campaign_response'
),

eligible as (
    select acts.*
    from acts
    left join responses
        on
            acts.touch_kind = 'form'
            and acts.individual_id = responses.individual_id
            and acts.occurred_on = responses.occurred_on
    where responses.individual_id is null
),

brought as (
    select
        opportunities.opportunity_id,
        opportunities.created_on,
        opportunities.won_on,
        eligible.touch_id,
        eligible.touch_kind,
        eligible.person_id,
        eligible.campaign_id,
        campaigns.campaign_name,
        coalesce(campaigns.channel, 'Direct') as channel,
        eligible.occurred_on,
        coalesce(
            eligible.occurred_at <= opportunities.created_at, eligible.occurred_on <= opportunities.created_on
        ) as is_before_creation
    from opportunities
    inner join people
        on opportunities.opportunity_id = people.opportunity_id
    inner join eligible
        on people.individual_id = eligible.individual_id
    left join campaigns
        on eligible.campaign_id = campaigns.campaign_id
    where
        eligible.occurred_on
        <= greatest(opportunities.created_on, coalesce(opportunities.won_on, opportunities.created_on))
),

possible as (
    select * from brought
    where is_before_creation or won_on is not null
),

final as (
    select
        *,
        -- Touches before the creation come first: nobody is brought by what came later.
        row_number() over touch_order as place,
        count(*) over (partition by opportunity_id) as touch_count,
        count(*) filter (where is_before_creation) over (partition by opportunity_id) as touch_count_before_creation
    from possible
    window touch_order as (
        partition by opportunity_id
        order by
            is_before_creation desc,
            occurred_on asc,
            touch_kind asc,
            campaign_name asc nulls last,
            touch_id asc
    )
)

select * from final
