{{ config(materialized='table') }}

-- One row a lead: its account by the most trusted method that tells one, how sure that is, and which account is next.
-- A method that tells several accounts tells none, unless its tied confidence says that the first in the CRM is taken.
with candidates as (
    select * from {{ ref('int_lead_account_candidates') }}
),

methods as (
    select * from {{ ref('account_match_method') }}
),

leads as (
    select
        lead_id,
        source_name
    from {{ source('resolved', 'lead') }}
),

ordered as (
    select
        candidates.lead_id,
        candidates.account_match_method,
        candidates.account_id,
        candidates.account_count > 1 as is_tied,
        case when candidates.account_count > 1 then methods.tied_confidence else methods.confidence end
            as account_match_confidence,
        row_number() over (
            partition by candidates.lead_id
            order by methods.precedence asc, candidates.place asc, candidates.account_id asc
        ) as trust
    from candidates
    inner join methods
        on candidates.account_match_method = methods.account_match_method
),

chosen_trust as (
    select
        lead_id,
        min(trust) as trust
    from ordered
    where account_match_confidence is not null
    group by lead_id
),

chosen as (
    select ordered.*
    from ordered
    inner join chosen_trust
        on
            ordered.lead_id = chosen_trust.lead_id
            and ordered.trust = chosen_trust.trust
),

runner_up_trust as (
    select
        ordered.lead_id,
        min(ordered.trust) as trust
    from ordered
    left join chosen
        on ordered.lead_id = chosen.lead_id
    where chosen.account_id is null or ordered.account_id <> chosen.account_id
    group by ordered.lead_id
),

runners_up as (
    select ordered.*
    from ordered
    inner join runner_up_trust
        on
            ordered.lead_id = runner_up_trust.lead_id
            and ordered.trust = runner_up_trust.trust
),

final as (
    select
        leads.lead_id,
        leads.source_name,
        chosen.account_id,
        coalesce(chosen.account_match_method, 'none') as account_match_method,
        chosen.account_match_confidence,
        runners_up.account_id as runner_up_account_id,
        runners_up.account_match_method as runner_up_method,
        coalesce(chosen.is_tied, runners_up.is_tied, false) as is_account_match_tied
    from leads
    left join chosen
        on leads.lead_id = chosen.lead_id
    left join runners_up
        on leads.lead_id = runners_up.lead_id
)

select * from final
