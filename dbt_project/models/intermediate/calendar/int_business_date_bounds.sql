-- The first and last day that the calendar needs. A date outside 1990 to 2100 is a typing error and
-- does not stretch it.
with run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

business_dates as (
    select created_on as business_date from {{ ref('int_opportunities_prepared') }}
    union all
    select close_date as business_date from {{ ref('int_opportunities_prepared') }}
    union all
    select created_on as business_date from {{ ref('int_leads_prepared') }}
    union all
    select converted_on as business_date from {{ ref('int_leads_prepared') }}
    union all
    select entered_on as business_date from {{ ref('int_opportunity_stage_entries') }}
    union all
    select close_date as business_date from {{ ref('int_opportunity_history') }}
    union all
    select activity_date as business_date from {{ source('resolved', 'activity') }}
    union all
    select {{ business_date('created_at') }} as business_date from {{ source('resolved', 'campaign_member') }}
    union all
    select {{ business_date('created_at') }} as business_date from {{ source('resolved', 'contact') }}
    union all
    select {{ business_date('submitted_at') }} as business_date from {{ source('resolved', 'form_submission') }}
    union all
    select {{ business_date('handed_off_at') }} as business_date from {{ source('resolved', 'hand_off') }}
    union all
    select {{ business_date('occurred_at') }} as business_date from {{ source('resolved', 'email_event') }}
    where event_type = 'sent'
    union all
    select effective_from as business_date from {{ ref('int_subscription_charges_prepared') }}
    union all
    select created_on as business_date from {{ ref('int_workspaces_prepared') }}
    union all
    select event_on as business_date from {{ ref('int_product_event_days') }}
    union all
    select sent_on as business_date from {{ ref('int_survey_responses_prepared') }}
    union all
    select incurred_on as business_date from {{ source('resolved', 'cost_entry') }}
    union all
    select period_start as business_date from {{ source('resolved', 'quota') }}
),

sane as (
    select
        min(business_date) as first_business_date,
        max(business_date) as last_business_date
    from business_dates
    where business_date between cast('1990-01-01' as date) and cast('2100-12-31' as date)
),

ranges as (
    select
        least(coalesce(sane.first_business_date, run_date.as_of_date), run_date.as_of_date) as first_business_date,
        greatest(
            {{ add_months('run_date.as_of_date', 36) }},
            coalesce(sane.last_business_date, run_date.as_of_date)
        ) as last_date
    from sane
    cross join run_date
),

final as (
    select
        greatest(cast('1990-01-01' as date), {{ date_start('year', 'first_business_date') }}) as first_date,
        least(cast('2100-12-31' as date), last_date) as last_date
    from ranges
)

select * from final
