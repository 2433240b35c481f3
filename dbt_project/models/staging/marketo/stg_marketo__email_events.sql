{%- set original_texts = {
    'occurred_at': 'activityDate',
    'is_machine_by_source': 'machine_text',
} -%}

-- Marketo names the mail and the person in every activity, not the sending. What happens to a mail
-- belongs to the latest sending of that mail to that person: of the same run of a campaign where the
-- activities name runs, else of any.
with source as (
    select * from {{ source('raw_marketo', 'activity') }}
    where {{ clean_text('activityTypeId') }} in ('6', '7', '8', '9', '10', '11', '27')
),

people as (
    select * from {{ ref('stg_marketo__people') }}
),

campaigns as (
    select * from {{ ref('stg_marketo__smart_campaigns') }}
),

read as (
    select
        source.*,
        case {{ clean_text('activityTypeId') }}
            when '6' then 'sent'
            when '7' then 'delivered'
            when '8' then 'hard_bounced'
            when '9' then 'unsubscribed'
            when '10' then 'opened'
            when '11' then 'clicked'
            when '27' then 'soft_bounced'
        end as event_type,
        {{ surrogate_key('_source_name', 'leadId') }} as marketo_person_id,
        {{ surrogate_key('_source_name', 'campaignId') }} as marketo_campaign_id,
        coalesce({{ clean_text('primaryAttributeValueId') }}, {{ clean_text('primaryAttributeValue') }}) as mail_key,
        {{ json_pair_value('attributes', 'Campaign Run ID') }} as run_key,
        {{ json_pair_value('attributes', 'Link') }} as link_url,
        {{ json_pair_value('attributes', 'User Agent') }} as user_agent,
        {{ json_pair_value('attributes', 'Is Bot Activity') }} as machine_text,
        coalesce(
            {{ json_pair_value('attributes', 'Details') }}, {{ json_pair_value('attributes', 'Category') }}
        ) as bounce_text
    from source
),

typed as (
    select
        *,
        {{ parse_timestamp('activityDate') }} as typed_occurred_at,
        {{ parse_boolean('machine_text') }} as typed_is_machine_by_source,
        case when event_type = 'sent' then 0 else 1 end as event_order
    from read
),

sendings as (
    select
        *,
        coalesce(
            max(case when event_type = 'sent' then typed_occurred_at end) over (
                partition by marketo_person_id, mail_key, run_key
                order by typed_occurred_at, event_order
            ),
            max(case when event_type = 'sent' then typed_occurred_at end) over (
                partition by marketo_person_id, mail_key
                order by typed_occurred_at, event_order
            )
        ) as sent_at
    from typed
),

final as (
    select
        {{ surrogate_key('sendings._source_name', 'sendings._record_id') }} as email_event_id,
        sendings._source_name as source_name,
        {{ clean_text('sendings._record_id') }} as source_record_id,
        sendings.event_type,
        sendings.typed_occurred_at as occurred_at,
        {{ surrogate_key(
            'sendings._source_name',
            "sendings.marketo_person_id || '|' || sendings.mail_key || '|' || cast(sendings.sent_at as "
            ~ dbt.type_string() ~ ')'
        ) }} as mail_send_id,
        {{ clean_text('sendings.primaryAttributeValue') }} as mail_name,
        campaigns.campaign_id,
        people.lead_id,
        people.contact_id,
        people.email,
        people.email_domain,
        sendings.link_url,
        sendings.user_agent,
        sendings.typed_is_machine_by_source as is_machine_by_source,
        case
            when sendings.event_type in ('soft_bounced', 'hard_bounced') then sendings.bounce_text
        end as bounce_reason,
        sendings.typed_occurred_at as created_at,
        sendings.typed_occurred_at as modified_at,
        coalesce(sendings._is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        sendings._custom_fields as custom_fields
    from sendings
    left join people
        on sendings.marketo_person_id = people.marketing_person_id
    left join campaigns
        on sendings.marketo_campaign_id = campaigns.marketo_campaign_id
)

select * from final
