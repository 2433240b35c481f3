{{ config(materialized='table') }}

-- One row a touch between us and somebody of theirs, of sales and of marketing, either way. What a program of theirs
-- opened or clicked is none (int_email_events_judged), and neither is what is only planned.
with sales as (
    select
        touches.*,
        individuals.individual_id
    from {{ ref('int_sales_touches') }} as touches
    left join {{ ref('int_touch_individuals') }} as individuals
        on touches.activity_id = individuals.activity_id
    where not touches.is_planned
),

acts as (
    select * from {{ ref('int_engagements') }}
),

sends as (
    select * from {{ ref('int_email_sends_prepared') }}
    where delivered_at is not null and {{ business_date('delivered_at') }} <= cast('{{ var("as_of_date") }}' as date)
),

forms as (
    select
        form_submission_id,
        source_name,
        form_name
    from {{ source('resolved', 'form_submission') }}
),

members as (
    select
        campaign_member_id,
        source_name
    from {{ source('resolved', 'campaign_member') }}
),

individuals as (
    select * from {{ ref('int_individuals') }}
),

-- Whom an address stands for; records of one address are one person in nearly every case.
people as (
    select
        individual_id,
        min(person_id) as person_id
    from individuals
    group by individual_id
),

accounts as (
    select account_id
    from {{ source('resolved', 'account') }}
),

of_sales as (
    select
        activity_id as source_key,
        source_name,
        touch_kind,
        direction,
        is_automated,
        is_personalised,
        user_id,
        user_role,
        individual_id,
        person_id,
        company_id,
        account_id,
        opportunity_id,
        cast(null as {{ dbt.type_string() }}) as campaign_id,
        cast(null as {{ dbt.type_string() }}) as content_name,
        reply_kind,
        meeting_outcome,
        occurred_at,
        occurred_on
    from sales
),

of_mails as (
    select
        sends.email_send_id as source_key,
        sends.source_name,
        'marketing_mail' as touch_kind,
        'outbound' as direction,
        true as is_automated,
        cast(null as boolean) as is_personalised,
        cast(null as {{ dbt.type_string() }}) as user_id,
        cast(null as {{ dbt.type_string() }}) as user_role,
        coalesce(
            {{ individual_key('sends.email') }}, contact_individuals.individual_id, lead_individuals.individual_id
        ) as individual_id,
        sends.person_id,
        coalesce(contact_individuals.company_id, lead_individuals.company_id) as company_id,
        accounts.account_id,
        cast(null as {{ dbt.type_string() }}) as opportunity_id,
        sends.campaign_id,
        sends.mail_name as content_name,
        cast(null as {{ dbt.type_string() }}) as reply_kind,
        cast(null as {{ dbt.type_string() }}) as meeting_outcome,
        sends.delivered_at as occurred_at,
        {{ business_date('sends.delivered_at') }} as occurred_on
    from sends
    left join individuals as contact_individuals
        on contact_individuals.entity = 'contact' and sends.contact_id = contact_individuals.record_id
    left join individuals as lead_individuals
        on lead_individuals.entity = 'lead' and sends.lead_id = lead_individuals.record_id
    left join accounts
        on coalesce(contact_individuals.company_id, lead_individuals.company_id) = accounts.account_id
),

of_people as (
    select
        acts.source_key,
        coalesce(forms.source_name, members.source_name, mails.source_name) as source_name,
        acts.engagement_kind as touch_kind,
        'inbound' as direction,
        false as is_automated,
        cast(null as boolean) as is_personalised,
        cast(null as {{ dbt.type_string() }}) as user_id,
        cast(null as {{ dbt.type_string() }}) as user_role,
        acts.individual_id,
        people.person_id,
        acts.company_id,
        accounts.account_id,
        cast(null as {{ dbt.type_string() }}) as opportunity_id,
        acts.campaign_id,
        coalesce(forms.form_name, mails.mail_name) as content_name,
        cast(null as {{ dbt.type_string() }}) as reply_kind,
        cast(null as {{ dbt.type_string() }}) as meeting_outcome,
        acts.occurred_at,
        acts.occurred_on
    from acts
    left join forms
        on acts.engagement_kind = 'form' and acts.source_key = forms.form_submission_id
    left join members
        on acts.engagement_kind = 'campaign_response' and acts.source_key = members.campaign_member_id
    left join {{ ref('int_email_sends_prepared') }} as mails
        on acts.engagement_kind = 'click' and acts.source_key = mails.email_send_id
    left join people
        on acts.individual_id = people.individual_id
    left join accounts
        on acts.company_id = accounts.account_id
    where acts.engagement_kind in ('click', 'form', 'campaign_response')
),

touches as (
    select * from of_sales
    union all
    select * from of_mails
    union all
    select * from of_people
),

-- What they did on the day of the touch may have been the answer to it: only earlier days count.
moments as (
    select
        individual_id,
        source_key,
        touch_kind,
        occurred_on as counts_from,
        cast(null as date) as engaged_on
    from touches
    where direction = 'outbound' and individual_id is not null
    union all
    select
        individual_id,
        cast(null as {{ dbt.type_string() }}) as source_key,
        cast(null as {{ dbt.type_string() }}) as touch_kind,
        {{ add_days('occurred_on', 1) }} as counts_from,
        occurred_on as engaged_on
    from acts
),

reached as (
    select
        source_key,
        touch_kind,
        max(engaged_on) over (
            partition by individual_id
            order by counts_from
            range between unbounded preceding and current row
        ) as last_engaged_on
    from moments
),

final as (
    select
        {{ surrogate_key('touches.touch_kind', 'touches.source_key') }} as touch_id,
        touches.touch_kind,
        case touches.touch_kind
            when 'call' then 'phone'
            when 'meeting' then 'meeting'
            when 'message' then 'social'
            when 'form' then 'web'
            when 'campaign_response' then 'campaign'
            else 'email'
        end as channel,
        touches.source_key,
        touches.source_name,
        touches.direction,
        touches.is_automated,
        touches.is_personalised,
        case
            when touches.direction <> 'outbound' or touches.individual_id is null then null
            when touches.occurred_on <= {{ add_days('reached.last_engaged_on', var('warm_days')) }} then 'warm'
            else 'cold'
        end as outreach_temperature,
        touches.user_id,
        touches.user_role,
        touches.individual_id,
        touches.person_id,
        touches.company_id,
        touches.account_id,
        touches.opportunity_id,
        touches.campaign_id,
        touches.content_name,
        touches.reply_kind,
        touches.meeting_outcome,
        touches.occurred_at,
        touches.occurred_on
    from touches
    left join reached
        on touches.touch_kind = reached.touch_kind and touches.source_key = reached.source_key
)

select * from final
