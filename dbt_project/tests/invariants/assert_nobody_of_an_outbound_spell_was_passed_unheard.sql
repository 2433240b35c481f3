{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_prospecting_spell'}}}) }}

-- We go to a company and pass somebody of it to sales whom nobody has talked to: either the talk was not recorded, or
-- the hand-off should not have been made. A failing row is such a spell, to be looked at in the CRM; the figures stand.
select
    prospecting_spell_id,
    company_id,
    first_user_id,
    started_on,
    first_conversation_at,
    first_passed_at
from {{ ref('fct_prospecting_spell') }}
where is_passed_without_conversation
