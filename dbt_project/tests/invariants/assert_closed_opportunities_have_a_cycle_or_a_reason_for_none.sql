{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity'}}}) }}

-- An invalid cycle is counted, never dropped. A failing row is closed with both dates and has neither a
-- duration nor the flag, or has both.
select
    opportunity_id,
    created_on,
    close_date,
    days_to_close,
    is_cycle_invalid
from {{ ref('fct_opportunity') }}
where
    is_closed
    and created_on is not null
    and close_date is not null
    and (days_to_close is null) <> is_cycle_invalid
