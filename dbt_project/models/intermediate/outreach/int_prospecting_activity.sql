{{ config(materialized='table') }}

-- One row a company and instant at which something happened that is prospecting: a touch, of a meeting also its
-- booking, and the arrival of a person, by a lead that comes to us or one that marketing has qualified. Touches about
-- a deal and the care of customers are none.
with touches as (
    select * from {{ ref('int_sales_touches') }}
    where not is_about_opportunity and not is_customer_care and company_id is not null
),

leads as (
    select * from {{ ref('int_leads_prepared') }}
),

motions as (
    select * from {{ ref('int_lead_motions') }}
),

lead_companies as (
    select * from {{ ref('int_lead_companies') }}
),

entries as (
    select * from {{ ref('int_lead_stage_entries') }}
    where
        lead_stage = 'marketing_qualified'
        and not is_imputed
        and entered_on <= cast('{{ var("as_of_date") }}' as date)
),

happened as (
    select
        company_id,
        occurred_at as happened_at,
        false as is_arrival,
        user_id
    from touches
    where not is_planned
    union all
    select
        company_id,
        booked_at as happened_at,
        false as is_arrival,
        user_id
    from touches
    where touch_kind = 'meeting'
    union all
    select
        lead_companies.company_id,
        leads.created_at as happened_at,
        true as is_arrival,
        cast(null as varchar) as user_id
    from leads
    inner join motions
        on leads.lead_id = motions.lead_id
    inner join lead_companies
        on leads.lead_id = lead_companies.lead_id
    where motions.motion = 'inbound'
    union all
    select
        lead_companies.company_id,
        entries.entered_at as happened_at,
        true as is_arrival,
        cast(null as varchar) as user_id
    from entries
    inner join leads
        on entries.lead_id = leads.lead_id
    inner join lead_companies
        on leads.lead_id = lead_companies.lead_id
),

final as (
    select
        company_id,
        happened_at,
        bool_or(is_arrival) as is_arrival,
        min(user_id) as user_id
    from happened
    where happened_at is not null
    group by
        company_id,
        happened_at
)

select * from final
