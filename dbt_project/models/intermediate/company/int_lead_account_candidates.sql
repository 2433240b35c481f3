{{ config(materialized='table') }}

-- One row a lead, method and account that the method tells, at most two accounts a method: the first in the CRM, and
-- the one after it. What people decided goes before all others, also about a copy of the lead or of the account.
-- Names are compared as identity compares them: without legal form, accents, case and punctuation.
with leads as (
    select
        lead_id,
        source_name,
        {{ clean_text('company_name') }} as company_id_text,
        lower({{ clean_text('email') }}) as email,
        email_domain,
        website_domain,
        country,
        converted_account_id
    from {{ source('resolved', 'lead') }}
),

accounts as (
    select
        account_id,
        country,
        created_at
    from {{ source('resolved', 'account') }}
),

-- All records of an account, copies included, which leads may name as well.
account_records as (
    select
        records.account_id as record_id,
        records.source_name,
        records.source_record_id,
        accounts.account_id,
        accounts.country,
        accounts.created_at
    from {{ source('identity', 'xref_account') }} as records
    inner join accounts
        on records.survivor_account_id = accounts.account_id
),

domains as (
    select
        domain,
        registrable_domain
    from {{ source('reference', 'domain') }}
),

-- A country that nobody can read stands for itself.
countries as (
    select
        country,
        country_code
    from {{ source('reference', 'country') }}
    where country_code is not null
),

lead_records as (
    select
        record_id,
        surviving_lead_id as lead_id
    from {{ source('identity', 'xref_person') }}
    where entity = 'lead'
),

decided as (
    select
        lead_records.lead_id,
        account_records.account_id,
        row_number() over (
            partition by lead_records.lead_id
            order by (lead_records.record_id = lead_records.lead_id) desc, decisions.account_id asc
        ) as place
    from {{ source('identity', 'lead_account_override') }} as decisions
    inner join lead_records
        on decisions.lead_id = lead_records.record_id
    inner join account_records
        on decisions.account_id = account_records.record_id
),

lead_features as (
    select
        record_id,
        company_key
    from {{ source('identity', 'person_feature') }}
    where entity = 'lead'
),

-- The company's name as the lead has it, else as a copy of the lead has it.
lead_names as (
    select
        lead_records.lead_id,
        coalesce(
            max(case when lead_records.record_id = lead_records.lead_id then lead_features.company_key end),
            min(lead_features.company_key)
        ) as name_key
    from lead_records
    inner join lead_features
        on lead_records.record_id = lead_features.record_id
    group by lead_records.lead_id
),

claims as (
    select * from {{ ref('int_account_domain_claims') }}
),

addresses as (
    select
        email,
        account_id,
        row_number() over (partition by email order by created_at asc nulls last, account_id asc) as place,
        count(*) over (partition by email) as account_count
    from (
        select distinct
            lower({{ clean_text('contacts.email') }}) as email,
            accounts.account_id,
            accounts.created_at
        from {{ source('resolved', 'contact') }} as contacts
        inner join accounts
            on contacts.account_id = accounts.account_id
        where contacts.email is not null
    ) as accounts_of_addresses
),

named_accounts as (
    select
        name_key,
        country,
        account_id,
        row_number() over (
            partition by name_key, country order by created_at asc nulls last, account_id asc
        ) as place,
        count(*) over (partition by name_key, country) as account_count
    from (
        select distinct
            features.name_key,
            coalesce(countries.country_code, account_records.country) as country,
            account_records.account_id,
            account_records.created_at
        from account_records
        inner join {{ source('identity', 'account_feature') }} as features
            on account_records.record_id = features.record_key
        left join countries
            on account_records.country = countries.country
        where
            features.name_key is not null
            and account_records.country is not null
    ) as accounts_of_names
),

-- A host says more than the domain that it lies in, which another account may have.
lead_domains as (
    select
        lead_id,
        'address' as account_match_method,
        1 as step,
        email_domain as company_domain
    from leads
    where email_domain is not null
    union all
    select
        leads.lead_id,
        'address' as account_match_method,
        2 as step,
        domains.registrable_domain as company_domain
    from leads
    inner join domains
        on leads.email_domain = domains.domain
    where domains.registrable_domain <> domains.domain
    union all
    select
        lead_id,
        'website' as account_match_method,
        1 as step,
        website_domain as company_domain
    from leads
    where website_domain is not null
    union all
    select
        leads.lead_id,
        'website' as account_match_method,
        2 as step,
        domains.registrable_domain as company_domain
    from leads
    inner join domains
        on leads.website_domain = domains.domain
    where domains.registrable_domain <> domains.domain
),

by_domain as (
    select
        lead_domains.lead_id,
        case
            when claims.domain_source = 'website' then lead_domains.account_match_method
            else 'colleagues'
        end as account_match_method,
        claims.account_id,
        claims.place,
        claims.account_count,
        lead_domains.step,
        lead_domains.account_match_method as known_by
    from lead_domains
    inner join claims
        on
            lead_domains.company_domain = claims.company_domain
            and claims.place <= 2
),

-- Of one method the whole host, and the address before the website.
by_nearest_domain as (
    select
        *,
        dense_rank() over (partition by lead_id, account_match_method order by step asc, known_by asc) as nearness
    from by_domain
),

final as (
    select
        lead_id,
        'override' as account_match_method,
        account_id,
        1 as place,
        1 as account_count
    from decided
    where place = 1
    union all
    select
        leads.lead_id,
        'conversion' as account_match_method,
        accounts.account_id,
        1 as place,
        1 as account_count
    from leads
    inner join accounts
        on leads.converted_account_id = accounts.account_id
    union all
    select
        leads.lead_id,
        'external_id' as account_match_method,
        account_records.account_id,
        1 as place,
        1 as account_count
    from leads
    inner join account_records
        on
            leads.source_name = account_records.source_name
            and {{ salesforce_id('leads.company_id_text') }} = {{ salesforce_id('account_records.source_record_id') }}
    union all
    select
        leads.lead_id,
        'contact_address' as account_match_method,
        addresses.account_id,
        addresses.place,
        addresses.account_count
    from leads
    inner join addresses
        on
            leads.email = addresses.email
            and addresses.place <= 2
    union all
    select
        lead_id,
        account_match_method,
        account_id,
        place,
        account_count
    from by_nearest_domain
    where nearness = 1
    union all
    select
        leads.lead_id,
        'name' as account_match_method,
        named_accounts.account_id,
        named_accounts.place,
        named_accounts.account_count
    from leads
    inner join lead_names
        on leads.lead_id = lead_names.lead_id
    left join countries
        on leads.country = countries.country
    inner join named_accounts
        on
            lead_names.name_key = named_accounts.name_key
            and coalesce(countries.country_code, leads.country) = named_accounts.country
            and named_accounts.place <= 2
)

select * from final
