{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity'}}}) }}

-- A deal that is counted in two states, or in none without being unmapped, makes every total wrong.
-- A failing row has flags that contradict its state.
select
    opportunity_id,
    state,
    is_open,
    is_won,
    is_lost,
    is_closed
from {{ ref('fct_opportunity') }}
where
    is_open <> (state = 'open')
    or is_won <> (state = 'won')
    or is_lost <> (state = 'lost')
    or is_closed <> (state in ('won', 'lost'))
    or (is_in_pipeline and not is_open)
    or (is_win_rate_eligible and not is_closed)
