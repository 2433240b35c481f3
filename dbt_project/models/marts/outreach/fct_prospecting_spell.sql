with outcomes as (
    select * from {{ ref('int_prospecting_outcomes') }}
),

companies as (
    select * from {{ ref('int_companies') }}
),

final as (
    select
        outcomes.prospecting_spell_id,
        outcomes.company_id,
        outcomes.account_id,
        companies.company_domain,
        companies.account_segment,
        companies.industry,
        companies.country,
        outcomes.owner_id,
        outcomes.first_user_id,
        outcomes.motion,
        outcomes.is_expansion,
        outcomes.cohort,
        outcomes.started_at,
        outcomes.started_on,
        outcomes.ended_at,
        outcomes.first_conversation_at,
        cast(outcomes.conversation_person_count as bigint) as conversation_person_count,
        outcomes.first_passed_at,
        cast(outcomes.leads_passed_count as bigint) as leads_passed_count,
        outcomes.is_connected,
        outcomes.is_passed,
        -- Somebody was passed to sales whom nobody had talked to: in an outbound spell a mistake in the records.
        outcomes.cohort = 'outbound'
        and outcomes.is_passed
        and coalesce(outcomes.first_conversation_at > outcomes.first_passed_at, true) as is_passed_without_conversation,
        outcomes.is_connect_mature,
        outcomes.is_pass_mature
    from outcomes
    left join companies
        on outcomes.company_id = companies.company_id
)

select * from final
