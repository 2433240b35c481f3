{{ config(meta={'dagster': {'ref': {'name': 'fct_lead_response'}}}) }}
-- depends_on: {{ ref('fct_lead_response') }}
-- (Dagster shows a test with an asset only where the test reads it.)

-- Every lead has one owner, or nobody, at any time since its creation. A failing row is a span that does not begin
-- where the one before ends, or a first one that does not begin with the lead.
with spans as (
    select
        spans.*,
        leads.created_at,
        lag(spans.valid_to_at) over (partition by spans.lead_id order by spans.valid_from_at) as previous_to_at
    from {{ ref('int_lead_owner_spans') }} as spans
    inner join {{ ref('int_leads_prepared') }} as leads
        on spans.lead_id = leads.lead_id
)

select *
from spans
where
    (is_first and valid_from_at <> created_at)
    or (not is_first and coalesce(previous_to_at <> valid_from_at, true))
    or coalesce(valid_to_at <= valid_from_at, false)
