-- One row a person: the contact's values where there is a contact, else those of the lead that was
-- modified last. What a person refused on any record is refused.
with records as (
    select * from {{ ref('int_person_records') }}
),

contacts as (
    select * from {{ source('resolved', 'contact') }}
),

leads as (
    select * from {{ source('resolved', 'lead') }}
),

prepared_leads as (
    select * from {{ ref('int_leads_prepared') }}
),

lead_order as (
    select
        *,
        row_number() over (
            partition by person_id
            order by
                coalesce(modified_at, created_at) desc nulls last,
                created_at desc nulls last,
                lead_id asc
        ) as position
    from prepared_leads
),

latest_leads as (
    select
        lead_order.person_id,
        lead_order.lead_stage,
        lead_order.lead_id as latest_lead_id,
        leads.*
    from lead_order
    inner join leads
        on lead_order.lead_id = leads.lead_id
    where lead_order.position = 1
),

lead_totals as (
    select
        person_id,
        bool_or(is_converted) as is_converted,
        min(converted_on) as first_converted_on
    from prepared_leads
    group by person_id
),

-- Consent and bounce flags of all records of the person, with the record stamps.
all_records as (
    select
        records.person_id,
        records.entity,
        contacts.has_opted_out_of_email,
        contacts.is_do_not_call,
        contacts.is_email_bounced,
        contacts.created_at,
        contacts.modified_at,
        contacts.last_activity_date
    from records
    inner join contacts
        on records.entity = 'contact' and records.record_id = contacts.contact_id
    union all
    select
        records.person_id,
        records.entity,
        leads.has_opted_out_of_email,
        leads.is_do_not_call,
        leads.is_email_bounced,
        leads.created_at,
        leads.modified_at,
        leads.last_activity_date
    from records
    inner join leads
        on records.entity = 'lead' and records.record_id = leads.lead_id
),

totals as (
    select
        person_id,
        count(*) filter (where entity = 'contact') as contact_record_count,
        count(*) filter (where entity = 'lead') as lead_record_count,
        bool_or(has_opted_out_of_email) as has_opted_out_of_email,
        bool_or(is_do_not_call) as is_do_not_call,
        bool_or(is_email_bounced) as is_email_bounced,
        min(created_at) as created_at,
        max(modified_at) as modified_at,
        max(last_activity_date) as last_activity_date
    from all_records
    group by person_id
),

persons as (
    select
        person_id,
        min(source_name) as source_name,
        min(contact_id) as contact_id
    from records
    group by person_id
),

final as (
    select
        persons.person_id,
        persons.source_name,
        persons.contact_id,
        latest_leads.latest_lead_id as lead_id,
        coalesce(contacts.account_id, latest_leads.converted_account_id) as account_id,
        coalesce(contacts.owner_id, latest_leads.owner_id) as owner_id,
        coalesce(contacts.first_name, latest_leads.first_name) as first_name,
        coalesce(contacts.last_name, latest_leads.last_name) as last_name,
        coalesce(contacts.full_name, latest_leads.full_name) as full_name,
        coalesce(contacts.title, latest_leads.title) as title,
        contacts.department,
        latest_leads.company_name,
        coalesce(contacts.email, latest_leads.email) as email,
        coalesce(
            case when contacts.email is not null then contacts.email_domain end, latest_leads.email_domain
        ) as email_domain,
        coalesce(contacts.phone, latest_leads.phone) as phone,
        coalesce(contacts.mobile_phone, latest_leads.mobile_phone) as mobile_phone,
        coalesce(contacts.city, latest_leads.city) as city,
        coalesce(contacts.state, latest_leads.state) as state,
        coalesce(contacts.postal_code, latest_leads.postal_code) as postal_code,
        coalesce(contacts.country, latest_leads.country) as country,
        latest_leads.industry,
        coalesce(contacts.lead_source, latest_leads.lead_source) as lead_source,
        latest_leads.campaign_id,
        latest_leads.lead_status,
        latest_leads.lead_stage,
        coalesce(lead_totals.is_converted, false) as is_converted,
        lead_totals.first_converted_on as converted_on,
        latest_leads.converted_opportunity_id,
        coalesce(totals.has_opted_out_of_email, false) as has_opted_out_of_email,
        coalesce(totals.is_do_not_call, false) as is_do_not_call,
        coalesce(totals.is_email_bounced, false) as is_email_bounced,
        totals.contact_record_count,
        totals.lead_record_count,
        totals.last_activity_date,
        totals.created_at,
        totals.modified_at,
        coalesce(contacts.custom_fields, latest_leads.custom_fields) as custom_fields
    from persons
    inner join totals
        on persons.person_id = totals.person_id
    left join contacts
        on persons.contact_id = contacts.contact_id
    left join latest_leads
        on persons.person_id = latest_leads.person_id
    left join lead_totals
        on persons.person_id = lead_totals.person_id
)

select * from final
