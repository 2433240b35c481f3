{{ config(materialized='table') }}

-- Who a contact or lead record is, as far as its address tells, and for which company: lead, contact and copies of
-- one address are one individual, who is reached there no more when the address is dead. A contact belongs to
-- its account, one without to the account of its address's domain.
with contacts as (
    select * from {{ source('resolved', 'contact') }}
),

leads as (
    select * from {{ source('resolved', 'lead') }}
),

persons as (
    select * from {{ ref('int_person_records') }}
),

accounts as (
    select account_id
    from {{ source('resolved', 'account') }}
),

domains as (
    select * from {{ ref('int_account_domains') }}
),

lead_companies as (
    select * from {{ ref('int_lead_companies') }}
),

records as (
    select
        'contact' as entity,
        contacts.contact_id as record_id,
        contacts.email,
        coalesce(
            accounts.account_id,
            domains.account_id,
            case
                when contacts.email_domain not in ({{ text_list(var('free_mail_domains')) }})
                    then {{ surrogate_key("'website'", 'contacts.email_domain') }}
            end
        ) as company_id,
        case when contacts.is_email_bounced then contacts.email_bounced_at end as address_dead_at
    from contacts
    left join accounts
        on contacts.account_id = accounts.account_id
    left join domains
        on contacts.email_domain = domains.company_domain
    union all
    select
        'lead' as entity,
        leads.lead_id as record_id,
        leads.email,
        lead_companies.company_id,
        case when leads.is_email_bounced then leads.email_bounced_at end as address_dead_at
    from leads
    left join lead_companies
        on leads.lead_id = lead_companies.lead_id
),

final as (
    select
        records.entity,
        records.record_id,
        persons.person_id,
        {{ individual_key('records.email', 'persons.person_id') }} as individual_id,
        records.company_id,
        records.address_dead_at,
        {{ business_date('records.address_dead_at') }} as address_dead_on
    from records
    inner join persons
        on
            records.entity = persons.entity
            and records.record_id = persons.record_id
)

select * from final
