{%- set original_texts = {
    'occurred_at': 'created',
    'is_machine_by_source': '"filteredEvent"',
} -%}

with source as (
    select * from {{ source('raw_hubspot', 'email_event') }}
    where {{ hubspot_is_mail_event() }}
),

sending_parts as (
    select
        _source_name,
        {{ clean_text('"primaryEmailCampaignId"') }} as sending_id,
        name,
        campaign,
        _record_id
    from {{ source('raw_hubspot', 'marketing_email') }}
    union all
    select
        _source_name,
        {{ clean_text(unnest_json_texts('"allEmailCampaignIds"')) }} as sending_id,
        name,
        campaign,
        _record_id
    from {{ source('raw_hubspot', 'marketing_email') }}
),

sendings as (
    select
        _source_name,
        sending_id,
        min(name) as mail_name,
        min(campaign) as campaign_id
    from sending_parts
    where sending_id is not null
    group by _source_name, sending_id
),

-- An event has an address only. Where several contacts have it, it is that of the lead and of the contact
-- known longest.
people as (
    select
        _source_name,
        _record_id,
        lower({{ clean_text('email') }}) as email,
        {{ hubspot_was_lead() }} as was_lead,
        {{ hubspot_is_contact() }} as is_contact,
        coalesce(_is_absent, false) as is_absent,
        createdate
    from {{ source('raw_hubspot', 'contact') }}
    where {{ clean_text('email') }} is not null
),

leads as (
    select
        *,
        row_number() over (
            partition by _source_name, email order by is_absent asc, createdate asc, _record_id asc
        ) as place
    from people
    where was_lead
),

contacts as (
    select
        *,
        row_number() over (
            partition by _source_name, email order by is_absent asc, createdate asc, _record_id asc
        ) as place
    from people
    where is_contact
),

typed as (
    select
        source.*,
        {{ hubspot_timestamp('source.created') }} as typed_occurred_at,
        {{ parse_boolean('source."filteredEvent"') }} as typed_is_machine_by_source,
        lower({{ clean_text('source.recipient') }}) as address,
        coalesce({{ json_text('source."sentBy"', 'id') }}, {{ clean_text('source._record_id') }}) as sent_event_id,
        sendings.mail_name,
        sendings.campaign_id,
        leads._record_id as lead_record_id,
        contacts._record_id as contact_record_id
    from source
    left join sendings
        on
            source._source_name = sendings._source_name
            and {{ clean_text('source."emailCampaignId"') }} = sendings.sending_id
    left join leads
        on
            source._source_name = leads._source_name
            and lower({{ clean_text('source.recipient') }}) = leads.email
            and leads.place = 1
    left join contacts
        on
            source._source_name = contacts._source_name
            and lower({{ clean_text('source.recipient') }}) = contacts.email
            and contacts.place = 1
),

final as (
    select
        {{ hubspot_key('_record_id') }} as email_event_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ hubspot_email_event_type() }} as event_type,
        typed_occurred_at as occurred_at,
        {{ hubspot_key('sent_event_id') }} as mail_send_id,
        mail_name,
        {{ hubspot_key('campaign_id') }} as campaign_id,
        {{ hubspot_key('lead_record_id') }} as lead_id,
        {{ hubspot_key('contact_record_id') }} as contact_id,
        address as email,
        {{ email_domain('recipient') }} as email_domain,
        {{ clean_text('url') }} as link_url,
        {{ clean_text('"userAgent"') }} as user_agent,
        typed_is_machine_by_source as is_machine_by_source,
        {{ first_filled('response', 'category') }} as bounce_reason,
        typed_occurred_at as created_at,
        typed_occurred_at as modified_at,
        -- Nobody deletes an event; interfaces that give the latest ones only leave out the older.
        false as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
