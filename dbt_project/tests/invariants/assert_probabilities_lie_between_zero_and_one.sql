{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity'}}}) }}

-- A probability of 65 instead of 0.65 makes the weighted pipeline a hundred times too large.
-- A failing row has a probability outside 0..1.
select
    opportunity_id,
    probability,
    stage_default_probability
from {{ ref('fct_opportunity') }}
where
    probability < 0
    or probability > 1
    or stage_default_probability < 0
    or stage_default_probability > 1
