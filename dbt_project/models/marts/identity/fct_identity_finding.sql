-- What identity found that the CRM should be mended for: records that are copies, open leads of people who are
-- contacts, and records about which people should decide.
with accounts as (
    select * from {{ ref('xref_account') }}
),

people as (
    select * from {{ ref('xref_person') }}
),

leads as (
    select * from {{ ref('int_leads_prepared') }}
),

questions as (
    select * from {{ source('hygiene', 'review_queue') }}
),

duplicate_accounts as (
    select
        'duplicate_account' as finding,
        'account' as entity,
        account_id as record_id,
        source_name,
        source_record_id,
        'account' as related_entity,
        survivor_account_id as related_record_id,
        confidence
    from accounts
    where is_admitted and account_id <> survivor_account_id
),

duplicate_people as (
    select
        'duplicate_person' as finding,
        entity,
        record_id,
        source_name,
        source_record_id,
        entity as related_entity,
        case entity when 'contact' then surviving_contact_id else surviving_lead_id end as related_record_id,
        confidence
    from people
    where is_admitted and record_id <> case entity when 'contact' then surviving_contact_id else surviving_lead_id end
),

open_leads as (
    select
        'converted_lead_still_open' as finding,
        'lead' as entity,
        people.record_id,
        people.source_name,
        people.source_record_id,
        'contact' as related_entity,
        people.surviving_contact_id as related_record_id,
        people.confidence
    from people
    inner join leads
        on people.record_id = leads.lead_id
    where
        people.entity = 'lead'
        and people.surviving_contact_id is not null
        and leads.lead_stage not in ('converted', 'disqualified')
),

records as (
    select
        'account' as entity,
        account_id as record_id,
        source_name,
        source_record_id
    from accounts
    union all
    select
        entity,
        record_id,
        source_name,
        source_record_id
    from people
),

-- A question is about two records, and stands with the one whose owner can answer it: both.
sides as (
    select
        entity_l as entity,
        source_l as source_name,
        record_l as source_record_id,
        entity_r as related_entity,
        source_r as related_source_name,
        record_r as related_source_record_id,
        match_probability
    from questions
    union all
    select
        entity_r,
        source_r,
        record_r,
        entity_l,
        source_l,
        record_l,
        match_probability
    from questions
),

ambiguous_matches as (
    select
        'ambiguous_match' as finding,
        sides.entity,
        records.record_id,
        sides.source_name,
        sides.source_record_id,
        sides.related_entity,
        related.record_id as related_record_id,
        sides.match_probability as confidence
    from sides
    inner join records
        on
            sides.source_name = records.source_name
            and sides.source_record_id = records.source_record_id
            and sides.entity = records.entity
    inner join records as related
        on
            sides.related_source_name = related.source_name
            and sides.related_source_record_id = related.source_record_id
            and sides.related_entity = related.entity
),

findings as (
    select * from duplicate_accounts
    union all
    select * from duplicate_people
    union all
    select * from open_leads
    union all
    select * from ambiguous_matches
),

final as (
    select
        {{ surrogate_key(
            'finding', "concat(entity, '|', record_id, '|', related_record_id)"
        ) }} as identity_finding_id,
        finding,
        entity,
        record_id,
        source_name,
        source_record_id,
        related_entity,
        related_record_id,
        confidence,
        case finding when 'converted_lead_still_open' then 'representative' else 'operations' end as fixer,
        cast('{{ var("as_of_date") }}' as date) as as_of_date
    from findings
)

select * from final
