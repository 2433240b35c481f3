{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- A definition without numbers is a promise that no table keeps. A failing row is a KPI that has no row
-- although the company has what it needs.
with opportunities as (
    select
        count(*) as opportunities,
        count(*) filter (where facts.is_closed) as closed_opportunities,
        count(*) filter (where facts.is_open and dates.date_day is not null) as open_opportunities
    from {{ ref('fct_opportunity') }} as facts
    left join {{ ref('dim_date') }} as dates
        on facts.close_date = dates.date_day
    where not facts.is_created_after_as_of
),

leads as (
    select count(*) as leads
    from {{ ref('int_leads_prepared') }}
    where not is_created_after_as_of
),

mails as (
    select count(*) as mails
    from {{ ref('fct_email_send') }}
    where sent_at is not null and not is_sent_after_as_of
),

customers as (
    select count(*) filter (where mrr > 0) as customers
    from {{ ref('fct_mrr_monthly') }}
),

cohorts as (
    select count(*) as cohorts
    from {{ ref('fct_account_retention_12m') }}
),

terms as (
    select
        count(*) as terms,
        count(*) filter (where term_months >= 12) as long_terms
    from {{ ref('fct_renewal') }}
),

workspaces as (
    select count(*) as workspaces
    from {{ ref('dim_workspace') }}
    where not is_created_after_as_of
),

active_days as (
    select count(*) as active_days
    from {{ ref('fct_product_usage_daily') }}
    where
        event_count > 0
        and workspace_id is not null
        and event_on <= cast('{{ var("as_of_date") }}' as date)
),

surveys as (
    select
        survey_kind,
        count(*) as requests,
        count(*) filter (where is_counted) as answers
    from {{ ref('fct_survey_response') }}
    where not is_sent_after_as_of
    group by survey_kind
),

acquisitions as (
    select count(*) as periods
    from {{ ref('int_acquisition_by_period') }}
),

retentions as (
    select count(*) as periods
    from {{ ref('int_retention_by_period') }}
),

quotas as (
    select
        count(*) filter (where carried_for = 'company') as quotas,
        count(*) filter (where carried_for = 'territory') as territory_quotas
    from {{ ref('int_quotas_carried') }}
),

market as (
    select count(*) as companies
    from {{ ref('dim_market_account') }}
    where is_current
),

representatives as (
    select count(*) as days
    from {{ ref('int_representative_days') }}
    where sales_role in ('account_executive', 'account_manager')
),

available as (
    select
        'representative_day' as needs,
        days as cases
    from representatives
    union all
    select
        'market_list' as needs,
        companies as cases
    from market
    union all
    select
        'bookings_quota' as needs,
        quotas as cases
    from quotas
    union all
    select
        'territory_quota' as needs,
        territory_quotas as cases
    from quotas
    union all
    select
        'acquisition_cost' as needs,
        periods as cases
    from acquisitions
    union all
    select
        'retention_cost' as needs,
        periods as cases
    from retentions
    union all
    select
        survey_kind || '_survey' as needs,
        requests as cases
    from surveys
    union all
    select
        survey_kind || '_answer' as needs,
        answers as cases
    from surveys
    union all
    select
        'recurring_revenue' as needs,
        customers as cases
    from customers
    union all
    select
        'recurring_revenue_of_a_year_ago' as needs,
        cohorts as cases
    from cohorts
    union all
    select
        'subscription_term' as needs,
        terms as cases
    from terms
    union all
    select
        'long_subscription_term' as needs,
        long_terms as cases
    from terms
    union all
    select
        'workspace' as needs,
        workspaces as cases
    from workspaces
    union all
    select
        'product_event' as needs,
        active_days as cases
    from active_days
    union all
    select
        'opportunity' as needs,
        opportunities as cases
    from opportunities
    union all
    select
        'closed_opportunity' as needs,
        closed_opportunities as cases
    from opportunities
    union all
    select
        'open_opportunity' as needs,
        open_opportunities as cases
    from opportunities
    union all
    select
        'lead' as needs,
        leads as cases
    from leads
    union all
    select
        'email_send' as needs,
        mails as cases
    from mails
),

published as (
    select distinct
        kpi_id,
        variant
    from {{ ref('fct_kpi') }}
)

select
    definitions.kpi_id,
    definitions.variant,
    definitions.needs
from {{ ref('kpi_definition') }} as definitions
inner join available
    on definitions.needs = available.needs
left join published
    on definitions.kpi_id = published.kpi_id and definitions.variant = published.variant
where available.cases > 0 and published.kpi_id is null
