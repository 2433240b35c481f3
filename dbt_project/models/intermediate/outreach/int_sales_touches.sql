{{ config(materialized='table') }}

-- One row a call, mail, meeting or message, done or booked by the end of the run's day: what a person of ours did
-- at a company or to somebody of it, and what came back. What the CRM learned only later is not known yet.
with activities as (
    select * from {{ source('resolved', 'activity') }}
    where activity_type in ('email', 'call', 'meeting', 'message')
),

accounts as (
    select account_id
    from {{ source('resolved', 'account') }}
),

contacts as (
    select
        contact_id,
        account_id,
        email_domain
    from {{ source('resolved', 'contact') }}
),

domains as (
    select * from {{ ref('int_account_domains') }}
),

lead_companies as (
    select * from {{ ref('int_lead_companies') }}
),

opportunities as (
    select
        opportunity_id,
        account_id,
        created_at
    from {{ source('resolved', 'opportunity') }}
),

persons as (
    select * from {{ ref('int_person_records') }}
),

staff as (
    select * from {{ ref('int_staff_by_email') }}
    where user_id is not null
),

employees as (
    select
        employee_id,
        sales_role
    from {{ ref('int_employees_prepared') }}
),

roles as (
    select
        staff.user_id,
        min(employees.sales_role) as sales_role
    from staff
    inner join employees
        on staff.employee_id = employees.employee_id
    group by staff.user_id
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

timed as (
    select
        *,
        coalesce(created_at, started_at, ended_at) as booked_at,
        -- The CRM logs a call when it ends.
        coalesce(
            started_at,
            case
                when activity_type = 'call'
                    then {{ add_seconds('ended_at', '-coalesce(call_duration_seconds, 0)') }}
            end,
            ended_at,
            created_at
        ) as occurred_at
    from activities
),

dated as (
    select
        timed.*,
        run_date.as_of_date,
        coalesce({{ business_date('timed.booked_at') }}, timed.activity_date) as booked_on,
        case
            when coalesce(timed.started_at, timed.ended_at) is null
                then coalesce(timed.activity_date, {{ business_date('timed.created_at') }})
            else {{ business_date('timed.occurred_at') }}
        end as occurred_on
    from timed
    cross join run_date
),

known as (
    select
        *,
        occurred_on > as_of_date as is_planned,
        case
            when coalesce({{ business_date('meeting_outcome_at') }} <= as_of_date, true) then meeting_outcome
        end as known_meeting_outcome
    from dated
    where
        booked_on <= as_of_date
        -- A task that is still to do is no touch; a meeting is booked before it takes place.
        and (activity_type = 'meeting' or (is_done and occurred_on <= as_of_date))
),

related as (
    select
        known.*,
        coalesce(contact_persons.person_id, lead_persons.person_id) as person_id,
        coalesce(
            accounts.account_id,
            contact_accounts.account_id,
            -- A contact without an account belongs to the account of its address's domain.
            domains.account_id,
            lead_companies.account_id,
            opportunity_accounts.account_id
        ) as company_account_id,
        lead_companies.company_id as lead_company_id,
        -- A conversion moves what was done with the lead to the opportunity that it made.
        known.opportunity_id is not null
        and coalesce(known.booked_at >= opportunities.created_at, true) as is_about_opportunity,
        roles.sales_role as user_role
    from known
    left join persons as contact_persons
        on contact_persons.entity = 'contact' and known.contact_id = contact_persons.record_id
    left join persons as lead_persons
        on lead_persons.entity = 'lead' and known.lead_id = lead_persons.record_id
    left join contacts
        on known.contact_id = contacts.contact_id
    left join opportunities
        on known.opportunity_id = opportunities.opportunity_id
    left join accounts
        on known.account_id = accounts.account_id
    left join accounts as contact_accounts
        on contacts.account_id = contact_accounts.account_id
    left join domains
        on contacts.email_domain = domains.company_domain
    left join lead_companies
        on known.lead_id = lead_companies.lead_id
    left join accounts as opportunity_accounts
        on opportunities.account_id = opportunity_accounts.account_id
    left join roles
        on known.owner_id = roles.user_id
),

final as (
    select
        activity_id,
        source_name,
        activity_type as touch_kind,
        -- A CRM that does not tell logs what its own people do.
        coalesce(direction, 'outbound') as direction,
        coalesce(is_automated, false) as is_automated,
        is_personalised,
        owner_id as user_id,
        user_role,
        person_id,
        lead_id,
        contact_id,
        company_account_id as account_id,
        coalesce(company_account_id, lead_company_id) as company_id,
        opportunity_id,
        is_about_opportunity,
        coalesce(user_role = 'customer_success_manager', false) as is_customer_care,
        booked_at,
        booked_on,
        occurred_at,
        occurred_on,
        is_planned,
        call_duration_seconds,
        lower(call_disposition) as call_disposition,
        reply_kind,
        in_reply_to_activity_id,
        coalesce(
            direction = 'inbound'
            and activity_type in ('email', 'message')
            and not coalesce(is_automated, false)
            and coalesce(reply_kind, 'neutral') in ('positive', 'neutral', 'negative'),
            false
        ) as is_human_reply,
        known_meeting_outcome as meeting_outcome,
        coalesce(activity_type = 'meeting' and known_meeting_outcome = 'held', false) as is_held_meeting,
        rescheduled_from_activity_id
    from related
)

select * from final
