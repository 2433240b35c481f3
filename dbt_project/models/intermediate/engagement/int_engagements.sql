{{ config(materialized='table') }}

-- One row an act of a person of theirs by choice: a conversation, a message of their own, a click of a human, a
-- form, a response to a campaign. Opened mails are none: machines open them.
with touches as (
    select * from {{ ref('int_touch_individuals') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

individuals as (
    select * from {{ ref('int_individuals') }}
),

domains as (
    select * from {{ ref('int_company_domains') }}
),

sends as (
    select * from {{ ref('int_email_sends_prepared') }}
),

forms as (
    select * from {{ source('resolved', 'form_submission') }}
),

members as (
    select * from {{ source('resolved', 'campaign_member') }}
),

status_map as (
    select
        lower(trim(status)) as status_key,
        is_responded
    from {{ source('config', 'campaign_member_status') }}
),

talked as (
    select
        touches.individual_id,
        touches.company_id,
        conversations.occurred_at,
        conversations.occurred_on,
        'conversation' as engagement_kind,
        touches.activity_id as source_key,
        cast(null as {{ dbt.type_string() }}) as campaign_id
    from conversations
    inner join touches
        on conversations.activity_id = touches.activity_id
),

-- An answer to a mail of ours is a conversation already.
wrote as (
    select
        individual_id,
        company_id,
        occurred_at,
        occurred_on,
        'message' as engagement_kind,
        activity_id as source_key,
        cast(null as {{ dbt.type_string() }}) as campaign_id
    from touches
    where is_human_reply and in_reply_to_activity_id is null
),

tracked as (
    select
        'click' as engagement_kind,
        email_send_id as source_key,
        campaign_id,
        contact_id,
        lead_id,
        email,
        {{ email_domain('email') }} as email_domain,
        first_clicked_by_person_at as occurred_at,
        {{ business_date('first_clicked_by_person_at') }} as occurred_on
    from sends
    where first_clicked_by_person_at is not null
    union all
    select
        'form' as engagement_kind,
        form_submission_id as source_key,
        cast(null as {{ dbt.type_string() }}) as campaign_id,
        contact_id,
        lead_id,
        email,
        email_domain,
        submitted_at as occurred_at,
        {{ business_date('submitted_at') }} as occurred_on
    from forms
    union all
    -- The CRM keeps the day of the first response, not its time.
    select
        'campaign_response' as engagement_kind,
        members.campaign_member_id as source_key,
        members.campaign_id,
        members.contact_id,
        members.lead_id,
        cast(null as {{ dbt.type_string() }}) as email,
        cast(null as {{ dbt.type_string() }}) as email_domain,
        cast(null as timestamp with time zone) as occurred_at,
        coalesce(members.first_responded_date, {{ business_date('members.created_at') }}) as occurred_on
    from members
    left join status_map
        on lower(trim(members.member_status)) = status_map.status_key
    where coalesce(status_map.is_responded, members.has_responded, false)
),

-- Whoever is in no record of the CRM is still somebody at a company.
identified as (
    select
        coalesce(
            {{ individual_key('tracked.email') }}, contact_individuals.individual_id, lead_individuals.individual_id
        ) as individual_id,
        coalesce(
            contact_individuals.company_id,
            lead_individuals.company_id,
            domains.company_id,
            case
                when tracked.email_domain not in ({{ text_list(var('free_mail_domains')) }})
                    then {{ surrogate_key("'website'", 'tracked.email_domain') }}
            end
        ) as company_id,
        tracked.occurred_at,
        tracked.occurred_on,
        tracked.engagement_kind,
        tracked.source_key,
        tracked.campaign_id
    from tracked
    left join individuals as contact_individuals
        on contact_individuals.entity = 'contact' and tracked.contact_id = contact_individuals.record_id
    left join individuals as lead_individuals
        on lead_individuals.entity = 'lead' and tracked.lead_id = lead_individuals.record_id
    left join domains
        on tracked.email_domain = domains.company_domain
),

acts as (
    select * from talked
    union all
    select * from wrote
    union all
    select * from identified
),

final as (
    select
        {{ surrogate_key('engagement_kind', 'source_key') }} as engagement_id,
        engagement_kind,
        source_key,
        individual_id,
        company_id,
        campaign_id,
        occurred_at,
        occurred_on
    from acts
    where individual_id is not null and occurred_on <= cast('{{ var("as_of_date") }}' as date)
)

select * from final
