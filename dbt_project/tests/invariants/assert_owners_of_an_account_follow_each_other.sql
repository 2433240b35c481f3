{{ config(meta={'dagster': {'ref': {'name': 'fct_prospecting_spell'}}}) }}
-- depends_on: {{ ref('fct_prospecting_spell') }}
-- (Dagster shows a test with an asset only where the test reads it.)

-- Every account has one owner of each role, or nobody, at any time since its creation. A failing row is a span that
-- does not begin where the one before ends (a gap, or two owners at a time), a first one that does not begin with the
-- account, or an account of which no span, or more than one, is still open.
with spans as (
    select
        spans.*,
        accounts.created_at,
        lag(spans.valid_to_at) over (
            partition by spans.account_id, spans.ownership_role order by spans.valid_from_at
        ) as previous_to_at,
        count(*) filter (where spans.valid_to_at is null) over (
            partition by spans.account_id, spans.ownership_role
        ) as open_count
    from {{ ref('int_account_ownership') }} as spans
    inner join {{ source('resolved', 'account') }} as accounts
        on spans.account_id = accounts.account_id
)

select *
from spans
where
    (is_first and coalesce(valid_from_at <> created_at, false))
    or (not is_first and coalesce(previous_to_at <> valid_from_at, true))
    or coalesce(valid_to_at <= valid_from_at, false)
    or open_count <> 1
