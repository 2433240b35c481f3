{{ config(materialized='table') }}

-- One row a prospecting spell with what came of it: whether a meaningful conversation and a passed lead followed
-- within their days, and whether that many days have passed. Of a company, whoever of its people talked.
with spells as (
    select * from {{ ref('int_prospecting_spells') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

hand_offs as (
    select * from {{ ref('int_hand_offs_prepared') }}
    where person_id is not null
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

connected as (
    select
        spells.prospecting_spell_id,
        min(conversations.occurred_at) as first_conversation_at,
        count(distinct conversations.person_id) as conversation_person_count
    from spells
    inner join conversations
        on
            spells.company_id = conversations.company_id
            and spells.started_at <= conversations.occurred_at
            and {{ days_between('spells.started_on', 'conversations.occurred_on') }} <= {{ var('connect_days') }}
    group by spells.prospecting_spell_id
),

passed as (
    select
        spells.prospecting_spell_id,
        min(hand_offs.handed_off_at) as first_passed_at,
        count(distinct coalesce(hand_offs.lead_id, hand_offs.contact_id)) as leads_passed_count
    from spells
    inner join hand_offs
        on
            spells.company_id = hand_offs.company_id
            and spells.started_at <= hand_offs.handed_off_at
            and {{ days_between('spells.started_on', 'hand_offs.handed_off_on') }} <= {{ var('pass_days') }}
    group by spells.prospecting_spell_id
),

final as (
    select
        spells.*,
        case when spells.is_expansion then 'expansion' else spells.motion end as cohort,
        connected.first_conversation_at,
        coalesce(connected.conversation_person_count, 0) as conversation_person_count,
        passed.first_passed_at,
        coalesce(passed.leads_passed_count, 0) as leads_passed_count,
        connected.prospecting_spell_id is not null as is_connected,
        passed.prospecting_spell_id is not null as is_passed,
        {{ days_between('spells.started_on', 'run_date.as_of_date') }} >= {{ var('connect_days') }}
            as is_connect_mature,
        {{ days_between('spells.started_on', 'run_date.as_of_date') }} >= {{ var('pass_days') }}
            as is_pass_mature
    from spells
    cross join run_date
    left join connected
        on spells.prospecting_spell_id = connected.prospecting_spell_id
    left join passed
        on spells.prospecting_spell_id = passed.prospecting_spell_id
)

select * from final
