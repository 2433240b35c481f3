with matches as (
    select * from {{ ref('int_lead_account_matches') }}
),

leads as (
    select * from {{ ref('int_leads_prepared') }}
),

final as (
    select
        matches.lead_id,
        matches.source_name,
        leads.person_id,
        matches.account_id,
        matches.account_match_method,
        cast(matches.account_match_confidence as {{ type_double() }}) as account_match_confidence,
        matches.runner_up_account_id,
        matches.runner_up_method,
        matches.is_account_match_tied
    from matches
    inner join leads
        on matches.lead_id = leads.lead_id
)

select * from final
